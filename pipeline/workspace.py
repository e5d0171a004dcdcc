"""The workspace of a run: build folder, dataset, progress, tools and workers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape

from pipeline import artifacts
from pipeline.architecture import Architecture
from pipeline.datasets.dataset import Dataset
from pipeline.progress import Progress, Update
from pipeline.toolbox import Toolbox
from pipeline.workers import Workers


@dataclass(frozen=True)
class Workspace:
    """What the stages of a run share.

    `fallback_reason` says why the dataset is synthetic although MNIST was wanted; None if not so.
    """

    build: Path
    dataset: Dataset
    fallback_reason: str | None
    progress: Progress
    tools: Toolbox
    workers: Workers

    def folder(self, architecture: Architecture, stage: str) -> Path:
        """Return the folder of a stage of an architecture, for its seed."""
        return self.build / architecture.name / f"seed-{architecture.training.seed}" / stage

    def make(
        self,
        folder: Path,
        what: str,
        inputs: dict[str, Any],
        make: Callable[[Path, Update], None],
        usual_seconds: float | None = None,
        tools: Sequence[str] = (),
    ) -> Path:
        """Make a stage, shown as `what`, or report it as unchanged; return its folder.

        Waits for `tools` first, so that their build does not count as the stage's time.
        """

        def make_visibly(new: Path) -> None:
            for tool in tools:
                self.tools.path(tool)
            with self.progress.step(what, usual_seconds) as update:
                make(new, update)

        def report(files: list[str]) -> None:
            self.progress.say(
                f"[yellow]{escape(str(folder))}: {escape(', '.join(files))} was changed by hand,"
                " so the stage is made again[/]"
            )

        if not artifacts.run_stage(folder, inputs, make_visibly, report):
            self.progress.unchanged(what)
        return folder
