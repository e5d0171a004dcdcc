"""What every command line of this project shares: options, the workspace, and how errors end."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from filelock import FileLock, Timeout
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from pipeline import config
from pipeline.architecture import Architecture
from pipeline.artifacts import full_disk_explained
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
    typer.Argument(metavar="ARCHITECTURE", help="Those to work on; all of them if none."),
]
Recipe = Annotated[
    str,
    typer.Option(
        help="Which recipe of architectures.yaml: standard, record, or smoke for a minute."
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="How often to train each network; the worst is judged, the first ships.",
        show_default="as the recipe says",
    ),
]
DatasetChoice = Annotated[
    sources.Choice,
    typer.Option(help="auto is MNIST, or synthetic digits where MNIST cannot be had."),
]
ConfigFile = Annotated[
    Path,
    typer.Option(
        "--config", help="The list of architectures.", show_default="pipeline/architectures.yaml"
    ),
]
BuildFolder = Annotated[Path, typer.Option("--build", help="Where the stages are kept.")]

BUILD = Path("build")
OPTIONS = "-- [OPTIONS]"  # as they are typed after the session's name


@dataclass(frozen=True)
class Run:
    """The settings of one command, checked before anything long begins."""

    entries: list[Entry]
    recipe_name: str
    recipe: RunRecipe
    seeds: int
    choice: sources.Choice
    build: Path

    @property
    def architectures(self) -> list[Architecture]:
        """What is trained."""
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
        known = config.load(config_file)
        entries = known.select(names or [], recipe)
        chosen = known.recipes[recipe]
        return cls(entries, recipe, chosen, seeds or chosen.seeds, choice, build)


@contextmanager
def command() -> Iterator[None]:
    """End a user's mistake in one message and exit code 1, and only a bug in a traceback."""
    try:
        with full_disk_explained(Path.cwd()):
            yield
    except PocketDigitsError as error:
        _fail(str(error))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        _fail(
            f"{error.filename}: {error.strerror}; allow writing there, or name other folders with"
            " --build and --dist"
        )
    except KeyboardInterrupt:
        _fail("stopped; what is finished is kept, so run again to go on", exit_code=130)


class Commands(TyperGroup):
    """A group whose commands all end as `command` says."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as Click declares it
        """Run the command that was named."""
        with command():
            return super().invoke(ctx)


def _fail(message: str, exit_code: int = 1) -> NoReturn:
    text = f"[bold red]error:[/] {escape(message)}"
    console(stderr=True).print(text, soft_wrap=True, highlight=False)
    raise SystemExit(exit_code) from None


def console(*, stderr: bool = False) -> Console:
    """Return the terminal, or a plain log of full lines where there is none."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow talks about itself otherwise
    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if terminal else 140)


@contextmanager
def workspace(run: Run, tools: Sequence[str], console: Console) -> Iterator[Workspace]:
    """Open the build folder, the tools and the dataset.

    Raises PocketDigitsError when another run is at work in the same build folder.
    """
    run.build.mkdir(parents=True, exist_ok=True)
    lock = FileLock(run.build / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise PocketDigitsError(
            f"{run.build}: another run is at work in this folder; wait for it to end, or give this"
            " one a folder of its own with --build"
        ) from None
    with lock, Progress(console) as progress, workers() as pool:
        # Before the tools: a build in the background would hold up the end of a command that fails.
        source = sources.load(run.choice, run.recipe, run.build, progress)
        toolbox = Toolbox(tools, progress)
        if source.fallback_reason is not None:
            progress.say(
                "[bold yellow]MNIST could not be had: the networks learn from synthetic digits[/]"
                f"\n{escape(source.fallback_reason)}\nEverything made from them says so, and"
                " cannot be published."
            )
        yield Workspace(run.build, source.dataset, source.fallback_reason, progress, toolbox, pool)
