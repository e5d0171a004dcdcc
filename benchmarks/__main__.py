"""`python -m benchmarks measure|preview|readme`: judge networks, and show what was found."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.judge import judge_all
from benchmarks.preview import draw_preview
from benchmarks.readme import take_over
from benchmarks.report import REPORT_FILE, caption, table, write
from pipeline import cli
from pipeline.config import ARCHITECTURES
from pipeline.datasets.glyphs import WAYS
from pipeline.datasets.splines import parse_strokes
from pipeline.stages import candidates

SCREENS = {"desktop": (1280, 720), "phone": (390, 844)}
app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def measure(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Measure networks in their built places: accuracy, size, cost, and the verdict on them.

    A violated limit shows in the table and in build/report.json; only a release fails on it.
    """
    console = cli.console()
    with cli.command():
        run = cli.Run.of(names, recipe, dataset, config, build)
        with cli.workspace(run, ["rojo", "lune"], console) as space:
            finished = candidates(run.architectures, space)
            report = judge_all(finished, run.recipe_name, space)
            path = write(report, run.build)
        console.print(table(report.rows, caption(report)))
        console.print(f"Every figure: [bold]{escape(str(path))}[/]")


@app.command()
def preview(
    name: Annotated[str, typer.Argument(help="The network of the place.")] = "mlp-256",
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
        with cli.workspace(run, ["rojo", "lune"], console) as space:
            (candidate,) = candidates(run.architectures, space)
            for screen, size in SCREENS.items():
                picture = build / f"preview-{screen}.png"
                lune = space.tools.path("lune")
                draw_preview(candidate.place_file, lune, _written(digit), size).save(picture)
                console.print(f"wrote [bold]{escape(str(picture))}[/]")


@app.command()
def readme(build: cli.BuildFolder = cli.BUILD) -> None:
    """Take over the report of the last run as the results that README shows."""
    console = cli.console()
    with cli.command():
        take_over(build / REPORT_FILE)
        console.print("wrote benchmarks/results.json and README.md: commit both")


def _written(digit: int) -> list[list[tuple[float, float]]]:
    """The most usual way of writing a digit, as strokes in the middle of the canvas."""
    way, _ = max(WAYS[digit], key=lambda entry: entry[1])
    return [
        [(0.27 + x * 0.0046, 0.14 + y * 0.0072) for x, y in stroke.curve @ stroke.controls]
        for stroke in parse_strokes(way)
    ]


if __name__ == "__main__":
    app(prog_name="python -m benchmarks")
