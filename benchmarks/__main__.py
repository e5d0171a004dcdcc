"""`python -m benchmarks benchmark|preview|judge|teach|ablate|…`: what networks are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.commands import history as history_cli
from benchmarks.commands import nightly as nightly_cli
from benchmarks.commands.ablate import ablate
from benchmarks.commands.sweep import sweep
from benchmarks.drawings import pendigits
from benchmarks.drawings import predict as drawn
from benchmarks.headless.preview import SCREENS, VIEWS, draw_preview, written
from benchmarks.report import outputs
from benchmarks.report.readme import take_over, take_over_ablation
from benchmarks.report.terminal import tables, violations
from benchmarks.studies import frames
from benchmarks.studies.ablation.run import ABLATION_FILE
from benchmarks.studies.teaching import lessons as teaching
from benchmarks.studies.teaching.table import table as teaching_table
from benchmarks.verdict.earlier import AgainstFile, Earlier, HistoryFile
from benchmarks.verdict.judge import judge_all
from benchmarks.verdict.report import REPORT_FILE, exit_code
from pipeline import cli, taught
from pipeline.candidates import candidates
from pipeline.config import ARCHITECTURES, load
from pipeline.errors import PocketDigitsError

OPTIONS = "-- [OPTIONS]"  # as it is typed after the session's name
app = typer.Typer(add_completion=False, rich_markup_mode="markdown")
app.command(options_metavar=OPTIONS)(sweep)
app.command(options_metavar=OPTIONS)(ablate)
app.add_typer(history_cli.app)
app.add_typer(nightly_cli.app)


@app.command(options_metavar=OPTIONS)
def benchmark(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    seeds: cli.Seeds = None,
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

    Every seed that is trained reads the whole test set in Luau; size, load time, instructions
    and how it reads what people drew are those of the seed that ships, costs beside the
    baseline's in the same run. What is not trained yet is trained first.

    With `--history` or `--against`, sizes and instructions that grew by 1 %, and test images or
    drawings that are read worse than chance explains, are violations as well.

    Writes build/report.json, build/report.html, build/pareto-size.png and build/pareto-cost.png,
    and beside each network's place drawn/mistakes.png. A violation shows in the table and in the
    report; only a release, or this with `--gate`, fails on it.

    Exit codes of `python -m benchmarks benchmark`: 0 when it ran, 1 for an error, 2 for a wrong
    option, 130 when stopped; and with `--gate` 3 when a network breaks a limit of
    architectures.yaml, 4 when none does and one is worse than an earlier run. Nox ends in 1 for
    every one of them but 0.

    Example: `nox -s benchmark -- mlp-64 mlp-256 --recipe smoke`
    """
    console = cli.console()
    with cli.command():
        run = cli.Run.of(names, recipe, dataset, config, build, seeds)
        earlier = Earlier.of(history, against, console)
        with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
            material = drawn.find(run.recipe.test_images, space.progress)
            finished = candidates(run.entries, run.seeds, space)
            report = earlier.hold(judge_all(finished, run.recipe_name, material, space))
            data, page, *fronts = outputs.write(report, run.build, earlier.history)
        console.print(tables(report))
        for line in violations(report):
            console.print(line, soft_wrap=True)
        console.print(f"To read in a browser: [bold]{escape(str(page))}[/]")
        console.print(f"Every figure: [bold]{escape(str(data))}[/]")
        console.print(f"Pareto fronts: [bold]{escape(', '.join(map(str, fronts)))}[/]")
    if gate:
        raise typer.Exit(exit_code(report))


