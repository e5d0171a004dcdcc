"""`python -m benchmarks benchmark|history|preview|readme`: judge networks, show what was found."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from benchmarks import drawn, history_cli, nightly_cli, outputs
from benchmarks.earlier import AgainstFile, Earlier, HistoryFile
from benchmarks.judge import judge_all
from benchmarks.preview import draw_preview
from benchmarks.readme import take_over
from benchmarks.report import REPORT_FILE, exit_code
from benchmarks.sweep_cli import sweep
from benchmarks.tables import tables, violations
from pipeline import cli
from pipeline.config import ARCHITECTURES
from pipeline.datasets.glyphs import WAYS
from pipeline.datasets.splines import parse_strokes
from pipeline.stages import candidates

SCREENS = {"desktop": (1280, 720), "phone": (390, 844)}
OPTIONS = "-- [OPTIONS]"  # as it is typed after the session's name
app = typer.Typer(add_completion=False, rich_markup_mode="markdown")
app.command(options_metavar=OPTIONS)(sweep)
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
            finished = candidates(run.architectures, run.seeds, space)
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
    """Play a built place without Roblox, draw a digit, and save what its screen shows as PNG."""
    console = cli.console()
    with cli.command():
        run = cli.Run.of([name], recipe, dataset, config, build)
        with cli.workspace(run, ["rojo", "darklua", "lune"], console) as space:
            (candidate,) = candidates(run.architectures, 1, space)
            for screen, size in SCREENS.items():
                picture = build / f"preview-{screen}.png"
                lune = space.tools.path("lune")
                draw_preview(candidate.place_file, lune, _written(digit), size).save(picture)
                console.print(f"wrote [bold]{escape(str(picture))}[/]")


@app.command(options_metavar=OPTIONS)
def readme(build: cli.BuildFolder = cli.BUILD) -> None:
    """Take over the report of the last run as README's results: its table and its pictures."""
    console = cli.console()
    with cli.command():
        take_over(build / REPORT_FILE)
        console.print("wrote benchmarks/results.json, README.md and docs/pareto-*.png: commit them")


def _written(digit: int) -> list[list[tuple[float, float]]]:
    """The most usual way of writing a digit, as strokes in the middle of the canvas."""
    way, _ = max(WAYS[digit], key=lambda entry: entry[1])
    return [
        [(0.27 + x * 0.0046, 0.14 + y * 0.0072) for x, y in stroke.curve @ stroke.controls]
        for stroke in parse_strokes(way)
    ]


if __name__ == "__main__":
    app(prog_name="nox -s")
