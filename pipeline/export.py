"""Quantised layers → the ModuleScript that ships, and the golden answers that travel with it.

A model module is a table (roblox/src/shared/nn/network.luau names its fields) whose weights are
one printable string: for each layer the levels, packed without gaps in the order of the kernel
(inputs, outputs), lowest bit first, filled up to a 32-bit word; then its scales and its biases as
float32; all of it little-endian words in base85.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import luau
from pipeline.errors import PocketDigitsError
from pipeline.quantize import QuantizedDense
from pipeline.schema import Architecture, Dense

FORMAT_VERSION = 1
# Plugins and Open Cloud cannot write the Source of a script that has this many bytes.
MODULE_BYTES_LIMIT = 200_000
GOLDEN_FILE = "golden.json"
CHECKSUM_FACTOR = 31


def module_file(name: str) -> str:
    """Return the file name of an architecture's model module."""
    return f"{name}.luau"


def models_index(names: Sequence[str]) -> str:
    """Return the source of `models/init.luau`: the networks of a place, best first."""
    return luau.module(names, comment=["The networks in this place, best first."])


def write(
    folder: Path,
    architecture: Architecture,
    layers: Sequence[QuantizedDense],
    *,
    dataset: str,
    source: str,
    uncertain_below: float,
    images: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
) -> None:
    """Write `<name>.luau` and `golden.json` into an existing folder.

    `images` (n, 28, 28) and `probabilities` (n, 10) are a few inputs and what Keras, given the
    quantised weights, answers to them; the rest is as for `model_module`.
    """
    module = model_module(
        architecture, layers, dataset=dataset, source=source, uncertain_below=uncertain_below
    )
    (folder / module_file(architecture.name)).write_text(module, encoding="utf-8", newline="\n")
    golden = golden_answers(architecture.name, images, probabilities)
    (folder / GOLDEN_FILE).write_text(golden, encoding="utf-8", newline="\n")


def model_module(
    architecture: Architecture,
    layers: Sequence[QuantizedDense],
    *,
    dataset: str,
    source: str,
    uncertain_below: float,
) -> str:
    """Return the Luau source of a network.

    `dataset` and `source` (the hash of what the weights were made from) are there to be read;
    answers of less confidence than `uncertain_below` are called uncertain. Raises
    PocketDigitsError when the source would have 200,000 bytes or more.
    """
    weights = b"".join(map(_layer_bytes, layers))
    headers = [
        _layer_header(layer, quantized)
        for layer, quantized in zip(architecture.layers, layers, strict=True)
    ]
    text = luau.module(
        {
            "formatVersion": FORMAT_VERSION,
            "name": architecture.name,
            "dataset": dataset,
            "source": source,
            "inputs": headers[0]["inputs"],
            "layers": headers,
            "uncertainBelow": uncertain_below,
            "bytes": len(weights),
            "checksum": checksum(weights),
            "weights": encode(weights),
        },
        comment=[
            f"{architecture.name} of pocket-digits, trained on {dataset}: {_summary(headers)}.",
            "Written by pipeline/export.py. Its checksum refuses weights that were edited.",
        ],
    )
    _require_small(architecture.name, len(text.encode()))
    return text


def golden_answers(name: str, images: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> str:
    """Return JSON that benchmarks/luau/golden.luau recomputes: images of 784 pixels, 0 … 255."""
    answers = [
        {"image": image.ravel().tolist(), "probabilities": expected.tolist()}
        for image, expected in zip(images, probabilities, strict=True)
    ]
    return json.dumps({"model": name, "answers": answers}, separators=(",", ":")) + "\n"


def encode(data: bytes) -> str:
    """Return whole little-endian 32-bit words as base85, five characters to a word."""
    return base64.b85encode(_words(data).astype(">u4").tobytes()).decode("ascii")


def checksum(data: bytes) -> int:
    """Return (… (w₁ · 31 + w₂) · 31 + …) mod 2³² over the little-endian 32-bit words w."""
    total = 0
    for word in _words(data).tolist():
        total = (total * CHECKSUM_FACTOR + word) % 2**32
    return total


def _words(data: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(data, dtype="<u4")


def _layer_bytes(layer: QuantizedDense) -> bytes:
    levels = layer.levels
    packed = levels.astype("<f4").tobytes() if levels.dtype == np.float32 else _packed(layer)
    return packed + layer.scale.astype("<f4").tobytes() + layer.bias.astype("<f4").tobytes()


def _packed(layer: QuantizedDense) -> bytes:
    """Return the levels, counted from the lowest, `weight_bits` bits each, in whole words."""
    highest = 2 ** (layer.weight_bits - 1) - 1
    counted = (layer.levels.ravel() + highest).astype(np.uint8)
    unpacked = np.unpackbits(counted[:, np.newaxis], axis=1, bitorder="little")
    packed = np.packbits(unpacked[:, : layer.weight_bits], bitorder="little").tobytes()
    return packed + bytes(-len(packed) % 4)


def _layer_header(layer: Dense, quantized: QuantizedDense) -> dict[str, luau.Value]:
    inputs, outputs = quantized.levels.shape
    return {
        "type": layer.type,
        "inputs": inputs,
        "outputs": outputs,
        "activation": layer.activation,
        "numberFormat": quantized.number_format,
    }


def _summary(headers: Sequence[dict[str, luau.Value]]) -> str:
    return " → ".join(
        [
            str(headers[0]["inputs"]),
            *(
                f"{layer['outputs']} {layer['activation']} {layer['numberFormat']}"
                for layer in headers
            ),
        ]
    )


def _require_small(name: str, size: int) -> None:
    if size >= MODULE_BYTES_LIMIT:
        raise PocketDigitsError(
            f"{name}: its Luau module would have {size:,} bytes, expected fewer than"
            f" {MODULE_BYTES_LIMIT:,}, or neither Studio's plugins nor Open Cloud can write it;"
            " give it fewer units or a number_format of fewer bits in architectures.yaml"
        )
