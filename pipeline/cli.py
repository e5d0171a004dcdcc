"""What all commands share: options, the run that they describe, and its workspace."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout
from rich.console import Console
from rich.markup import escape

from pipeline import config
from pipeline.architecture import Architecture
from pipeline.datasets import sources
from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress
from pipeline.recipe import Entry
from pipeline.recipe import Recipe as RunRecipe
from pipeline.toolbox import Toolbox
from pipeline.workers import workers
from pipeline.workspace import Workspace

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="ARCHITECTURE", help="Networks to work on; all by default."),
]
Recipe = Annotated[
    str,
    typer.Option(help="Recipe of architectures.yaml: standard, record, or smoke (one minute)."),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Seeds to train each network from; the worst is judged, the first ships.",
        show_default="the recipe's",
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Train each network for so many epochs, to try something out. The report names them"
        " with the recipe; a release is not made so.",
        show_default="the recipe's",
    ),
]
DatasetChoice = Annotated[
    sources.Choice,
    typer.Option(help="auto: MNIST, or synthetic digits if MNIST is unavailable."),
]
ConfigFile = Annotated[
    Path,
    typer.Option(
        "--config", help="The list of architectures.", show_default="pipeline/architectures.yaml"
    ),
]
BuildFolder = Annotated[Path, typer.Option("--build", help="Folder of the stages.")]

BUILD = Path("build")


@dataclass(frozen=True)
class Run:
    """The settings of one command, checked before any long work starts."""

    entries: list[Entry]
    recipe_name: str
    recipe: RunRecipe
    seeds: int
    choice: sources.Choice
    build: Path

    @property
    def architectures(self) -> list[Architecture]:
        """The architectures to train."""
        return [each.architecture for each in self.entries]

    @classmethod
    def of(
        cls,
        names: list[str] | None,
        recipe: str,
        choice: sources.Choice,
        config_file: Path,
        build: Path,
        seeds: int | None = None,
    ) -> Run:
        """Read the configuration and pick the entries."""
        loaded = config.load(config_file)
        entries = loaded.select(names or [], recipe)
        chosen = loaded.recipes[recipe]
        return cls(entries, recipe, chosen, seeds or chosen.seeds, choice, build)

    def trying(self, epochs: int | None) -> Run:
        """Return this run with so many epochs for every network, if any; its recipe says so."""
        if epochs is None:
            return self
        entries = [each.with_epochs(epochs) for each in self.entries]
        return replace(self, entries=entries, recipe_name=f"{self.recipe_name}-{epochs}-epochs")


def typed(
    names: Sequence[str] | None,
    recipe: str,
    choice: sources.Choice,
    config_file: Path,
    build: Path,
    epochs: int | None,
) -> str:
    """Return what to type after a session's name for the same networks and settings."""
    words = [*(names or [])]
    given = {
        "--recipe": (recipe, "standard"),
        "--dataset": (choice, "auto"),
        "--config": (str(config_file), str(config.ARCHITECTURES)),
        "--build": (str(build), str(BUILD)),
        "--epochs": (str(epochs or ""), ""),
    }
    for option, (value, usual) in given.items():
        words += [option, value] if value != usual else []
    return f" -- {shlex.join(words)}" if words else ""


def ending(suffix: str) -> Callable[[Path | None], Path | None]:
    """Return a check of an option's path, so that it is refused before any long work."""

    def check(path: Path | None) -> Path | None:
        if path is not None and path.suffix != suffix:
            raise typer.BadParameter(f"found {str(path)!r}, expected a name that ends in {suffix}")
        return path

    return check


def console(*, stderr: bool = False) -> Console:
    """Return a console for the terminal, or for a log with lines of up to 140 columns."""
    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if terminal else 140)


@contextmanager
def workspace(run: Run, tools: Sequence[str], console: Console) -> Iterator[Workspace]:
    """Open the build folder, the tools and the dataset.

    Raises PocketDigitsError when another run uses the build folder.
    """
    run.build.mkdir(parents=True, exist_ok=True)
    lock = FileLock(run.build / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise PocketDigitsError(
            f"{run.build}: another run is at work in this folder; wait for it to finish, or name"
            " another folder with --build"
        ) from None
    with (
        lock,
        Progress(console) as progress,
        workers() as pool,
        Toolbox(tools, progress) as toolbox,
    ):
        source = sources.load(run.choice, run.recipe, run.build, progress)
        if source.fallback_reason is not None:
            progress.say(
                "[bold yellow]MNIST is unavailable: networks are trained on synthetic digits[/]"
                f"\n{escape(source.fallback_reason)}\nWhatever is made from them says so, and"
                " cannot be published."
            )
        yield Workspace(run.build, source.dataset, source.fallback_reason, progress, toolbox, pool)
