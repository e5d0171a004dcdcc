"""The sessions train, place, samples and tools: networks and places, without judging them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pipeline import cli
from pipeline.candidates import exports
from pipeline.config import ARCHITECTURES
from pipeline.place import build_place
from pipeline.progress import Progress
from pipeline.samples import sheet
from pipeline.sessions import sessions
from pipeline.stages import PLACE_TOOLS
from pipeline.toolbox import Toolbox
from pipeline.training_table import training_table

NEXT = {
    "place": "builds a place to try in Studio",
    "benchmark": "measures accuracy on the test images, size and cost in a built place",
}
app = sessions()


@app.command()
def train(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    epochs: cli.Epochs = None,
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
) -> None:
    """Train, quantize and export networks to Luau; needs no Roblox tools.

    Ends in a table of what they read of the validation images, by one forward pass and by all that
    `tta_below` asks for.

    Example: `nox -s train -- tiny --recipe smoke`
    """
    console = cli.console()
    run = cli.Run.of(names, recipe, dataset, config, build).trying(epochs)
    with cli.workspace(run, [], console) as space:
        modules = exports(run.architectures, space)
    console.print(training_table(modules, space.progress.seconds))
    for module in modules:
        console.print(f"wrote [bold]{escape(str(module.model_file))}[/]")
    options = cli.typed(names, recipe, dataset, config, build, epochs)
    for session, what in NEXT.items():
        typed = escape(f"nox -s {session}{options}")
        console.print(f"Next: [bold]{typed}[/] {what}", soft_wrap=True, highlight=False)


@app.command()
def place(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    epochs: cli.Epochs = None,
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
    output: Annotated[
        Path | None,
        typer.Option(
            callback=cli.ending(".rbxl"),
            help="The place to write.",
            show_default="try.rbxl in the folder of the stages",
        ),
    ] = None,
) -> None:
    """Build one place with the named networks, to try in Studio; nothing is measured or judged."""
    console = cli.console()
    run = cli.Run.of(names, recipe, dataset, config, build).trying(epochs)
    output = output or build / "try.rbxl"
    with cli.workspace(run, PLACE_TOOLS, console) as space:
        exported = exports(run.architectures, space)
        with space.progress.step("build the place"):
            output.parent.mkdir(parents=True, exist_ok=True)
            rojo, darklua = map(space.tools.path, PLACE_TOOLS)
            build_place([one.model_file for one in exported], rojo, darklua, output)
    console.print(f"Open [bold]{escape(str(output))}[/] in Roblox Studio and press Play.")


@app.command()
def samples(
    seed: Annotated[int, typer.Option(help="Another seed draws other digits.")] = 1,
    output: Annotated[
        Path, typer.Option(callback=cli.ending(".png"), help="The PNG to write.")
    ] = Path("build/samples.png"),
) -> None:
    """Draw a hundred of each synthetic digit: the dataset that replaces MNIST if necessary."""
    output.parent.mkdir(parents=True, exist_ok=True)
    sheet(seed).save(output)
    cli.console().print(f"wrote [bold]{escape(str(output))}[/]")


@app.command()
def tools(
    names: Annotated[list[str], typer.Argument(metavar="TOOL", help="Its name in rokit.toml.")],
) -> None:
    """Find or build Roblox tools at the versions that rokit.toml pins; print their paths."""
    with (
        Progress(cli.console(stderr=True)) as progress,
        Toolbox(names, progress) as toolbox,
    ):
        for name in names:
            typer.echo(toolbox.path(name))


if __name__ == "__main__":
    app(prog_name="nox -s")
