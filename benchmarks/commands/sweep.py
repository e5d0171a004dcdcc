"""The command `sweep`: many seeds of many networks, under several recipes, on Dask."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.drawings import predict as drawn
from benchmarks.report.terminal import tables
from benchmarks.studies.sweep import task as sweep_task
from benchmarks.verdict import report
from benchmarks.verdict.judge import judge_all
from pipeline import cli
from pipeline.candidates import candidates, seeded
from pipeline.config import ARCHITECTURES
from pipeline.workers import cores

if TYPE_CHECKING:
    from distributed import Client

FOLDER = "sweep"
USUAL_SEEDS = 10


def sweep(
    names: cli.Names = None,
    recipe: Annotated[
        list[str], typer.Option(help="A recipe of architectures.yaml; give it again for others.")
    ] = ["standard"],  # noqa: B006 - typer copies it
    seeds: Annotated[
        int, typer.Option(min=1, help="How often to train each network.")
    ] = USUAL_SEEDS,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask scheduler whose workers to use, such as tcp://192.0.2.1:8786.",
            show_default="this machine's cores",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="How many, on this machine.", show_default="one for each core"),
    ] = None,
    memory_limit: Annotated[
        str,
        typer.Option(help="Of each worker on this machine, such as 3GiB; auto shares it all."),
    ] = "auto",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Train and judge networks from many seeds, on many cores or machines.

    Each seed is a Dask task that is known by what it is made from, so that a sweep which was
    killed goes on where it was, and a worker that died loses the seed it was at. Every seed reads
    the whole test set in the built place; costs are those of the first. Tables show mean, worst
    and spread, and build/sweep/RECIPE/report.json every figure.

    Example: `nox -s sweep -- tiny small --seeds 20 --recipe standard --recipe record`
    """
    console = cli.console()
    with cli.command():
        runs = [
            cli.Run.of(names, each, dataset, config, build / FOLDER / each, seeds)
            for each in recipe
        ]
        with _cluster(scheduler, workers, memory_limit) as client:
            for run in runs:
                _sweep(run, client, console, is_remote=scheduler is not None)


def _sweep(run: cli.Run, client: Client, console: Console, *, is_remote: bool) -> None:
    from benchmarks.studies.sweep.run import train  # noqa: PLC0415 - only this command installs Dask

    with cli.workspace(run, list(sweep_task.TOOLS), console) as space:
        every = [one for each in run.architectures for one in seeded(each, run.seeds)]
        # Other machines keep their stages below their own checkouts.
        below = Path("build", FOLDER, run.recipe_name) if is_remote else run.build.resolve()
        train(every, run.recipe, str(below), client, space)
        material = drawn.find(run.recipe.test_images, space.progress)
        finished = candidates(run.entries, run.seeds, space)  # all of them unchanged
        judged = judge_all(finished, run.recipe_name, material, space)
        path = report.write(judged, run.build)
    console.print(tables(judged))
    console.print(f"Every figure: [bold]{escape(str(path))}[/]")


def _cluster(
    scheduler: str | None, workers: int | None, memory_limit: str
) -> AbstractContextManager[Client]:
    from benchmarks.studies.sweep import run as on_dask  # noqa: PLC0415 - only this command installs Dask

    if scheduler is not None:
        return on_dask.on(scheduler)
    return on_dask.on_this_machine(workers or cores(), memory_limit)
