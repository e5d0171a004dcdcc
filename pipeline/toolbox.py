"""The Roblox tools, found or built in the background while networks train."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from pipeline import toolchain
from pipeline.progress import Progress, Update


class Toolbox:
    """Starts to look for the named tools at once; `path` waits for one of them."""

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
        """Return a tool's program, waiting for it to be built where it must be."""
        return self._paths[name].result()

    def check(self) -> None:
        """Raise what a finished search raised, so that nobody trains for a missing tool."""
        for future in self._paths.values():
            if future.done():
                future.result()

    def _resolve(self, name: str) -> Path:
        shown: list[Update] = []
        with ExitStack() as step:

            def report(share: float, detail: str) -> None:
                if not shown:  # a tool that is here already is not worth a line
                    what = f"get {name} {self.version(name)}"
                    usual = toolchain.usual_seconds(name)
                    shown.append(step.enter_context(self._progress.step(what, usual)))
                shown[0](share, detail)

            return toolchain.resolve(name, report)
