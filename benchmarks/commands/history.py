"""`nox -s history -- append|merge|check`: keeps the file of all runs."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.verdict import history
from benchmarks.verdict.report import REPORT_FILE, load
from pipeline import cli
from pipeline.errors import PocketDigitsError

HistoryFile = Annotated[Path, typer.Argument(metavar="FILE", help="The history, JSON lines.")]
app = typer.Typer(
    name="history",
    help="Keep the history of all runs: one JSON line for each run and network.",
    rich_markup_mode="markdown",
    subcommand_metavar="-- COMMAND",
    no_args_is_help=True,
)


@app.command()
def append(
    file: HistoryFile,
    build: cli.BuildFolder = cli.BUILD,
    release: Annotated[
        str | None,
        typer.Option(help="The run is this release: later ones are held against it."),
    ] = None,
    accept: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Take the run for good, why ever it costs more: later ones are held against it.",
        ),
    ] = None,
) -> None:
    """Add the run in build/report.json; a run that is in it already is not added again.

    `--release` or `--accept` also marks a run that was added before.
    """
    console = cli.console()
    with cli.command():
        report = load(build / REPORT_FILE)
        now = datetime.now(timezone.utc)
        lines = history.lines_of(report, now, release, accept)
        joined = history.add(file, [lines])
        _tell(joined, file, console)


@app.command()
def merge(
    file: HistoryFile,
    others: Annotated[
        list[Path], typer.Argument(metavar="OTHER", help="Histories to join into it.")
    ],
) -> None:
    """Join other histories into FILE, so that runs that raced are all kept, each once."""
    console = cli.console()
    with cli.command():
        found = [history.load(other) for other in others]
        _tell(history.add(file, found), file, console)


@app.command()
def check(file: HistoryFile) -> None:
    """Tell how many runs FILE has; ends with exit code 1 when a line is damaged."""
    console = cli.console()
    with cli.command():
        found = history.load(file)
        _tell(found, file, console)
        if found.damaged:
            raise PocketDigitsError(
                f"{file}: {len(found.damaged)} damaged lines; restore them from the file's own"
                " history in git, or delete them"
            )


def _tell(found: history.History, file: Path, console: Console) -> None:
    runs = len({line.run for line in found.lines})
    console.print(f"{escape(str(file))}: {runs} runs, {len(found.lines)} lines", soft_wrap=True)
    tell_damage(found, file, console)


def tell_damage(found: history.History, file: Path, console: Console) -> None:
    """Say which lines of a history cannot be read."""
    for damage in found.damaged:
        text = f"[yellow]{escape(str(file))}:[/] {escape(str(damage))}"
        console.print(text, soft_wrap=True, highlight=False)
