"""Where a run works, with what data and tools, and where it shows what it does."""

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
    """Where a run works, with what data and tools, and where it shows what it does.

    `fallback_reason` says why MNIST was wanted and is not the dataset.
    """

    build: Path
    dataset: Dataset
    fallback_reason: str | None
    progress: Progress
    tools: Toolbox
    workers: Workers

    def folder(self, architecture: Architecture, stage: str) -> Path:
        """Return the folder of one stage of one architecture, trained from its seed."""
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
        """Make a stage, shown as `what`, or say that it is unchanged; return its folder.

        `tools` are waited for first, so that the time they take to build is not taken for the
        stage's.
        """

        def make_visibly(new: Path) -> None:
            for tool in tools:
                self.tools.path(tool)
            with self.progress.step(what, usual_seconds) as update:
                make(new, update)

        def tell(files: list[str]) -> None:
            self.progress.say(
                f"[yellow]{escape(str(folder))}: {escape(', '.join(files))} was changed by another"
                " hand, so it is made again[/]"
            )

        if not artifacts.run_stage(folder, inputs, make_visibly, tell):
            self.progress.unchanged(what)
        return folder
