"""Commands as sessions of Nox: how usage lines name them, and how their errors are shown."""

import errno
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.markup import escape
from typer.core import TyperGroup

from pipeline.artifacts import full_disk_explained
from pipeline.cli import console
from pipeline.errors import PocketDigitsError

NOT_WRITABLE = (
    *(errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.EEXIST, errno.ENOTDIR, errno.EISDIR),  # a file for a folder, or the reverse
)


@contextmanager
def command() -> Iterator[None]:
    """Report a user's mistake as one message with exit code 1; only a bug shows a traceback."""
    try:
        with full_disk_explained(Path.cwd()), _ended_as_by_ctrl_c():
            yield
    except PocketDigitsError as error:
        _fail(str(error))
    except OSError as error:
        if error.errno not in NOT_WRITABLE:
            raise
        _fail(
            f"{error.filename}: {error.strerror}; allow writing there, or name another place with"
            " --build, --dist or --output"
        )
    except KeyboardInterrupt:
        _fail("stopped; finished stages are kept, so run again to continue", exit_code=130)


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Let a closed terminal and `kill` end a command cleanly too, with all that it has started."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    in_main = threading.current_thread() is threading.main_thread()  # which alone may set them
    numbers = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP") if in_main]
    before = {each: signal.getsignal(each) for each in numbers if each is not None}
    heeded = [each for each, handler in before.items() if handler is not signal.SIG_IGN]  # nohup
    for each in heeded:
        signal.signal(each, interrupt)
    try:
        yield
    finally:
        for each in heeded:
            signal.signal(each, before[each])


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
