"""`ablate`, `sweep`, `teach` and `frames`: studies beyond one benchmark run."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.commands.shared import people_file
from benchmarks.drawings import pendigits, predict
from benchmarks.report.terminal import tables
from benchmarks.studies import frames as framing
from benchmarks.studies import teaching
from benchmarks.studies.ablation import run as ablations
from benchmarks.studies.ablation.table import table as ablation_table
from benchmarks.verdict import report
from benchmarks.verdict.judge import judge_all
from pipeline import cli
from pipeline.candidates import candidates, seeded
from pipeline.config import ARCHITECTURES
from pipeline.toolchain import TOOLS
from pipeline.workers import cores

SWEEP_FOLDER = "sweep"
SWEEP_SEEDS = 10


def ablate(
    name: Annotated[str, typer.Argument(help="The network to take apart.")] = "best",
    recipe: cli.Recipe = "standard",
    seeds: Annotated[int, typer.Option(min=1, help="How often to train each variation.")] = 3,
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Train a network again without one part of its recipe at a time; show what each is worth.

    Without each way of bending images, each kind of drawing that joins them, label smoothing and
    weight decay; by AdamW where Muon moves it; with float32 weights, with weights rounded only
    after training, and without test-time augmentation. It predicts validation images, synthetic
    drawings, and letters and shapes: no test image and nothing that people drew, so that a recipe
    may be chosen by it.

    Takes as long as training a dozen networks, `--seeds` times. Writes build/ablation.json.

    Example: `nox -s ablate -- small --seeds 1`
    """
    console = cli.console()
    run = cli.Run.of([name], recipe, dataset, config, build, seeds)
    with cli.workspace(run, [], console) as space:
        (architecture,) = run.architectures
        ablation = ablations.ablate(architecture, run.recipe_name, run.seeds, space)
        path = ablations.write(ablation, run.build)
    console.print(ablation_table(ablation))
    console.print(f"Every figure: [bold]{escape(str(path))}[/]")


def sweep(
    names: cli.Names = None,
    recipe: Annotated[
        list[str], typer.Option(help="A recipe of architectures.yaml; give it again for others.")
    ] = ["standard"],  # noqa: B006 - typer copies it
    seeds: Annotated[
        int, typer.Option(min=1, help="How often to train each network.")
    ] = SWEEP_SEEDS,
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

    Each seed is a Dask task that is named by its inputs, so that a sweep which was killed
    continues, and a worker that died loses only its current seed. Every seed predicts the whole
    test set in the built place; costs are those of the first. Tables show mean, worst and spread,
    and build/sweep/RECIPE/report.json every figure.

    Example: `nox -s sweep -- tiny small --seeds 20 --recipe standard --recipe record`
    """
    from benchmarks.studies.sweep import run as dask_sweep  # noqa: PLC0415 - Dask is for it alone

    console = cli.console()
    runs = [
        cli.Run.of(names, each, dataset, config, build / SWEEP_FOLDER / each, seeds)
        for each in recipe
    ]
    with dask_sweep.cluster(scheduler, workers or cores(), memory_limit) as client:
        for run in runs:
            with cli.workspace(run, TOOLS, console) as space:
                for name in TOOLS:  # every worker needs them
                    space.tools.path(name)
                every = [one for each in run.architectures for one in seeded(each, run.seeds)]
                # Other machines keep their stages below their own checkouts.
                remote = Path("build", SWEEP_FOLDER, run.recipe_name)
                below = run.build.resolve() if scheduler is None else remote
                dask_sweep.train(every, run.recipe, str(below), client, space)
                drawings = predict.find(run.recipe.test_images, space.progress)
                finished = candidates(run.entries, run.seeds, space)  # all of them unchanged
                judged = judge_all(finished, run.recipe_name, drawings, space)
                path = report.write(judged, run.build)
            console.print(tables(judged))
            console.print(f"Every figure: [bold]{escape(str(path))}[/]")


def teach(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Have 30 people's drawings teach networks as a player does, and show what that brings.

    Each network is corrected by one writer at a time, in Luau from its built place, and then
    predicts the drawings that it was not taught. The lessons are in teaching/lessons.json beside
    each network's place.

    Example: `nox -s teach -- best mlp-64`
    """
    console = cli.console()
    run = cli.Run.of(names, recipe, dataset, config, build)
    with cli.workspace(run, TOOLS, console) as space:
        file = people_file(space)
        lessons = teaching.teach_all(candidates(run.entries, 1, space), file, space)
    console.print(teaching.table(lessons))


def frames(
    name: Annotated[str, typer.Argument(help="The network that reads and is taught.")] = "best",
    recipe: cli.Recipe = "standard",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Play a built place as a hand would, and show how long reading and learning take a frame.

    Times are this machine's, which should have nothing else to do; the baseline's inference, timed
    in between, tells how fast it was. The garbage collector is kept at rest.

    Example: `nox -s frames -- mlp-64`
    """
    console = cli.console()
    run = cli.Run.of([name], recipe, dataset, config, build)
    with cli.workspace(run, TOOLS, console) as space:
        people = pendigits.read(people_file(space))
        (candidate,) = candidates(run.entries, 1, space)
        played = {}
        for way, what in framing.WAYS.items():
            with space.progress.step(f"play {name}: {what}"):
                program, place = space.tools.path("lune"), candidate.place.file
                played[way] = framing.play(program, place, name, people, way)
    console.print(framing.table(name, played))
