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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from safetensors.numpy import load_file, save_file

from pipeline import tta as looks
from pipeline.architecture import Architecture
from pipeline.calibrate import temperature, tempered, uncertain_below
from pipeline.datasets.dataset import Dataset
from pipeline.datasets.synthetic import with_drawings
from pipeline.layers import Layer, NumberFormat, macs
from pipeline.packing import binary_bytes, encode
from pipeline.progress import Update
from pipeline.quiet import quiet
from pipeline.weights import QuantizedLayer, QuantizedWeights

WEIGHTS_FILE = "weights.safetensors"
NETWORK_FILE = "network.keras"
PROBABILITIES_FILE = "test_probabilities.npy"
GOLDEN_FILE = "golden_images.npy"
GOLDEN_IMAGES = 8
DRAWN_SHARE = 1.0  # synthetic drawings for each validation image, to calibrate on
DRAWN_SEED = 1_000_000  # far from any that trains
SETTINGS_FILE = "quantized.json"
SHARED_OBJECT = re.compile(rb'("shared_object_id": )(\d+)')
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Quantized:
    """The layers as they ship, the dataset that trained them, and Keras' answers with them.

    `test_probabilities` is (m, 10), in the order of the dataset's test images; answers with a
    confidence below `uncertain_below` are called uncertain, and one look's below
    `looks_again_below` are those of three looks. `golden_images` are the first few of the test
    images, (k, 28, 28).
    """

    layers: tuple[QuantizedLayer, ...]
    dataset: str
    uncertain_below: float
    looks_again_below: float
    test_probabilities: NDArray[np.float32]
    golden_images: NDArray[np.uint8]

    @property
    def parameters(self) -> int:
        """How many numbers ship: weights and biases."""
        return sum(each.levels.size + each.bias.size for each in self._weights)

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one inference that skips nothing."""
        return sum(macs(each.layer, each.input_shape, each.output_shape) for each in self.layers)

    @property
    def weight_bytes(self) -> int:
        """Bytes of all layers as they ship, entropy-coded, in binary."""
        return binary_bytes(encode(self._weights))

    @property
    def number_formats(self) -> tuple[NumberFormat, ...]:
        """The formats of the layers' weights, each once."""
        return tuple(sorted({each.number_format for each in self._weights}))

    @property
    def _weights(self) -> list[QuantizedWeights]:
        return [each.weights for each in self.layers if each.weights is not None]

    @classmethod
    def read(cls, folder: Path) -> Quantized:
        """Read what `write` wrote."""
        settings = json.loads((folder / SETTINGS_FILE).read_bytes())
        tensors = load_file(folder / WEIGHTS_FILE)
        layers = tuple(
            _read_layer(tensors, index, entry) for index, entry in enumerate(settings["layers"])
        )
        arrays = [
            np.load(folder / file, allow_pickle=False) for file in (PROBABILITIES_FILE, GOLDEN_FILE)
        ]
        named = (settings[name] for name in ("dataset", "uncertain_below", "looks_again_below"))
        return cls(layers, *named, *arrays)


def write(
    architecture: Architecture, trained: Path, dataset: Dataset, folder: Path, _: Update
) -> None:
    """Quantise a trained network, ask it in Keras, and write all of it into `folder`."""
    with quiet():  # They load Keras, which reading must not.
        from pipeline import networks  # noqa: PLC0415
        from pipeline import quantize as fold  # noqa: PLC0415
        from pipeline.train import Trained  # noqa: PLC0415

    learned = Trained.read(trained).weights
    layers = fold.fold(architecture, networks.with_weights(architecture, learned))
    write_layers(architecture, layers, dataset.name, dataset, folder)


def write_layers(
    architecture: Architecture,
    layers: Sequence[QuantizedLayer],
    trained_on: str,
    dataset: Dataset,
    folder: Path,
) -> None:
    """Calibrate layers that are ready to ship, ask them in Keras, and write all into `folder`."""
    with quiet():
        from pipeline import networks  # noqa: PLC0415 - loads Keras

    # Players write in more ways than MNIST's writers, whom it would trust too much.
    images, digits = with_drawings(*dataset.validation_split, DRAWN_SHARE, DRAWN_SEED)
    answers = networks.probabilities(networks.shipped(architecture.name, layers), images)
    layers = tempered(layers, temperature(answers, digits, architecture.output.activation))
    network = networks.shipped(architecture.name, layers)
    # What a place asserts is of drawings alone.
    drawings = slice(len(dataset.validation_split[1]), None)
    again_below = architecture.looks_again_below
    answer = partial(looks.answer, partial(networks.probabilities, network), again_below)
    settings = {
        "dataset": trained_on,
        "layers": [_settings(layer) for layer in layers],
        "uncertain_below": uncertain_below(answer(images[drawings]), digits[drawings]),
        "looks_again_below": again_below,
    }
    (folder / SETTINGS_FILE).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    _write_weights(architecture, layers, trained_on, folder / WEIGHTS_FILE)
    np.save(folder / PROBABILITIES_FILE, answer(dataset.x_test))
    np.save(folder / GOLDEN_FILE, dataset.x_test[:GOLDEN_IMAGES])
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as scratch:
        saved = Path(scratch) / NETWORK_FILE
        network.save(saved)
        (folder / NETWORK_FILE).write_bytes(reproducible(saved.read_bytes()))


def _settings(quantized: QuantizedLayer) -> dict[str, Any]:
    weights = quantized.weights
    return {
        "layer": quantized.layer.model_dump(),
        "input_shape": quantized.input_shape,
        "output_shape": quantized.output_shape,
        "number_format": weights.number_format if weights else None,
    }


def _read_layer(
    tensors: Mapping[str, NDArray[Any]], index: int, entry: dict[str, Any]
) -> QuantizedLayer:
    weights = None
    if entry["number_format"] is not None:
        parts = [tensors[f"{index}.{part}"] for part in ("levels", "scale", "bias")]
        weights = QuantizedWeights(entry["number_format"], *parts)
    layer = TypeAdapter(Layer).validate_python(entry["layer"])
    return QuantizedLayer(layer, tuple(entry["input_shape"]), tuple(entry["output_shape"]), weights)


def _write_weights(
    architecture: Architecture, layers: Sequence[QuantizedLayer], dataset: str, path: Path
) -> None:
    tensors = {}
    for index, layer in enumerate(layers):
        if layer.weights is not None:
            tensors[f"{index}.levels"] = layer.weights.levels
            tensors[f"{index}.scale"] = layer.weights.scale
            tensors[f"{index}.bias"] = layer.weights.bias
    provenance = {
        "architecture": architecture.name,
        "dataset": dataset,
        "layers": [_settings(layer) for layer in layers],
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
