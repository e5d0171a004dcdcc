"""`python -m benchmarks benchmark|preview|judge|teach|readme`: what networks are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from benchmarks import drawn, pictures, teaching
from benchmarks.judge import judge_all
from benchmarks.preview import SCREENS, VIEWS, draw_preview, written
from benchmarks.readme import take_over
from benchmarks.report import REPORT_FILE, write
from benchmarks.tables import tables
from benchmarks.teaching_table import table as teaching_table
from pipeline import cli, taught
from pipeline.config import ARCHITECTURES, load
from pipeline.errors import PocketDigitsError
from pipeline.stages import candidates

OPTIONS = "-- [OPTIONS]"  # as it is typed after the session's name
app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command(options_metavar=OPTIONS)
def benchmark(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    seeds: cli.Seeds = None,
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Measure networks in their built places, and judge them by their limits.

    Every seed that is trained reads the whole test set in Luau; size, load time, instructions
    and how it reads what people drew are those of the seed that ships, costs beside the
    baseline's in the same run. What is not trained yet is trained first.

    Writes build/report.json, build/pareto-size.png and build/pareto-cost.png, and beside each
    network's place drawn/mistakes.png. A violated limit shows in the table and in the report;
    only a release fails on it.

    Example: `nox -s benchmark -- mlp-64 mlp-256 --recipe smoke`
    """
    console = cli.console()
    with cli.command():
        run = cli.Run.of(names, recipe, dataset, config, build, seeds)
        with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
            material = drawn.find(run.recipe.test_images, space.progress)
            finished = candidates(run.architectures, run.seeds, space)
            report = judge_all(finished, run.recipe_name, material, space)
            path = write(report, run.build)
        fronts = pictures.draw(report, run.build)
        console.print(tables(report))
        console.print(f"Every figure: [bold]{escape(str(path))}[/]")
        console.print(f"Pareto fronts: [bold]{escape(', '.join(map(str, fronts)))}[/]")


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
            (candidate,) = candidates(run.architectures, 1, space)
            lune = space.tools.path("lune")
            for device, screen in SCREENS.items():
                for view_name, view in VIEWS.items():
                    picture = build / f"preview-{device}-{view_name}.png"
                    drawing = written("429" if view_name == "wide" else str(digit))
                    draw_preview(candidate.place_file, lune, drawing, screen, view).save(picture)
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
            finished = taught.candidate(network, name, run.architectures[0].limits, space)
            report = judge_all([finished], run.recipe_name, material, space)
            path = write(report, run.build / name)
        console.print(tables(report))
        console.print(f"Every figure: [bold]{escape(str(path))}[/]")


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
            finished = candidates(run.architectures, 1, space)
            lessons = teaching.teach_all(finished, material.file, space)
        console.print(teaching_table(lessons))


@app.command(options_metavar=OPTIONS)
def readme(build: cli.BuildFolder = cli.BUILD) -> None:
    """Take over the report of the last run as README's results: its table and its pictures."""
    console = cli.console()
    with cli.command():
        take_over(build / REPORT_FILE)
        console.print("wrote benchmarks/results.json, README.md and docs/pareto-*.png: commit them")


if __name__ == "__main__":
    app(prog_name="nox -s")
