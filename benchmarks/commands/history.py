"""`nox -s history`: keeps the file of all runs."""

from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.commands.earlier import show_damage
from benchmarks.verdict import history
from benchmarks.verdict.report import REPORT_FILE, load
from pipeline import cli
from pipeline.errors import PocketDigitsError

HistoryFile = Annotated[Path, typer.Argument(metavar="FILE", help="The history, JSON lines.")]
app = typer.Typer(
    name="history",
    help="Keep the history of all runs: one JSON line for each run and network.",
    rich_markup_mode="markdown",
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
            help="Accept the run at its higher cost: later runs are held against it.",
        ),
    ] = None,
) -> None:
    """Add the run in build/report.json; a run that is in it already is not added again.

    `--release` or `--accept` also marks a run that was added before.
    """
    for option, given in (("--release", release), ("--accept", accept)):
        if given is not None and not given.strip():
            raise PocketDigitsError(f"{option} is {given!r}, expected a text; give one")
    report = load(build / REPORT_FILE)
    lines = history.lines_of(report, datetime.now(timezone.utc), release, accept)
    _show(history.add(file, [lines]), file)


@app.command()
def merge(
    file: HistoryFile,
    others: Annotated[
        list[Path], typer.Argument(metavar="OTHER", help="Histories to join into it.")
    ],
) -> None:
    """Join other histories into FILE, so that runs that raced are all kept, each once."""
    _show(history.add(file, [history.load(other) for other in others]), file)


@app.command()
def check(file: HistoryFile) -> None:
    """Tell how many runs FILE has; ends with exit code 1 when a line is damaged."""
    runs = history.load(file)
    _show(runs, file)
    if runs.damaged:
        raise PocketDigitsError(
            f"{file}: {_count(len(runs.damaged), 'damaged line')}; restore what it held from the"
            " file's own history in git, or delete it"
        )


def _show(runs: history.History, file: Path) -> None:
    console = cli.console()
    count = _count(len({line.run for line in runs.lines}), "run")
    lines = _count(len(runs.lines), "line")
    console.print(f"{escape(str(file))}: {count}, {lines}", soft_wrap=True)
    show_damage(runs, file, console)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
