"""`python -m benchmarks`: measure and judge, without making a release."""

from __future__ import annotations

import typer
from rich.markup import escape

from benchmarks.judge import judge_all
from benchmarks.report import caption, table, write
from pipeline import cli
from pipeline.config import ARCHITECTURES
from pipeline.stages import candidates

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def benchmark(
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
    with cli.command(console):
        run = cli.Run.of(names, recipe, dataset, config, build)
        with cli.workspace(run, ["rojo", "lune"], console) as (space, fallback_reason):
            finished = candidates(run.architectures, space)
            report = judge_all(finished, run.recipe_name, fallback_reason, space)
            path = write(report, run.build)
        console.print(table(report.rows, caption(report)))
        console.print(f"Every figure: [bold]{escape(str(path))}[/]")


if __name__ == "__main__":
    app(prog_name="nox -s benchmark --")
