"""What all commands share: options, the workspace and error messages."""

from __future__ import annotations

import errno
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


@contextmanager
def command() -> Iterator[None]:
    """Report a user's mistake as one message with exit code 1; only a bug shows a traceback."""
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
        _fail("stopped; finished stages are kept, so run again to continue", exit_code=130)


class Sessions(TyperGroup):
    """Commands that Nox runs by their own names; errors are reported as by `command`."""

    def collect_usage_pieces(self, _: Any) -> list[str]:  # noqa: ANN401 - as Click declares it
        """Return what to type after `nox -s`."""
        return ["COMMAND -- [ARGS]..."]

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401
        """Call a command in its usage line and hints as Nox needs it, with `--` after its name."""
        name, chosen, rest = super().resolve_command(ctx, args)
        return f"{name} --", chosen, rest

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run the chosen command."""
        with command():
            return super().invoke(ctx)


def sessions(*, tracebacks: bool = True) -> typer.Typer:
    """Return an app of commands that are sessions of noxfile.py; call it as `nox -s`."""
    return typer.Typer(
        cls=Sessions,
        add_completion=False,
        add_help_option=False,  # `nox -s --help` is Nox's own; every command has one
        pretty_exceptions_enable=tracebacks,
        rich_markup_mode="markdown",
    )


def _fail(message: str, exit_code: int = 1) -> NoReturn:
    text = f"[bold red]error:[/] {escape(message)}"
    console(stderr=True).print(text, soft_wrap=True, highlight=False)
    raise SystemExit(exit_code) from None


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
    with lock, Progress(console) as progress, workers() as pool:
        # Before the tools: a command that fails would wait for their build in the background.
        source = sources.load(run.choice, run.recipe, run.build, progress)
        toolbox = Toolbox(tools, progress)
        if source.fallback_reason is not None:
            progress.say(
                "[bold yellow]MNIST is unavailable: networks are trained on synthetic digits[/]"
                f"\n{escape(source.fallback_reason)}\nWhatever is made from them says so, and"
                " cannot be published."
            )
        yield Workspace(run.build, source.dataset, source.fallback_reason, progress, toolbox, pool)
