"""README's results, generated from `benchmarks/results.json`: a table, and pictures in `docs/`."""

import re
from pathlib import Path

from benchmarks.measure.columns import BASELINE, View, legend, measured, shown
from benchmarks.report.tables import metrics_table
from benchmarks.verdict.report import Report, load
from pipeline.artifacts import write_atomically
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

README = REPOSITORY / "README.md"
RESULTS = REPOSITORY / "benchmarks" / "results.json"
DOCS = REPOSITORY / "docs"
RECIPES = ("standard", "record")


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


def markdown(report: Report) -> str:
    """Return the table of a report's networks, and what its columns mean."""
    columns = measured(shown(View.README), report.rows)
    note = (
        f"The networks of {report.environment.title}, trained on {report.dataset} by recipe"
        f" {report.recipe}; all of it is read out of the built place, run in Luau."
        f" {legend(columns, report.rows[0], '*{}*')}. The baseline is {BASELINE}."
    )
    passes = [f"{row.architecture} {row.passes:.2f}" for row in report.rows if row.passes > 1]
    if passes:
        note += (
            " A network that is not sure enough after one forward pass takes two more, which"
            f" *one inference* includes; forward passes per test image: {', '.join(passes)}."
        )
    return f"{metrics_table(columns, report.rows)}\n\n{note}\n"


def take_over(
    report_file: Path, results: Path = RESULTS, readme: Path = README, docs: Path = DOCS
) -> None:
    """Make a run's report the results that README shows, in numbers and pictures.

    Raises PocketDigitsError when there is no report, or it is not of a full run on MNIST with
    counted costs.
    """
    from benchmarks.report.pictures import scatter  # noqa: PLC0415 - loads matplotlib

    report = load(report_file)
    method = report.rows[0].cost_method
    if report.recipe not in RECIPES or report.dataset != "mnist" or method != "callgrind":
        raise PocketDigitsError(
            f"{report_file}: made by recipe {report.recipe} from {report.dataset}, with costs by"
            f" {method}; expected {' or '.join(RECIPES)}, mnist and callgrind; run"
            " `nox -s release` with MNIST and valgrind first"
        )
    text = with_block(readme.read_text(encoding="utf-8"), "results", markdown(report))
    scatter.draw(report, docs)
    write_atomically(results, report.model_dump_json(indent=2) + "\n")
    write_atomically(readme, text)
