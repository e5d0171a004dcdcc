"""`Trained` → `Quantized`: the numbers that ship, and what Keras answers with them.

Keras is given the quantised weights back before it is asked anything, so its accuracy is that of
the network that ships.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file

from pipeline.calibrate import uncertain_below
from pipeline.datasets.dataset import Dataset
from pipeline.quantize import QuantizedDense, quantize
from pipeline.schema import Architecture

if TYPE_CHECKING:
    from pipeline.train import Trained

WEIGHTS_FILE = "weights.safetensors"
NETWORK_FILE = "network.keras"
PROBABILITIES_FILE = "test_probabilities.npy"
GOLDEN_FILE = "golden_images.npy"
GOLDEN_IMAGES = 8
SETTINGS_FILE = "quantized.json"
SHARED_OBJECT = re.compile(rb'("shared_object_id": )(\d+)')
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Quantized:
    """The layers as they ship, the dataset that trained them, and Keras' answers with them.

    `test_probabilities` is (m, 10), in the order of the dataset's test images; answers with a
    confidence below `uncertain_below` are called uncertain. `golden_images` are the first few of
    the test images, (k, 28, 28).
    """

    layers: tuple[QuantizedDense, ...]
    dataset: str
    uncertain_below: float
    test_probabilities: NDArray[np.float32]
    golden_images: NDArray[np.uint8]

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return sum(layer.levels.size + layer.bias.size for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one dense inference."""
        return sum(layer.levels.size for layer in self.layers)

    @property
    def weight_bits(self) -> int:
        """Bits of one weight."""
        return max(layer.weight_bits for layer in self.layers)

    @property
    def weight_bytes(self) -> int:
        """Bytes of all layers in binary."""
        return sum(layer.weight_bytes for layer in self.layers)

    @classmethod
    def read(cls, folder: Path) -> Quantized:
        """Read what `write` wrote."""
        settings = json.loads((folder / SETTINGS_FILE).read_bytes())
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as tensors:
            layers = tuple(
                QuantizedDense(
                    settings["number_format"],
                    levels=tensors.get_tensor(f"{index}.levels"),
                    scale=tensors.get_tensor(f"{index}.scale"),
                    bias=tensors.get_tensor(f"{index}.bias"),
                )
                for index in range(settings["layers"])
            )
        arrays = [
            np.load(folder / file, allow_pickle=False) for file in (PROBABILITIES_FILE, GOLDEN_FILE)
        ]
        return cls(layers, settings["dataset"], settings["uncertain_below"], *arrays)


def write(architecture: Architecture, trained: Trained, dataset: Dataset, folder: Path) -> None:
    """Quantise a trained network, ask it in Keras, and write all of it into `folder`."""
    from pipeline import networks  # noqa: PLC0415 - loads Keras, which reading must not

    layers = [
        quantize(kernel, bias, architecture.number_format, f"{architecture.name}, layer {index}")
        for index, (kernel, bias) in enumerate(trained.layers)
    ]
    network = networks.with_weights(architecture, [(each.kernel, each.bias) for each in layers])
    images, digits = dataset.validation_split
    settings = {
        "dataset": dataset.name,
        "layers": len(layers),
        "number_format": architecture.number_format,
        "uncertain_below": uncertain_below(networks.probabilities(network, images), digits),
    }
    (folder / SETTINGS_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    _write_weights(architecture, layers, dataset.name, folder / WEIGHTS_FILE)
    np.save(folder / PROBABILITIES_FILE, networks.probabilities(network, dataset.x_test))
    np.save(folder / GOLDEN_FILE, dataset.x_test[:GOLDEN_IMAGES])
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as scratch:
        saved = Path(scratch) / NETWORK_FILE
        network.save(saved)
        (folder / NETWORK_FILE).write_bytes(reproducible(saved.read_bytes()))


def _write_weights(
    architecture: Architecture, layers: Sequence[QuantizedDense], dataset: str, path: Path
) -> None:
    tensors = {}
    for index, layer in enumerate(layers):
        tensors[f"{index}.levels"] = layer.levels
        tensors[f"{index}.scale"] = layer.scale
        tensors[f"{index}.bias"] = layer.bias
    provenance = {
        "architecture": architecture.name,
        "dataset": dataset,
        "number_format": architecture.number_format,
    }
    # One key only: safetensors writes several in an order that changes from run to run.
    save_file(tensors, path, {"pocket-digits": json.dumps(provenance, sort_keys=True)})


def reproducible(keras_file: bytes) -> bytes:
    """Return a `.keras` file's bytes without the times and memory addresses that Keras puts in.

    Keras stamps the archive's entries and its metadata with the time, and tells shared objects
    apart by where they lay in memory, so that no two saves would be equal.
    """
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(keras_file)) as old, zipfile.ZipFile(clean, "w") as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "metadata.json":
                metadata = json.loads(data)
                del metadata["date_saved"]
                data = json.dumps(metadata, sort_keys=True).encode()
            elif name == "config.json":
                data = _with_numbered_objects(data)
            new.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), data)
    return clean.getvalue()


def _with_numbered_objects(keras_config: bytes) -> bytes:
    numbers: dict[bytes, int] = {}
    return SHARED_OBJECT.sub(
        lambda found: b"%s%d" % (found[1], numbers.setdefault(found[2], len(numbers))), keras_config
    )
