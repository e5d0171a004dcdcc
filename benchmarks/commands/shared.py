"""What commands on built places share: drawings to play, and how a report is shown."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from benchmarks.drawings import predict
from benchmarks.report.terminal import tables, violations
from benchmarks.verdict.report import Report
from pipeline.errors import PocketDigitsError
from pipeline.workspace import Workspace


def show(report: Report, files: Sequence[Path], console: Console) -> None:
    """Print a report's tables and violations, and the files that `outputs.write` returned."""
    data, page, *fronts = files
    console.print(tables(report))
    for line in violations(report):
        console.print(line, soft_wrap=True)
    console.print(f"To read in a browser: [bold]{escape(str(page))}[/]")
    console.print(f"Every figure: [bold]{escape(str(data))}[/]")
    console.print(f"Pareto fronts: [bold]{escape(', '.join(map(str, fronts)))}[/]")


def people_file(space: Workspace) -> Path:
    """Return the file of people's drawings.

    Raises PocketDigitsError when there is none.
    """
    drawings = predict.find(None, space.progress)
    if drawings.file is None:
        raise PocketDigitsError(f"there are no people's drawings: {drawings.reason}")
    return drawings.file
