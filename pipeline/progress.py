"""Progress on the console: a live bar per running step, a line per finished step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from pipeline.errors import Stopped

Update = Callable[[float, str], None]


class Progress:
    """Shows steps as they run, in any thread, and keeps their durations in `seconds`.

    On a terminal, running steps have bars; elsewhere (CI, a pipe), a line marks each step's start
    and end.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}
        self._lock = threading.Lock()
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def say(self, message: str) -> None:
        """Print one line of rich markup above the bars."""
        self.console.print(message, soft_wrap=True, highlight=False)

    @contextmanager
    def step(self, what: str, usual_seconds: float | None = None) -> Iterator[Update]:
        """Show `what` until the block ends; yields a function of (share done, detail).

        `usual_seconds` is the usual duration on two cores, which is shown too.
        """
        usually = f", usually {duration(usual_seconds)}" if usual_seconds else ""
        if not self.console.is_terminal:
            self.say(f"[dim]… {escape(what)}{usually}[/]")
        task = self._bars.add_task(f"{escape(what)}[dim]{usually}", total=1, detail="")

        def update(share: float, detail: str) -> None:
            self._bars.update(task, completed=share, detail=escape(detail))

        started = time.monotonic()
        try:
            yield update
        except (Stopped, KeyboardInterrupt):
            self.say(f"[dim]– {escape(what)}: stopped[/]")
            raise
        except BaseException:
            self.say(f"[red]✗[/] {escape(what)}")
            raise
        finally:
            self._bars.remove_task(task)
        took = time.monotonic() - started
        with self._lock:
            self.seconds[what] = took
        self.say(f"[green]✓[/] {escape(what)} [dim]{duration(took)}[/]")

    def unchanged(self, what: str) -> None:
        """Print that a step was skipped because none of its inputs changed."""
        self.say(f"[dim]= {escape(what)}: unchanged[/]")


def duration(seconds: float) -> str:
    """Format a duration: 0.4 s, 12 s, 3 min 20 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
