"""README's figures, generated from `benchmarks/results.json`: a table, and pictures in `docs/`."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.report.pictures import fronts as pictures
from benchmarks.report.terminal import kilobytes, ratio
from benchmarks.verdict.report import Report, Row, load
from pipeline.artifacts import write_atomically
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

README = REPOSITORY / "README.md"
RESULTS = REPOSITORY / "benchmarks" / "results.json"
DOCS = REPOSITORY / "docs"
RECIPES = ("standard", "record")


def with_results(readme: str, report: Report) -> str:
    """Return README's text with the results of `report`; raises as `with_block`."""
    return with_block(readme, "results", _markdown(report))


def with_block(readme: str, name: str, content: str) -> str:
    """Return README's text with `content` between the markers of `name`.

    Raises PocketDigitsError when README has lost them.
    """
    begin, end = f"<!-- {name}: nox -s readme -->", f"<!-- /{name} -->"
    block = re.compile(f"({re.escape(begin)}\n).*?({re.escape(end)})", re.DOTALL)
    text, count = block.subn(lambda found: found[1] + content + found[2], readme)
    if count != 1:
        raise PocketDigitsError(
            f"{README.name}: found {count} blocks between `{begin}` and `{end}`, expected one;"
            " restore the markers"
        )
    return text


def _markdown(report: Report) -> str:
    several = report.most_seeds > 1
    drawn = report.rows[0].drawn
    headings = [
        *("parameters", "weights", "Luau", "test images"),
        *(["mean · worst"] if several else []),
        *(["drawings"] if drawn else []),
        *("one inference", "next stroke"),
    ]
    lines = [
        f"| network | {' | '.join(headings)} |",
        "|---|" + "---:|" * len(headings),
        *(_line(row, several) for row in report.rows),
    ]
    note = (
        f"Trained on {report.dataset}. *Weights*: in binary; *Luau*: the module that holds them,"
        " and what of the library runs it. *Test images*:"
        f" {report.rows[0].test_images:,}, read right by the Luau in the built place"
        + ("; *mean · worst*: over all seeds that were trained" if several else "")
        + (f"; *drawings*: {drawn.digits:,} by {drawn.writers} people" if drawn else "")
        + ". *One inference*: interpreted instructions, as a share of the usual way to write"
        " 784 → 256 → 10 in Luau; *next stroke*: the same when 20 pixels have changed."
        + _looks(report)
    )
    return "\n".join(lines) + f"\n\n{note}\n"


def _looks(report: Report) -> str:
    several = [f"{row.architecture} {row.passes:.2f}" for row in report.rows if row.passes > 1]
    if not several:
        return ""
    return (
        " Where one look is not sure enough, some look twice more; with that, an inference takes"
        f" more than one look at a test image, on average: {', '.join(several)}."
    )


def _line(row: Row, several: bool) -> str:
    cells = [
        f"`{row.architecture}`",
        f"{row.parameters:,}",
        kilobytes(row.weight_bytes),
        f"{row.model_luau_bytes / 1000:.1f} + {kilobytes(row.runtime_luau_bytes)}",
        f"{row.accuracy:.2%}",
        *([f"{row.accuracy_mean:.2%} · {row.accuracy_worst:.2%}"] if several else []),
        *([f"{row.drawn.accuracy:.2%}"] if row.drawn else []),
        ratio(row.mean_cost_ratio),
        ratio(row.mean_incremental_ratio),
    ]
    return f"| {' | '.join(cells)} |"


def take_over(
    report_file: Path, results: Path = RESULTS, readme: Path = README, docs: Path = DOCS
) -> None:
    """Make a run's report the results that README shows, in figures and pictures.

    Raises PocketDigitsError when there is no report, or it is not of a full run on MNIST with
    counted costs.
    """
    report = load(report_file)
    method = report.rows[0].cost_method
    if report.recipe not in RECIPES or report.dataset != "mnist" or method != "callgrind":
        raise PocketDigitsError(
            f"{report_file}: made by recipe {report.recipe} from {report.dataset}, with costs by"
            f" {method}; expected {' or '.join(RECIPES)}, mnist and callgrind; run"
            " `nox -s release` with MNIST and valgrind first"
        )
    text = with_results(readme.read_text(encoding="utf-8"), report)
    pictures.draw(report, docs)
    write_atomically(results, report.model_dump_json(indent=2) + "\n")
    write_atomically(readme, text)
