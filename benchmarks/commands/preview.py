"""`preview`: what a built place shows on every device."""

from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.headless.preview import SCREENS, VIEWS, draw_preview, written
from pipeline import cli
from pipeline.candidates import candidates
from pipeline.config import ARCHITECTURES
from pipeline.toolchain import TOOLS


def preview(
    name: Annotated[str, typer.Argument(help="The network of the place.")] = "best",
    digit: Annotated[int, typer.Option(min=0, max=9, help="What is drawn on the canvas.")] = 3,
    recipe: cli.Recipe = "standard",
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Play a built place without Roblox, draw a digit, and save what its screens show as PNG."""
    run = cli.Run.of([name], recipe, dataset, config, build)
    with cli.workspace(run, TOOLS, cli.console()) as space:
        (candidate,) = candidates(run.entries, 1, space)
        lune = space.tools.path("lune")
        for device, screen in SCREENS.items():
            for view_name, view in VIEWS.items():
                picture = build / f"preview-{device}-{view_name}.png"
                drawing = written("429" if view_name == "wide" else str(digit))
                draw_preview(candidate.place.file, lune, drawing, screen, view).save(picture)
                space.progress.say(f"wrote [bold]{escape(str(picture))}[/]")
