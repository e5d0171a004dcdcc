"""What a Dask worker does for one seed of one network: every stage up to its predictions.

The stages are those of every other command, in a build folder, so a repeated task makes only what
is not finished. They come back as files, for a client that has another disk.
"""

import functools
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.measure import predict
from pipeline import artifacts, stages
from pipeline.architecture import Architecture
from pipeline.candidates import exports
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets import sources
from pipeline.datasets.dataset import Dataset
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY, value_hash
from pipeline.place import roblox_fingerprint
from pipeline.progress import Progress, Update
from pipeline.recipe import Recipe
from pipeline.toolbox import Toolbox
from pipeline.toolchain import TOOLS
from pipeline.workers import Workers
from pipeline.workspace import Workspace

STAGES = ("trained", "quantized", "exported", "place", predict.FOLDER)

Files = dict[str, bytes]  # by stage and name, as in "trained/stage.json"


@dataclass(frozen=True)
class Job:
    """One seed of one network under one recipe, with the data that it must learn from.

    `surroundings` are what the client's `surroundings()` returned. `build` is absolute, or below
    the checkout that the worker runs from.
    """

    architecture: Architecture
    recipe: Recipe
    choice: sources.Choice
    dataset: str
    build: str
    surroundings: dict[str, str]

    @property
    def key(self) -> str:
        """The task's name on the scheduler: the same exactly for what gives the same files."""
        inputs = {
            "architecture": self.architecture.model_dump(exclude={"about"}),
            "dataset": self.dataset,
            "build": self.build,
            "surroundings": self.surroundings,
        }
        name = f"{self.architecture.name}-seed-{self.architecture.training.seed}"
        return f"{name}-{value_hash(inputs)}"


class InThisProcess(Workers):
    """Runs what would go to another process where it is called: a Dask worker is one already."""

    def __init__(self) -> None:
        self.count = 1

    def run(self, function: Callable[..., None], *arguments: object, update: Update) -> None:
        """Call `function(*arguments, update)`."""
        function(*arguments, update)

    def close(self) -> None:
        """Leave nothing behind, since nothing was opened."""


@functools.lru_cache(maxsize=1)  # the code that was loaded, whatever is checked out later
def surroundings() -> dict[str, str]:
    """Return what the results depend on beside the job, which client and workers must share."""
    return {
        "code": code_fingerprint(f"{__name__}:make"),
        "roblox": roblox_fingerprint(),
        "machine": platform.machine(),
        **stages.installed_versions(*stages.NUMERIC_LIBRARIES),
    }


def make(job: Job) -> Files:
    """Make the stages of one job, but for those that are finished, and return their files.

    Raises PocketDigitsError when this worker is not what the client is, or has other data.
    """
    if (here := surroundings()) != job.surroundings:
        wanted = job.surroundings
        differs = [name for name in wanted | here if wanted.get(name) != here.get(name)]
        raise PocketDigitsError(
            f"this worker has another {', '.join(differs)} than the client; start it in a checkout"
            " of the same commit, with requirements/sweep.txt installed"
        )
    build = REPOSITORY / job.build
    with Progress(Console(quiet=True)) as progress, Toolbox(TOOLS, progress) as tools:
        dataset = _dataset(job.choice, job.recipe, build)
        if dataset.fingerprint != job.dataset:
            raise PocketDigitsError(
                f"this worker's {job.choice} is not the client's; give it the same file"
            )
        for name in TOOLS:  # before a training, which nothing here could end
            tools.path(name)
        space = Workspace(build, dataset, None, progress, tools, InThisProcess())
        (exported,) = exports([job.architecture], space)
        predict.predict_stage(stages.build_place(exported, space), space)
    return read(space.folder(job.architecture, ""))


@functools.lru_cache(maxsize=1)
def _dataset(choice: sources.Choice, recipe: Recipe, build: Path) -> Dataset:
    return sources.load(choice, recipe, build, Progress(Console(quiet=True))).dataset


def read(folder: Path) -> Files:
    """Return the files of one seed's finished stages."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for stage in STAGES
        for path in sorted((folder / stage).rglob("*"))
        if path.is_file()
    }


def write(files: Files, folder: Path) -> None:
    """Put stages that a worker sent into one seed's folder, each whole or not at all."""
    if read(folder) == files:  # the worker has worked on this disk
        return
    for stage in STAGES:
        new = folder / f".{stage}.new"
        new.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            if name.startswith(f"{stage}/"):
                path = new / name.removeprefix(f"{stage}/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        artifacts.replace_folder(new, folder / stage)
