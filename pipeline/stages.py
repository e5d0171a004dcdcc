"""Composes the stages of one architecture: train → quantize → export → place.

Each stage is a folder `build/<architecture>/<stage>` that is made again only when something it
depends on has changed: its settings, the code that makes it, the versions of the libraries that
decide its numbers, or the stage before it. Keras is imported only by a stage that must be made.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import artifacts, hashes
from pipeline.datasets.dataset import Dataset
from pipeline.export import module_file
from pipeline.export import write as write_exported
from pipeline.place import ROBLOX, build_place
from pipeline.progress import Progress, Update
from pipeline.quantized import Quantized
from pipeline.quantized import write as write_quantized
from pipeline.schema import Architecture
from pipeline.toolbox import Toolbox

CANDIDATE_FILE = "candidate.rbxl"
TRAIN_USUAL_SECONDS_PER_EPOCH = 2.0


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

    def folder(self, architecture: Architecture, stage: str) -> Path:
        """Return the folder of one stage of one architecture."""
        return self.build / architecture.name / stage

    def make(
        self,
        folder: Path,
        what: str,
        inputs: dict[str, Any],
        make: Callable[[Path, Update], None],
        usual_seconds: float | None = None,
        tool: str | None = None,
    ) -> Path:
        """Make a stage, shown as `what`, or say that it is unchanged; return its folder.

        `tool` is waited for first, so that the time it takes to build is not taken for the stage's.
        """

        def make_visibly(new: Path) -> None:
            if tool is not None:
                self.tools.path(tool)
            with self.progress.step(what, usual_seconds) as update:
                make(new, update)

        if not artifacts.run_stage(folder, inputs, make_visibly):
            self.progress.unchanged(what)
        return folder


@dataclass(frozen=True)
class Exported:
    """One architecture's finished stages, up to its Luau module."""

    architecture: Architecture
    quantized: Path
    exported: Path

    @property
    def model_file(self) -> Path:
        """The network's ModuleScript."""
        return self.exported / module_file(self.architecture.name)


@dataclass(frozen=True)
class Candidate(Exported):
    """One architecture's finished stages, up to its built place."""

    place: Path

    @property
    def place_file(self) -> Path:
        """The place that would ship."""
        return self.place / CANDIDATE_FILE


def candidates(architectures: Sequence[Architecture], space: Workspace) -> list[Candidate]:
    """Make every architecture's stages, up to its place.

    The places come last because Rojo may still be building while the networks train.
    """
    modules = [exports(architecture, space) for architecture in architectures]
    return [place(module, space) for module in modules]


def exports(architecture: Architecture, space: Workspace) -> Exported:
    """Train, quantize and export one architecture."""
    space.tools.check()
    quantized = quantize(architecture, train(architecture, space), space)
    return Exported(architecture, quantized, export(architecture, quantized, space))


def train(architecture: Architecture, space: Workspace) -> Path:
    """Architecture → Trained."""
    inputs = {
        "layers": [layer.model_dump() for layer in architecture.layers],
        "training": architecture.training.model_dump(),
        "dataset": space.dataset.digest,
        "source": hashes.source_hash("pipeline.train"),
        "libraries": installed_versions("keras", "numpy", "tensorflow", "tensorflow-cpu"),
        "machine": platform.machine(),
    }

    def make(new: Path, update: Update) -> None:
        from pipeline.train import train as fit  # noqa: PLC0415

        fit(architecture, space.dataset, update).write(new)

    usual = architecture.training.epochs * TRAIN_USUAL_SECONDS_PER_EPOCH
    what = f"train {architecture.name}"
    return space.make(space.folder(architecture, "trained"), what, inputs, make, usual)


def quantize(architecture: Architecture, trained: Path, space: Workspace) -> Path:
    """Trained → Quantized: the numbers that ship, and what Keras says with them."""
    inputs = {
        "trained": artifacts.digest(trained),
        "architecture": architecture.name,
        "number_format": architecture.number_format,
        "dataset": space.dataset.digest,
        "source": hashes.source_hash("pipeline.quantized"),
        "libraries": installed_versions("keras", "numpy", "tensorflow", "tensorflow-cpu"),
    }

    def make(new: Path, _: Update) -> None:
        from pipeline.train import Trained  # noqa: PLC0415

        write_quantized(architecture, Trained.read(trained), space.dataset, new)

    what = f"quantize {architecture.name}"
    return space.make(space.folder(architecture, "quantized"), what, inputs, make)


def export(architecture: Architecture, quantized: Path, space: Workspace) -> Path:
    """Quantized → Exported: the network as a Luau module, with its golden answers."""
    source = artifacts.digest(quantized)
    inputs = {
        "quantized": source,
        "architecture": architecture.model_dump(include={"name", "about", "layers"}),
        "source": hashes.source_hash("pipeline.export"),
    }

    def make(new: Path, _: Update) -> None:
        ready = Quantized.read(quantized)
        write_exported(
            new,
            architecture,
            ready.layers,
            dataset=ready.dataset,
            source=source,
            uncertain_below=ready.uncertain_below,
            images=ready.golden_images,
            probabilities=ready.test_probabilities[: len(ready.golden_images)],
        )

    what = f"export {architecture.name}"
    return space.make(space.folder(architecture, "exported"), what, inputs, make)


def place(module: Exported, space: Workspace) -> Candidate:
    """Exported → Place: the candidate `.rbxl` with this one network."""
    inputs = {
        "exported": artifacts.digest(module.exported),
        "roblox": hashes.tree_hash(ROBLOX),
        "source": hashes.source_hash("pipeline.place"),
        "rojo": space.tools.version("rojo"),
    }

    def make(new: Path, _: Update) -> None:
        build_place([module.model_file], space.tools.path("rojo"), new / CANDIDATE_FILE)

    name = module.architecture.name
    folder = space.folder(module.architecture, "place")
    space.make(folder, f"build the place of {name}", inputs, make, tool="rojo")
    return Candidate(module.architecture, module.quantized, module.exported, folder)


def installed_versions(*distributions: str) -> dict[str, str]:
    """Return the versions of those that are installed: tensorflow and -cpu exclude each other."""
    installed = {found.name: found.version for found in metadata.distributions()}
    return {name: installed[name] for name in distributions if name in installed}
