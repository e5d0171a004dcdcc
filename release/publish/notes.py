"""Manifest and changelog → the text of a release: what is new, what was measured, what is what."""

from benchmarks.measure.columns import BASELINE, Column, View, legend, measured, shown
from benchmarks.report.tables import markdown_table
from benchmarks.verdict.report import OF_ONE_RUN, Row
from release.files import CHECKSUMS_FILE, MANIFEST_FILE, SBOM_FILE, stem
from release.manifest import Manifest

MINUS = "−"
COLUMNS = shown(View.NOTES)


def notes(
    manifest: Manifest, previous: Manifest | None, changelog_entry: str, repository: str
) -> str:
    """Return the notes of a release of `repository` (owner/name) as Markdown.

    `previous` is the manifest of the last release, whose metrics are compared; None for the first.
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
    lines = []
    for row in rows:
        before = by_name.get(row.architecture)
        new = " (new)" if by_name and before is None else ""
        cells = [_cell(column, row, before) for column in COLUMNS]
        lines.append([f"`{row.architecture}`{new}", *cells])
    table = markdown_table(["network", *(column.heading for column in COLUMNS)], lines)
    return f"{table}\n\n{_legend(manifest, previous, against)}"


def _cell(column: Column, row: Row, before: Row | None) -> str:
    now, then = column.value(row), None if before is None else column.value(before)
    if now is None or then is None:
        return column.text(row)
    change, unit = column.change(then, now), column.unit.change
    text = f"{abs(change):.2f}" if unit == "pp" else f"{abs(change):.1f}"
    if not float(text):  # it rounds to nothing
        return column.text(row)
    return f"{column.text(row)} ({'+' if change > 0 else MINUS}{text} {unit})"


def _not_comparable(row: Row, older: Row) -> str:
    """Return which circumstances of two releases' measurements differ."""
    return ", ".join(
        f"{name} was {getattr(older, name)} and is {getattr(row, name)}"
        for name in OF_ONE_RUN
        if getattr(row, name) != getattr(older, name)
    )


def _legend(manifest: Manifest, previous: Manifest | None, against: str) -> str:
    rows = manifest.report.approved
    told = legend(measured(COLUMNS, rows), rows[0], "*{}*")
    parts = [
        f"Trained on {manifest.dataset}, recipe {manifest.report.recipe}, commit"
        f" {manifest.commit}; read out of the built place, run in Luau. {told}. The baseline is"
        f" {BASELINE}."
    ]
    if previous is not None:
        compared = f"not compared with {previous.version}: {against}"
        parts.append(
            f"The figures are {compared}." if against else f"Changes are since {previous.version}."
        )
        gone = [f"`{name}`" for name in previous.networks if name not in manifest.networks]
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
