"""README's table of results, generated from the measurements in `benchmarks/results.json`."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.report import Report, Row
from pipeline.artifacts import write_atomically
from pipeline.errors import PocketDigitsError
from pipeline.hashes import REPOSITORY

README = REPOSITORY / "README.md"
RESULTS = REPOSITORY / "benchmarks" / "results.json"
BLOCK = re.compile(r"(<!-- results: nox -s readme -->\n).*?(<!-- /results -->)", re.DOTALL)


def load_results(path: Path = RESULTS) -> Report:
    """Read the measurements that README shows."""
    return Report.model_validate_json(path.read_bytes())


def with_results(readme: str, report: Report) -> str:
    """Return README's text with its results replaced by those of `report`.

    Raises PocketDigitsError when README has lost the markers between which they stand.
    """
    text, count = BLOCK.subn(lambda found: found[1] + _markdown(report) + found[2], readme)
    if count != 1:
        raise PocketDigitsError(
            f"{README.name}: found {count} blocks between `<!-- results: nox -s readme -->` and"
            " `<!-- /results -->`, expected one; restore the markers"
        )
    return text


def _markdown(report: Report) -> str:
    lines = [
        "| network | read right | weights | Luau | one inference |",
        "|---|---:|---:|---:|---:|",
        *(_line(row) for row in report.rows),
    ]
    images = report.rows[0].test_images
    note = (
        f"Trained on {report.dataset}. *Read right*: of {images:,} test images, by the Luau in the"
        " built place. *Weights*: in binary; *Luau*: the module that holds them. *One inference*:"
        " interpreted instructions, as a share of the usual way to write 784 → 256 → 10 in Luau."
    )
    return "\n".join(lines) + f"\n\n{note}\n"


def _line(row: Row) -> str:
    return (
        f"| `{row.architecture}` | {row.accuracy:.2%} | {row.weight_bytes / 1000:.1f} kB"
        f" | {row.model_luau_bytes / 1000:.1f} kB | 1/{1 / row.cost_ratio:.0f} |"
    )


def take_over(report_file: Path, results: Path = RESULTS, readme: Path = README) -> None:
    """Make a run's report the results that README shows.

    Raises PocketDigitsError when there is no report, or it is not of a full run on MNIST.
    """
    if not report_file.is_file():
        raise PocketDigitsError(f"{report_file}: no such file; run `nox -s release` first")
    report = load_results(report_file)
    if report.recipe != "standard" or report.dataset != "mnist":
        raise PocketDigitsError(
            f"{report_file}: made by recipe {report.recipe} from {report.dataset}, expected"
            " standard and mnist; run `nox -s release` with MNIST first"
        )
    text = with_results(readme.read_text(encoding="utf-8"), report)
    write_atomically(results, report.model_dump_json(indent=2) + "\n")
    write_atomically(readme, text)
