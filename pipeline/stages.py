"""The stages of a candidate: architecture → train → quantize → export → build the place.

Each stage has a type that knows its finished folder, `build/<architecture>/seed-<seed>/<stage>`,
and a function that makes it from the stage before. A stage is made again only if its settings, its
code, the libraries behind its numbers or the stage before have changed. Only workers import Keras.
"""

import json
import platform
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

from pipeline import artifacts
from pipeline import export as exporting
from pipeline.architecture import Architecture
from pipeline.arrays import Float32, Uint8
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets.dataset import Dataset
from pipeline.place import build_place as build
from pipeline.place import roblox_fingerprint
from pipeline.progress import Update
from pipeline.quantized_network import (
    GOLDEN_IMAGES_FILE,
    KERAS_FILE,
    PROBABILITIES_FILE,
    WEIGHTS_FILE,
    QuantizedNetwork,
)
from pipeline.validation import Validation
from pipeline.workspace import Workspace

PLACE_FILE, LIBRARY_FILE = "candidate.rbxl", "library.json"
PLACE_TOOLS = ("rojo", "darklua")
NUMERIC_LIBRARIES = ("keras", "numpy", "tensorflow", "tensorflow-cpu")
USUAL_SECONDS_PER_EPOCH = 2.5
USUAL_SECONDS_PER_EPOCH_AND_MAC = 1e-5


@dataclass(frozen=True)
class Stage:
    """A finished stage of one architecture."""

    architecture: Architecture
    folder: Path

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the folder's files."""
        return artifacts.fingerprint(self.folder)


class Trained(Stage):
    """Float weights, as pipeline/train.py writes them."""


class Quantized(Stage):
    """The network as it ships, and Keras' predictions with it."""

    @property
    def weights_file(self) -> Path:
        """The network as safetensors."""
        return self.folder / WEIGHTS_FILE

    @property
    def keras_file(self) -> Path:
        """The network as a Keras file."""
        return self.folder / KERAS_FILE

    @property
    def network(self) -> QuantizedNetwork:
        """The quantised network."""
        return QuantizedNetwork.load(self.weights_file)

    @property
    def test_probabilities(self) -> Float32:
        """Keras' probabilities for the test images, (m, 10), in the dataset's order."""
        probabilities: Float32 = np.load(self.folder / PROBABILITIES_FILE)
        return probabilities

    @property
    def validation(self) -> Validation:
        """How it reads the validation images."""
        return Validation.read(self.folder)

    @property
    def golden_images(self) -> Uint8:
        """The first few test images, (k, 28, 28)."""
        images: Uint8 = np.load(self.folder / GOLDEN_IMAGES_FILE)
        return images


@dataclass(frozen=True)
class Exported(Stage):
    """The network as a Luau module, with its golden predictions."""

    quantized: Quantized

    @property
    def model_file(self) -> Path:
        """The network's ModuleScript."""
        return self.folder / exporting.module_file(self.architecture.name)

    @property
    def golden_file(self) -> Path:
        """Images with the probabilities that Luau must compute for them."""
        return self.folder / exporting.GOLDEN_FILE


@dataclass(frozen=True)
class Place(Stage):
    """The built place with this one network."""

    exported: Exported

    @property
    def file(self) -> Path:
        """The `.rbxl`."""
        return self.folder / PLACE_FILE

    @property
    def library_fingerprint(self) -> str:
        """The fingerprint of its library and network, without client and server."""
        return str(json.loads((self.folder / LIBRARY_FILE).read_bytes()))


def train(architecture: Architecture, space: Workspace) -> Trained:
    """Architecture → Trained."""
    inputs = {
        "layers": [layer.model_dump() for layer in architecture.layers],
        "number_format": architecture.number_format,
        "training": architecture.training.model_dump(),
        "dataset": space.dataset.fingerprint,
        "code": code_fingerprint("pipeline.train:train"),
        "libraries": installed_versions(*NUMERIC_LIBRARIES),
        "machine": platform.machine(),
    }

    def make(new: Path, update: Update) -> None:
        space.workers.run(_train, architecture, space.dataset, new, update=update)

    folder = space.folder(architecture, "trained")
    what = training_step(architecture)
    return Trained(
        architecture, space.make(folder, what, inputs, make, usual_seconds(architecture))
    )


