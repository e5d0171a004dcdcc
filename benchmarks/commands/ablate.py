"""The command `ablate`: what each part of an architecture's recipe is worth."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.studies.ablation.run import ablate as run_ablation
from benchmarks.studies.ablation.run import write
from benchmarks.studies.ablation.table import table
from pipeline import cli
from pipeline.config import ARCHITECTURES


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
    after training, and with one look. What it reads are validation images, synthetic drawings, and
    letters and shapes: no test image and nothing that people drew, so that a recipe may be chosen
    by it.

    Takes as long as training a dozen networks, `--seeds` times. Writes build/ablation.json.

    Example: `nox -s ablate -- small --seeds 1`
    """
    console = cli.console()
    with cli.command():
        run = cli.Run.of([name], recipe, dataset, config, build, seeds)
        with cli.workspace(run, [], console) as space:
            (architecture,) = run.architectures
            ablation = run_ablation(architecture, run.recipe_name, run.seeds, space)
            path = write(ablation, run.build)
    console.print(table(ablation))
    console.print(f"Every figure: [bold]{escape(str(path))}[/]")
