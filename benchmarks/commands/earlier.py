"""The options that hold a new run against earlier ones; their files are read early."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.verdict import history, regression, report

HistoryFile = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="FILE",
        help="Earlier runs (see `nox -s history`): what got worse since is a violation, and"
        " report.html shows their lines.",
    ),
]
AgainstFile = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="FILE",
        help="Another run's report.json, such as the last release's: what got worse since is a"
        " violation.",
    ),
]


@dataclass(frozen=True)
class Earlier:
    """A history and a single report, each where it was given."""

    history: history.History | None = None
    against: report.Report | None = None

    @classmethod
    def of(cls, history_file: Path | None, against: Path | None, console: Console) -> Earlier:
        """Read both, before anything long begins; say what of the history is damaged."""
        lines = None if history_file is None else history.load(history_file)
        if lines is not None and history_file is not None:
            show_damage(lines, history_file, console)
        return cls(lines, None if against is None else report.load(against))

    def hold(self, found: report.Report) -> report.Report:
        """Return a report whose verdicts also hold it against these."""
        return regression.hold(found, self.history, self.against)


def show_damage(runs: history.History, file: Path, console: Console) -> None:
    """Print which lines of a history cannot be read."""
    for damage in runs.damaged:
        text = f"[yellow]{escape(str(file))}:[/] {escape(str(damage))}"
        console.print(text, soft_wrap=True, highlight=False)
