"""`nox -s nightly`: the steps of benchmarks.yml."""

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.commands.earlier import Earlier, HistoryFile
from benchmarks.commands.shared import show
from benchmarks.report import outputs
from benchmarks.report.terminal import violations
from benchmarks.verdict import branch, history
from benchmarks.verdict import issue as issues
from benchmarks.verdict.join import join as joined
from benchmarks.verdict.report import REPORT_FILE, Report, exit_code, load
from pipeline import cli
from pipeline import command as programs
from pipeline import config as configuration
from pipeline.config import ARCHITECTURES
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

OUTPUT = "GITHUB_OUTPUT"  # the file in which a step writes its outputs for other jobs
app = typer.Typer(
    name="nightly",
    help="What the scheduled benchmarks do around measuring (.github/workflows/benchmarks.yml).",
    rich_markup_mode="markdown",
    no_args_is_help=True,
)


@app.command()
def networks(config: cli.ConfigFile = ARCHITECTURES) -> None:
    """Print the names of all networks as JSON, and tell them GitHub as the output `networks`."""
    names = json.dumps(list(configuration.load(config).architectures))
    if output := os.environ.get(OUTPUT):
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(f"networks={names}\n")
    typer.echo(names)


@app.command()
def join(
    files: Annotated[list[Path], typer.Argument(metavar="REPORT…", help="Several report.json.")],
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
    earlier_runs: HistoryFile = None,
) -> None:
    """Join reports of the same commit, recipe and dataset into the one of build/report.json."""
    console = cli.console()
    earlier = Earlier.of(earlier_runs, None, console)
    order = list(configuration.load(config).architectures)
    whole = earlier.hold(joined({file: load(file) for file in files}, order))
    build.mkdir(parents=True, exist_ok=True)
    show(whole, outputs.write(whole, build, earlier.history), console)


@app.command()
def fetch(file: Annotated[Path, typer.Argument(help="Where to write it.")]) -> None:
    """Get the history from its branch; an empty one where there is none yet."""
    branch.fetch(REPOSITORY, file)


@app.command()
def keep(build: cli.BuildFolder = cli.BUILD) -> None:
    """Add build/report.json to the history on its branch, and push that."""
    report = load(build / REPORT_FILE)
    lines = history.lines_of(report, datetime.now(timezone.utc))
    branch.push(REPOSITORY, lines, f"Benchmarks of {report.environment.title}")


@app.command()
def issue(
    run_url: Annotated[str, typer.Option(envvar="RUN_URL", help="What the issue links to.")],
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Open, update or close the one issue that tells what is worse, by GitHub's `gh`."""
    report = load(build / REPORT_FILE)
    missing = _missing(report, config)
    done = issues.settle(report, missing, run_url, lambda *words: programs.run("gh", *words))
    cli.console().print(escape(done))


@app.command()
def gate(config: cli.ConfigFile = ARCHITECTURES, build: cli.BuildFolder = cli.BUILD) -> None:
    """Fail when a network is missing (1), breaks a limit (3) or is worse than before (4)."""
    report, console = load(build / REPORT_FILE), cli.console()
    for line in violations(report):
        console.print(line, soft_wrap=True)
    if missing := _missing(report, config):
        raise PocketDigitsError(
            f"{build / REPORT_FILE}: has no {', '.join(missing)}; see why its job failed"
        )
    raise typer.Exit(exit_code(report))


def _missing(report: Report, config: Path) -> list[str]:
    measured = {row.architecture for row in report.rows}
    return [name for name in configuration.load(config).architectures if name not in measured]
