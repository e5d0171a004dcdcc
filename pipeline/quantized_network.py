"""A quantised network, and its file `weights.safetensors`, which holds all of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydantic import TypeAdapter
from safetensors import safe_open
from safetensors.numpy import load_file, save

from pipeline.layers import Layer, NumberFormat
from pipeline.packing import binary_bytes, encode
from pipeline.weights import QuantizedLayer, QuantizedWeights

WEIGHTS_FILE = "weights.safetensors"
KERAS_FILE = "network.keras"
PROBABILITIES_FILE = "test_probabilities.npy"
GOLDEN_IMAGES_FILE = "golden_images.npy"
METADATA_KEY = "pocket-digits"


@dataclass(frozen=True)
class QuantizedNetwork:
    """A network as it ships: layers with batch-norm folded in, name and thresholds.

    `dataset` is the one that it was trained on. A prediction is uncertain if its confidence is
    below `uncertain_below`. If that of one pass is below `tta_below`, the network predicts by the
    mean of three (pipeline/tta.py).
    """

    name: str
    dataset: str
    layers: tuple[QuantizedLayer, ...]
    uncertain_below: float
    tta_below: float

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return sum(each.levels.size + each.bias.size for each in self.weights)

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one forward pass that skips no zeros."""
        return sum(each.layer.macs(each.input_shape) for each in self.layers)

    @property
    def weight_bytes(self) -> int:
        """The bytes of all weights, entropy-coded, in binary."""
        return binary_bytes(encode(self.weights))

    @property
    def number_formats(self) -> tuple[NumberFormat, ...]:
        """The formats of the layers' weights, each once."""
        return tuple(sorted({each.number_format for each in self.weights}))

    @property
    def weights(self) -> list[QuantizedWeights]:
        """The weights of the layers that have any, in order."""
        return [each.weights for each in self.layers if each.weights is not None]

    def save(self, file: Path, **provenance: str | None) -> None:
        """Write the network and its provenance as safetensors."""
        tensors = {
            f"{index}.{part}": getattr(layer.weights, part)
            for index, layer in enumerate(self.layers)
            if layer.weights is not None
            for part in ("levels", "scale", "bias")
        }
        described = {
            "architecture": self.name,
            "dataset": self.dataset,
            "layers": list(map(_described, self.layers)),
            "uncertain_below": self.uncertain_below,
            "tta_below": self.tta_below,
            **provenance,
        }
        # One key only: safetensors writes several in an order that changes from run to run.
        metadata = {METADATA_KEY: json.dumps(described, sort_keys=True)}
        # Not save_file, which makes files that no other user may read.
        file.write_bytes(save(tensors, metadata))

    @classmethod
    def load(cls, file: Path) -> QuantizedNetwork:
        """Read what `save` wrote.

        Raises KeyError, TypeError, ValueError or SafetensorError if the file holds anything else.
        """
        described, tensors = description(file), load_file(file)
        return cls(
            described["architecture"],
            described["dataset"],
            tuple(_layer(tensors, *each) for each in enumerate(described["layers"])),
            described["uncertain_below"],
            described["tta_below"],
        )


def description(file: Path) -> dict[str, Any]:
    """Return the metadata of a weights file: all of its network but the numbers."""
    with safe_open(file, framework="numpy") as opened:
        described: dict[str, Any] = json.loads(opened.metadata()[METADATA_KEY])
    return described


def _described(quantized: QuantizedLayer) -> dict[str, Any]:
    weights = quantized.weights
    return {
        "layer": quantized.layer.model_dump(),
        "input_shape": quantized.input_shape,
        "output_shape": quantized.output_shape,
        "number_format": weights.number_format if weights else None,
    }


def _layer(
    tensors: Mapping[str, NDArray[Any]], index: int, described: dict[str, Any]
) -> QuantizedLayer:
    weights = None
    if described["number_format"] is not None:
        parts = [tensors[f"{index}.{part}"] for part in ("levels", "scale", "bias")]
        weights = QuantizedWeights(described["number_format"], *parts)
    layer = TypeAdapter(Layer).validate_python(described["layer"])
    inputs, outputs = (tuple(described[name]) for name in ("input_shape", "output_shape"))
    return QuantizedLayer(layer, inputs, outputs, weights)
