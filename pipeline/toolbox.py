"""The Roblox tools, found or built in the background while networks train."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from pipeline import toolchain
from pipeline.progress import Progress, Update


class Toolbox:
    """Gets the named tools in the background; `path` waits for one of them."""

    def __init__(self, names: Sequence[str], progress: Progress) -> None:
        self._progress = progress
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="toolchain")
        self._paths: dict[str, Future[Path]] = {
            name: executor.submit(self._resolve, name) for name in names
        }
        executor.shutdown(wait=False)

    def version(self, name: str) -> str:
        """Return the version that rokit.toml pins."""
        return toolchain.pinned(name).version

    def path(self, name: str) -> Path:
        """Return the path of a tool; waits while it is built."""
        return self._paths[name].result()

    def check(self) -> None:
        """Raise the error of any tool that failed, so that training stops early."""
        for future in self._paths.values():
            if future.done():
                future.result()

    def _resolve(self, name: str) -> Path:
        updates: list[Update] = []
        with ExitStack() as step:

            def report(share: float, detail: str) -> None:
                if not updates:  # no line for a tool that is here already
                    what = f"get {name} {self.version(name)}"
                    usual = toolchain.USUAL_SECONDS[name]
                    updates.append(step.enter_context(self._progress.step(what, usual)))
                updates[0](share, detail)

            return toolchain.resolve(name, report)
