"""`python -m release`: train → export → measure → validate → dist."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.drawings import predict as drawn
from benchmarks.report import outputs
from benchmarks.report.terminal import tables, violations
from benchmarks.commands.earlier import AgainstFile, Earlier, HistoryFile
from benchmarks.verdict.judge import judge_all
from benchmarks.verdict.report import Report
from pipeline import cli
from pipeline.candidates import candidates
from pipeline.config import ARCHITECTURES
from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress, duration
from release import changelog
from release.bundle import bundle, require_replaceable
from release.provenance import Provenance
from release.version import commit, is_release, version

DIST = Path("dist")
LONGEST_STEPS = 6
app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def release(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    seeds: cli.Seeds = None,
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
    dist: Annotated[Path, typer.Option(help="Where the approved files go.")] = DIST,
    history: HistoryFile = None,
    against: AgainstFile = None,
) -> None:
    """Train, export, build, measure and judge, then fill dist/ with what passed.

    Stages whose inputs have not changed are skipped. The first run also builds Rojo, darklua and
    Lune, and takes about 20 minutes on two cores; a repeated one takes seconds.
    """
    console = cli.console()
    with cli.command():
        checkout = version(), commit()
        if is_release(checkout[0]):
            changelog.entry(checkout[0])
        run = cli.Run.of(names, recipe, dataset, config, build, seeds)
        require_replaceable(dist)
        _release(run, checkout, dist, Earlier.of(history, against, console), console)


def _release(
    run: cli.Run, checkout: tuple[str, str | None], dist: Path, earlier: Earlier, console: Console
) -> None:
    with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
        material = drawn.find(run.recipe.test_images, space.progress)
        finished = candidates(run.entries, run.seeds, space)
        report = earlier.hold(judge_all(finished, run.recipe_name, material, space))
        outputs.write(report, run.build, earlier.history)
        by_name = {candidate.architecture.name: candidate for candidate in finished}
        approved = [by_name[row.architecture] for row in report.approved]
        if approved:
            _require_same(checkout)
            origin = Provenance(*checkout, report.dataset)
            place = bundle(approved, report, origin, space, dist)
        elif dist.exists():
            shutil.rmtree(dist)  # what an earlier run approved is approved no more
    _show(report, space.progress, console)
    if approved:
        console.print(f"Open [bold]{escape(str(place))}[/] in Roblox Studio and press Play.")
    refused = [row.architecture for row in report.rows if not row.verdict.approved]
    if refused:
        raise PocketDigitsError(
            f"{', '.join(refused)} kept out of {dist}/; improve the network, or change its limit"
            " and the limit's reason in architectures.yaml, or accept what grew with"
            " `nox -s history -- append FILE --accept REASON`"
        )


def _require_same(checkout: tuple[str, str | None]) -> None:
    """Refuse to call something by a version that was not there when it was begun."""
    if (version(), commit()) != checkout:
        raise PocketDigitsError(
            f"the checkout was {checkout[0]} and is {version()} now, so nobody could tell what this"
            " release is made of; run again, and leave it alone meanwhile"
        )


def _show(report: Report, progress: Progress, console: Console) -> None:
    """Print the tables, where the time went, and every violation."""
    console.print(tables(report))
    slowest = sorted(progress.seconds.items(), key=lambda item: -item[1])[:LONGEST_STEPS]
    if slowest:
        times = ", ".join(f"{what} {duration(took)}" for what, took in slowest)
        console.print(f"[dim]longest: {escape(times)}[/]", soft_wrap=True, highlight=False)
    for line in violations(report):
        console.print(line, soft_wrap=True)


if __name__ == "__main__":
    app(prog_name="nox -s release --")