@app.command(options_metavar=OPTIONS)
def preview(
    name: Annotated[str, typer.Argument(help="The network of the place.")] = "best",
    digit: Annotated[int, typer.Option(min=0, max=9, help="What is drawn on the canvas.")] = 3,
    recipe: cli.Recipe = "standard",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Play a built place without Roblox, draw a digit, and save what its screens show as PNG."""
    console = cli.console()
    with cli.command():
        run = cli.Run.of([name], recipe, dataset, config, build)
        with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
            (candidate,) = candidates(run.entries, 1, space)
            lune = space.tools.path("lune")
            for device, screen in SCREENS.items():
                for view_name, view in VIEWS.items():
                    picture = build / f"preview-{device}-{view_name}.png"
                    drawing = written("429" if view_name == "wide" else str(digit))
                    draw_preview(candidate.place.file, lune, drawing, screen, view).save(picture)
                    console.print(f"wrote [bold]{escape(str(picture))}[/]")


@app.command(options_metavar=OPTIONS)
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
    there it reads the test set and what people drew. Writes build/NAME/report.json.

    Example: `nox -s judge -- my-hand.json`
    """
    console = cli.console()
    with cli.command():
        network = taught.read(file)
        if name in load(config).architectures:
            raise PocketDigitsError(
                f"--name {name} is an architecture of {config}; give the taught network another"
            )
        run = cli.Run.of([limits_of], recipe, dataset, config, build)
        with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
            material = drawn.find(run.recipe.test_images, space.progress)
            finished = taught.candidate(network, name, run.entries[0].limits, space)
            report = judge_all([finished], run.recipe_name, material, space)
            data, page, *_ = outputs.write(report, run.build / name)
        console.print(tables(report))
        for line in violations(report):
            console.print(line, soft_wrap=True)
        console.print(f"To read in a browser: [bold]{escape(str(page))}[/]")
        console.print(f"Every figure: [bold]{escape(str(data))}[/]")


@app.command(options_metavar=OPTIONS)
def teach(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Have 30 people's drawings teach networks as a player does, and show what that brings.

    Each network is corrected by one writer at a time, in Luau from its built place, and then reads
    what it has not been told. What every lesson brought is in teaching/lessons.json beside each
    network's place.

    Example: `nox -s teach -- best mlp-64`
    """
    console = cli.console()
    with cli.command():
        run = cli.Run.of(names, recipe, dataset, config, build)
        with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
            material = drawn.find(None, space.progress)
            if material.file is None:
                raise PocketDigitsError(f"nobody can teach: {material.reason}")
            finished = candidates(run.entries, 1, space)
            lessons = teaching.teach_all(finished, material.file, space)
        console.print(teaching_table(lessons))


@app.command(name="frames", options_metavar=OPTIONS)
def measure_frames(
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
    with cli.command():
        run = cli.Run.of([name], recipe, dataset, config, build)
        with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
            material = drawn.find(None, space.progress)
            if material.file is None:
                raise PocketDigitsError(f"nobody can draw: {material.reason}")
            (candidate,) = candidates(run.entries, 1, space)
            people, program = pendigits.read(material.file), space.tools.path("lune")
            played: dict[str, frames.Frames] = {}
            for way, what in frames.WAYS.items():
                with space.progress.step(f"play {name}: {what}"):
                    played[way] = frames.play(program, candidate.place.file, name, people, way)
        console.print(frames.table(name, played))


@app.command(options_metavar=OPTIONS)
def readme(build: cli.BuildFolder = cli.BUILD) -> None:
    """Take over build/report.json and build/ablation.json, or the one there is, as README's.

    The report gives the table of networks and the pictures, the ablation its own table.
    """
    console = cli.console()
    ablation_file = build / ABLATION_FILE
    with cli.command():
        if not ablation_file.is_file() or (build / REPORT_FILE).is_file():
            take_over(build / REPORT_FILE)
            console.print("wrote benchmarks/results.json, docs/pareto-*.png and README.md")
        if ablation_file.is_file():
            take_over_ablation(ablation_file)
            console.print("wrote benchmarks/ablation.json and README.md")
        console.print("commit them")


if __name__ == "__main__":
    app(prog_name="nox -s")
