"""Composes the stages of one architecture: train → quantize → export → place.

Each stage is a folder `build/<architecture>/seed-<seed>/<stage>` that is made again only when
something it depends on has changed: its settings, the code that makes it, the versions of the
libraries that decide its numbers, or the stage before it. Keras is imported only by the worker
that a stage is made in.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from pipeline import artifacts
from pipeline import fingerprint as hashes
from pipeline.architecture import Architecture
from pipeline.datasets.dataset import Dataset
from pipeline.export import module_file
from pipeline.export import write as write_exported
from pipeline.place import ROBLOX, build_place
from pipeline.progress import Update
from pipeline.quantized import Quantized
from pipeline.quantized import write as write_quantized
from pipeline.quiet import quiet
from pipeline.workers import ENVIRONMENT
from pipeline.workspace import Workspace

CANDIDATE_FILE = "candidate.rbxl"
PLACE_TOOLS = ("rojo", "darklua")
USUAL_SECONDS_PER_EPOCH = 2.5
USUAL_SECONDS_PER_EPOCH_AND_MAC = 1e-5


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
    """One architecture's finished stages, up to its built place.

    `repeats` are the same architecture trained from other seeds, which are measured and not
    shipped.
    """

    place: Path
    repeats: tuple[Candidate, ...] = ()

    @property
    def place_file(self) -> Path:
        """The place that would ship."""
        return self.place / CANDIDATE_FILE


def candidates(
    architectures: Sequence[Architecture], seeds: int, space: Workspace
) -> list[Candidate]:
    """Make every architecture's stages, up to its place, from `seeds` seeds each.

    The places come last because their tools may still be building while the networks train.
    """
    made = [
        place(module, space)
        for module in exports([one for each in architectures for one in seeded(each, seeds)], space)
    ]
    return [
        replace(made[first], repeats=tuple(made[first + 1 : first + seeds]))
        for first in range(0, len(made), seeds)
    ]


def seeded(architecture: Architecture, seeds: int) -> list[Architecture]:
    """Return an architecture with its own seed and the next ones, `seeds` in all."""
    first = architecture.training.seed
    return [architecture.with_seed(seed) for seed in range(first, first + seeds)]


def exports(architectures: Sequence[Architecture], space: Workspace) -> list[Exported]:
    """Train, quantize and export architectures, side by side, those that take longest first."""

    def make(architecture: Architecture) -> Exported:
        space.tools.check()
        quantized = quantize(architecture, train(architecture, space), space)
        return Exported(architecture, quantized, export(architecture, quantized, space))

    with ThreadPoolExecutor(space.workers.count) as threads:
        slowest_first = sorted(architectures, key=_usual_seconds, reverse=True)
        futures = {
            (each.name, each.training.seed): threads.submit(make, each) for each in slowest_first
        }
        try:
            return [futures[each.name, each.training.seed].result() for each in architectures]
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            space.workers.close()  # or the threads would wait for them
            raise


def _usual_seconds(architecture: Architecture) -> float:
    training = architecture.training
    per_epoch = USUAL_SECONDS_PER_EPOCH + USUAL_SECONDS_PER_EPOCH_AND_MAC * architecture.macs
    joined = training.drawn_share + training.rare_share + training.outlier_share
    return training.epochs * per_epoch * (1 + joined)


def train(architecture: Architecture, space: Workspace) -> Path:
    """Architecture → Trained."""
    inputs = {
        "layers": [layer.model_dump() for layer in architecture.layers],
        "number_format": architecture.number_format,
        "training": architecture.training.model_dump(),
        "dataset": space.dataset.digest,
        "source": hashes.source_hash("pipeline.train"),
        "libraries": installed_versions("keras", "numpy", "tensorflow", "tensorflow-cpu"),
        "environment": ENVIRONMENT,
        "machine": platform.machine(),
    }

    def make(new: Path, update: Update) -> None:
        space.workers.run(_train, architecture, space.dataset, new, update=update)

    what = f"train {_title(architecture)}"
    folder = space.folder(architecture, "trained")
    return space.make(folder, what, inputs, make, _usual_seconds(architecture))


def quantize(architecture: Architecture, trained: Path, space: Workspace) -> Path:
    """Trained → Quantized: the numbers that ship, and what Keras says with them."""
    inputs = {
        "trained": artifacts.digest(trained),
        "architecture": architecture.model_dump(
            include={"name", "layers", "number_format", "looks_again_below"}
        ),
        "dataset": space.dataset.digest,
        "source": hashes.source_hash("pipeline.quantized"),
        "libraries": installed_versions("keras", "numpy", "tensorflow", "tensorflow-cpu"),
        "environment": ENVIRONMENT,
    }

    def make(new: Path, update: Update) -> None:
        space.workers.run(write_quantized, architecture, trained, space.dataset, new, update=update)

    what = f"quantize {_title(architecture)}"
    return space.make(space.folder(architecture, "quantized"), what, inputs, make)


def _train(architecture: Architecture, dataset: Dataset, folder: Path, update: Update) -> None:
    with quiet():
        from pipeline.train import train as fit  # noqa: PLC0415 - loads Keras, in the worker alone

    fit(architecture, dataset, update).write(folder)


def _title(architecture: Architecture) -> str:
    return f"{architecture.name}, seed {architecture.training.seed}"


def export(architecture: Architecture, quantized: Path, space: Workspace) -> Path:
    """Quantized → Exported: the network as a Luau module, with its golden answers."""
    source = artifacts.digest(quantized)
    inputs = {
        "quantized": source,
        "name": architecture.name,
        "source": hashes.source_hash("pipeline.export"),
    }

    def make(new: Path, _: Update) -> None:
        ready = Quantized.read(quantized)
        write_exported(
            new,
            architecture.name,
            ready.layers,
            dataset=ready.dataset,
            source=source,
            uncertain_below=ready.uncertain_below,
            looks_again_below=ready.looks_again_below,
            images=ready.golden_images,
            probabilities=ready.test_probabilities[: len(ready.golden_images)],
        )

    what = f"export {_title(architecture)}"
    return space.make(space.folder(architecture, "exported"), what, inputs, make)


def place(module: Exported, space: Workspace) -> Candidate:
    """Exported → Place: the candidate `.rbxl` with this one network."""
    inputs = {
        "exported": artifacts.digest(module.exported),
        "roblox": hashes.tree_hash(ROBLOX),
        "source": hashes.source_hash("pipeline.place"),
        **{tool: space.tools.version(tool) for tool in PLACE_TOOLS},
    }

    def make(new: Path, _: Update) -> None:
        rojo, darklua = map(space.tools.path, PLACE_TOOLS)
        build_place([module.model_file], rojo, darklua, new / CANDIDATE_FILE)

    folder = space.folder(module.architecture, "place")
    what = f"build the place of {_title(module.architecture)}"
    space.make(folder, what, inputs, make, tools=PLACE_TOOLS)
    return Candidate(module.architecture, module.quantized, module.exported, folder)


def installed_versions(*distributions: str) -> dict[str, str]:
    """Return the versions of those that are installed: tensorflow and -cpu exclude each other."""
    installed = {found.name: found.version for found in metadata.distributions()}
    return {name: installed[name] for name in distributions if name in installed}
