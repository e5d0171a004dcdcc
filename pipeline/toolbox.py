"""The Roblox tools, found or built in the background while networks train."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline import toolchain
from pipeline.progress import Progress, Update


class Toolbox:
    """Gets the named tools in the background, from when one is first needed until the block ends.

    When one cannot be had, the others are not tried.
    """

    def __init__(self, names: Sequence[str], progress: Progress) -> None:
        self._names = names
        self._progress = progress
        self._paths: dict[str, Future[Path]] = {}
        self._failure: Exception | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Toolbox:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for future in self._paths.values():
            future.cancel()
        wait(self._paths.values())

    def version(self, name: str) -> str:
        """Return the version that rokit.toml pins."""
        return toolchain.pinned(name).version

    def path(self, name: str) -> Path:
        """Return the path of a tool; waits while it is built."""
        return self._started()[name].result()

    def wait(self, futures: Iterable[Future[Any]]) -> None:
        """Wait for `futures`, and raise at once what the first of them, or a tool, failed with."""
        left = set(futures)
        for done in as_completed([*left, *self._started().values()]):
            done.result()
            left.discard(done)
            if not left:
                return

    def _started(self) -> dict[str, Future[Path]]:
        with self._lock:
            if not self._paths:
                executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="toolchain")
                self._paths = {name: executor.submit(self._get, name) for name in self._names}
                executor.shutdown(wait=False)
        return self._paths

    def _get(self, name: str) -> Path:
        if self._failure is not None:
            raise self._failure
        updates: list[Update] = []
        with ExitStack() as step:

            def report(share: float, detail: str) -> None:
                if not updates:  # no line for a tool that is here already
                    what = f"get {name} {self.version(name)}"
                    usual = toolchain.USUAL_SECONDS[name]
                    updates.append(step.enter_context(self._progress.step(what, usual)))
                updates[0](share, detail)

            try:
                return toolchain.resolve(name, report, self._stop)
            except Exception as error:
                self._failure = error
                raise