def training_step(architecture: Architecture) -> str:
    """Return what the progress of a run calls the training of an architecture."""
    return f"train {architecture.title}"


def quantize(architecture: Architecture, trained: Trained, space: Workspace) -> Quantized:
    """Trained → Quantized; `architecture` may differ in settings that training does not read."""
    inputs = {
        "trained": trained.fingerprint,
        "architecture": architecture.model_dump(
            include={"name", "layers", "number_format", "tta_below"}
        ),
        "dataset": space.dataset.fingerprint,
        "code": code_fingerprint("pipeline.quantize:write"),
        "libraries": installed_versions(*NUMERIC_LIBRARIES),
    }

    def make(new: Path, update: Update) -> None:
        space.workers.run(
            _quantize, architecture, trained.folder, space.dataset, new, update=update
        )

    folder = space.folder(architecture, "quantized")
    space.make(folder, f"quantize {architecture.title}", inputs, make)
    return Quantized(architecture, folder)


def export(quantized: Quantized, space: Workspace) -> Exported:
    """Quantized → Exported."""
    architecture = quantized.architecture
    inputs = {
        "quantized": quantized.fingerprint,
        "name": architecture.name,
        "code": code_fingerprint("pipeline.export:write"),
    }

    def make(new: Path, _: Update) -> None:
        exporting.write(
            new,
            quantized.network,
            quantized.fingerprint,
            quantized.golden_images,
            quantized.test_probabilities,
        )

    folder = space.folder(architecture, "exported")
    space.make(folder, f"export {architecture.title}", inputs, make)
    return Exported(architecture, folder, quantized)


def build_place(exported: Exported, space: Workspace) -> Place:
    """Exported → Place."""
    architecture = exported.architecture
    inputs = {
        "exported": exported.fingerprint,
        "roblox": roblox_fingerprint(),
        "code": code_fingerprint("pipeline.place:build_place"),
        **{tool: space.tools.version(tool) for tool in PLACE_TOOLS},
    }

    def make(new: Path, _: Update) -> None:
        rojo, darklua = map(space.tools.path, PLACE_TOOLS)
        library = build([exported.model_file], rojo, darklua, new / PLACE_FILE)
        (new / LIBRARY_FILE).write_text(json.dumps(library), encoding="utf-8")

    folder = space.folder(architecture, "place")
    what = f"build the place of {architecture.title}"
    space.make(folder, what, inputs, make, tools=PLACE_TOOLS)
    return Place(architecture, folder, exported)


def usual_seconds(architecture: Architecture) -> float:
    """Return roughly the seconds that an architecture trains on one core."""
    training = architecture.training
    per_epoch = USUAL_SECONDS_PER_EPOCH + USUAL_SECONDS_PER_EPOCH_AND_MAC * architecture.macs
    joined = training.synthetic_share + training.rare_style_share + training.ood_share
    return training.epochs * per_epoch * (1 + joined)


def installed_versions(*distributions: str) -> dict[str, str]:
    """Return the versions of those that are installed; tensorflow excludes tensorflow-cpu."""
    installed = all_installed()
    return {name: installed[name] for name in distributions if name in installed}


@cache  # reading them takes a while
def all_installed() -> dict[str, str]:
    """Return the versions of all distributions by name."""
    return {each.name: each.version for each in metadata.distributions()}


def _train(architecture: Architecture, dataset: Dataset, folder: Path, update: Update) -> None:
    from pipeline.train import train as fit  # noqa: PLC0415 - loads Keras, in the worker alone

    fit(architecture, dataset, update).write(folder)


def _quantize(
    architecture: Architecture, trained: Path, dataset: Dataset, folder: Path, _: Update
) -> None:
    from pipeline import quantize, train  # noqa: PLC0415 - load Keras, in the worker alone

    quantize.write(architecture, train.TrainedNetwork.read(trained), dataset, folder)
