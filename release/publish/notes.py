"""Manifest and changelog → the text of a release: what is new, what was measured, what is what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.report.terminal import NONE, kilobytes, ratio
from benchmarks.verdict.report import Row
from release.files import CHECKSUMS_FILE, MANIFEST_FILE, SBOM_FILE, stem
from release.manifest import Manifest

MINUS = "−"


@dataclass(frozen=True)
class Column:
    """A figure of the table: how it is shown, and how its change since the last release is."""

    title: str
    figure: Callable[[Row], float | None]
    show: Callable[[float], str]
    change: Callable[[float, float], str]


def _points(old: float, new: float) -> str:
    return _signed(100 * (new - old), " pp", digits=2)


def _percent(old: float, new: float) -> str:
    return _signed(100 * (new / old - 1), " %", digits=1)


def _signed(value: float, unit: str, digits: int) -> str:
    """Return a change with its sign; "" for one that rounds to nothing."""
    text = f"{abs(value):.{digits}f}"
    if not float(text):
        return ""
    return f"{'+' if value > 0 else MINUS}{text}{unit}"


COLUMNS = (
    Column("test images", lambda row: row.accuracy, "{:.2%}".format, _points),
    Column("drawings", lambda row: row.drawn_accuracy, "{:.2%}".format, _points),
    Column("weights", lambda row: row.weight_bytes, lambda size: kilobytes(int(size)), _percent),
    Column("Luau", lambda row: row.model_luau_bytes, lambda size: kilobytes(int(size)), _percent),
    Column("one inference", lambda row: row.mean_cost_ratio, ratio, _percent),
)
SAME = ("recipe", "dataset", "test_images", "drawn_digits", "cost_method", "vm_assertions")


def notes(
    manifest: Manifest, previous: Manifest | None, changelog_entry: str, repository: str
) -> str:
    """Return the notes of a release of `repository` (owner/name) as Markdown.

    `previous` is the manifest of the last release, whose figures are compared; None for the first.
    """
    parts = [
        changelog_entry.strip(),
        f"## What was measured\n\n{_measured(manifest, previous)}",
        f"## Which file is for what\n\n{_files(manifest)}",
        f"## How to verify\n\n{_verify(manifest, repository)}",
    ]
    return "\n\n".join(parts) + "\n"


def _measured(manifest: Manifest, previous: Manifest | None) -> str:
    rows, older = manifest.report.approved, previous.report.approved if previous else []
    against = _not_comparable(rows[0], older[0]) if older else ""
    by_name = {} if against else {row.architecture: row for row in older}
    lines = [
        _line(["network", *(column.title for column in COLUMNS)]),
        _line(["---", *("---:" for _ in COLUMNS)]),
    ]
    for row in rows:
        before = by_name.get(row.architecture)
        new = " (new)" if by_name and before is None else ""
        cells = [_cell(column, row, before) for column in COLUMNS]
        lines.append(_line([f"`{row.architecture}`{new}", *cells]))
    return "\n".join([*lines, "", _legend(manifest, previous, against)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(column: Column, row: Row, before: Row | None) -> str:
    figure = column.figure(row)
    if figure is None:
        return NONE
    older = column.figure(before) if before else None
    change = column.change(older, figure) if older is not None else ""
    return column.show(figure) + (f" ({change})" if change else "")


def _not_comparable(row: Row, older: Row) -> str:
    """Return which circumstances of two releases' measurements differ."""
    return ", ".join(
        f"{name} was {getattr(older, name)} and is {getattr(row, name)}"
        for name in SAME
        if getattr(row, name) != getattr(older, name)
    )


def _legend(manifest: Manifest, previous: Manifest | None, against: str) -> str:
    first = manifest.report.approved[0]
    parts = [
        f"Trained on {manifest.dataset}, recipe {manifest.report.recipe}, commit"
        f" {manifest.commit}. *Test images*: {first.test_images:,}, read right by the Luau in the"
        " built place."
    ]
    if first.drawn_digits is not None:
        parts.append(f"*Drawings*: {first.drawn_digits:,} digits that people drew.")
    parts.append(
        "*Weights*: in binary; *Luau*: the module that holds them. *One inference*: as a share of"
        " the usual way to write 784 → 256 → 10 in Luau."
    )
    if previous is not None:
        compared = f"not compared with {previous.version}: {against}"
        parts.append(
            f"The figures are {compared}." if against else f"Changes are since {previous.version}."
        )
        names = {row.architecture for row in manifest.report.approved}
        gone = [f"`{row.architecture}`" for row in previous.report.approved]
        gone = [name for name in gone if name.strip("`") not in names]
        if gone:
            parts.append(f"No longer there: {', '.join(gone)}.")
    return " ".join(parts)


def _files(manifest: Manifest) -> str:
    start = stem(manifest.version)
    uses = {
        f"{start}.rbxl": "the game: open it in Roblox Studio, press Play and draw a digit",
        f"{start}.rbxm": "the library with all networks, for your own game",
        f"{start}-<network>.rbxl": "a place with that network alone",
        f"{start}-<network>.luau": "its weights as a ModuleScript",
        f"{start}-<network>.safetensors": "its quantised weights, for Python",
        f"{start}-<network>.keras": "the network itself, for Keras",
        "report.html": "every measurement, to look at",
        MANIFEST_FILE: "every measurement and where all of it comes from, for programs",
        SBOM_FILE: "the software that it was made with (CycloneDX)",
        CHECKSUMS_FILE: "checksums",
    }
    names = [architecture.name for architecture in manifest.architectures]
    there = {entry.name for entry in manifest.files} | {MANIFEST_FILE, CHECKSUMS_FILE}
    return "\n".join(
        f"- `{name}`: {use}"
        for name, use in uses.items()
        if there & {name, *(name.replace("<network>", each) for each in names)}
    )


def _verify(manifest: Manifest, repository: str) -> str:
    checkout = f"v{manifest.version}"
    return (
        "```sh\n"
        f"sha256sum -c {CHECKSUMS_FILE}\n"
        f"gh attestation verify {stem(manifest.version)}.rbxl --repo {repository}\n"
        f"git checkout {checkout} && nox -s verify -- {manifest.version}\n"
        "```\n\n"
        "The first line checks that the files here arrived whole. The second checks that the"
        " release workflow of this repository built one of them. The third, in a clone, builds"
        " them all again from the released weights and compares every byte."
    )
