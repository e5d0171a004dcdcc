"""`benchmark` and `judge`: what networks are worth, measured in their built places."""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.commands.earlier import AgainstFile, Earlier, HistoryFile
from benchmarks.commands.shared import show
from benchmarks.drawings import predict
from benchmarks.report import outputs
from benchmarks.verdict.judge import judge_all
from benchmarks.verdict.report import exit_code
from pipeline import cli, taught
from pipeline.candidates import candidates
from pipeline.config import ARCHITECTURES, load
from pipeline.errors import PocketDigitsError
from pipeline.toolchain import TOOLS


def benchmark(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    seeds: cli.Seeds = None,
    epochs: cli.Epochs = None,
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
    history: HistoryFile = None,
    against: AgainstFile = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="End with exit code 3 or 4 when something is refused.")
    ] = False,
) -> None:
    """Measure networks in their built places, and judge them by their limits.

    Every seed that is trained predicts the whole test set in Luau; size, load time, instructions
    and accuracy on people's drawings are those of the seed that ships, costs beside the
    baseline's in the same run. What is not trained yet is trained first.

    With `--history` or `--against`, sizes and instructions that grew by 1 %, and test images or
    drawings that are read worse than chance explains, are violations as well.

    Writes build/report.json, build/report.html, build/pareto-size.png and build/pareto-cost.png,
    and beside each network's place drawn/mistakes.png. A violation shows in the table and in the
    report; only a release, or this with `--gate`, fails on it.

    Exit codes of the command itself: 0 when it ran, 1 for an error, 2 for a wrong
    option, 130 when stopped; and with `--gate` 3 when a network breaks a limit of
    architectures.yaml, 4 when none does and one is worse than an earlier run. Nox ends in 1 for
    every one of them but 0.

    Example: `nox -s benchmark -- mlp-64 mlp-256 --recipe smoke`
    """
    console = cli.console()
    run = cli.Run.of(names, recipe, dataset, config, build, seeds).trying(epochs)
    earlier = Earlier.of(history, against, console)
    with cli.workspace(run, TOOLS, console) as space:
        drawings = predict.find(run.recipe.test_images, space.progress)
        finished = candidates(run.entries, run.seeds, space)
        report = earlier.hold(judge_all(finished, run.recipe_name, drawings, space))
        files = outputs.write(report, run.build, earlier.history)
    show(report, files, console)
    if gate:
        raise typer.Exit(exit_code(report))


def judge(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="What the game exported.")],
    name: Annotated[str, typer.Option(help="What to call it.")] = "taught",
    limits_of: Annotated[
        str, typer.Option(help="The architecture by whose limits it is judged.")
    ] = "perceptron",
    recipe: cli.Recipe = "standard",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Measure and judge a network that a player taught in the game, like any other.

    Its confidences are calibrated, it is exported to Luau and built into a place of its own, and
    there it predicts the test set and people's drawings. Writes build/NAME/report.json.

    Example: `nox -s judge -- my-hand.json`
    """
    network = taught.read(file)
    if name in load(config).architectures:
        raise PocketDigitsError(
            f"--name {name} is an architecture of {config}; give the taught network another"
        )
    architecture = network.architecture(name)
    console = cli.console()
    run = cli.Run.of([limits_of], recipe, dataset, config, build)
    with cli.workspace(run, TOOLS, console) as space:
        drawings = predict.find(run.recipe.test_images, space.progress)
        finished = taught.candidate(network, architecture, run.entries[0].limits, space)
        report = judge_all([finished], run.recipe_name, drawings, space)
        files = outputs.write(report, run.build / name)
    show(report, files, console)
