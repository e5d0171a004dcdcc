"""Quantised layers → the ModuleScript that ships, and the golden answers that travel with it.

A model module is a table: roblox/src/shared/nn/network.luau names its fields.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import luau
from pipeline.errors import PocketDigitsError
from pipeline.layer_headers import layer_header
from pipeline.layers import Shape
from pipeline.packing import checksum, encode
from pipeline.quantize import QuantizedLayer

FORMAT_VERSION = 7
# Plugins and Open Cloud cannot write the Source of a script that has this many bytes.
MODULE_BYTES_LIMIT = 200_000
GOLDEN_FILE = "golden.json"
SOURCE_DIGITS = 16  # of a hash: enough to tell what a module was made from


def module_file(name: str) -> str:
    """Return the file name of an architecture's model module."""
    return f"{name}.luau"


def models_index(names: Sequence[str]) -> str:
    """Return the source of `models/init.luau`: the networks of a place, best first."""
    return luau.module(names, comment=["The networks in this place, best first."])


def write(
    folder: Path,
    name: str,
    layers: Sequence[QuantizedLayer],
    *,
    dataset: str,
    source: str,
    uncertain_below: float,
    looks_again_below: float,
    images: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
) -> None:
    """Write `<name>.luau` and `golden.json` into an existing folder.

    `images` (n, 28, 28) and `probabilities` (n, 10) are a few inputs and what Keras, given the
    quantised weights, answers to them; the rest is as for `model_module`.
    """
    module = model_module(
        name,
        layers,
        dataset=dataset,
        source=source,
        uncertain_below=uncertain_below,
        looks_again_below=looks_again_below,
    )
    (folder / module_file(name)).write_text(module, encoding="utf-8", newline="\n")
    golden = golden_answers(name, images, probabilities)
    (folder / GOLDEN_FILE).write_text(golden, encoding="utf-8", newline="\n")


def model_module(
    name: str,
    layers: Sequence[QuantizedLayer],
    *,
    dataset: str,
    source: str,
    uncertain_below: float,
    looks_again_below: float,
) -> str:
    """Return the Luau source of a network.

    `dataset` and `source` (the hash of what the weights were made from) are there to be read;
    answers of less confidence than `uncertain_below` are called uncertain, and one look's of less
    than `looks_again_below` make it look again (pipeline/looks.py). Raises PocketDigitsError when
    the source would have 200,000 bytes or more.
    """
    weights = encode(layer.weights for layer in layers if layer.weights)
    text = luau.module(
        {
            "formatVersion": FORMAT_VERSION,
            "name": name,
            "dataset": dataset,
            "source": source[:SOURCE_DIGITS],
            "uncertainBelow": uncertain_below,
            "ttaBelow": looks_again_below,
            "input": _extents(layers[0].input_shape),
            "layers": list(map(layer_header, layers)),
            "checksum": checksum(weights),
            "weights": weights,
        },
        comment=[
            f"{name} of pocket-digits: {_shapes(layers)} (pipeline/export.py)",
        ],
    )
    _require_small(name, len(text.encode()))
    return text


def golden_answers(name: str, images: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> str:
    """Return JSON that benchmarks/luau/golden.luau recomputes: images of 784 pixels, 0 … 255."""
    answers = [
        {"image": image.ravel().tolist(), "probabilities": expected.tolist()}
        for image, expected in zip(images, probabilities, strict=True)
    ]
    return json.dumps({"model": name, "answers": answers}, separators=(",", ":")) + "\n"


def _shapes(layers: Sequence[QuantizedLayer]) -> str:
    shapes = [layers[0].input_shape, *(layer.output_shape for layer in layers)]
    return " → ".join("×".join(map(str, shape)) for shape in shapes)


def _extents(shape: Shape) -> Shape:
    """Return rows, columns and channels; what is flat has one cell."""
    return shape if len(shape) == 3 else (1, 1, *shape)


def _require_small(name: str, size: int) -> None:
    if size >= MODULE_BYTES_LIMIT:
        raise PocketDigitsError(
            f"{name}: its Luau module would have {size:,} bytes, expected fewer than"
            f" {MODULE_BYTES_LIMIT:,}, or neither Studio's plugins nor Open Cloud can write it;"
            " give it fewer units or a number_format of fewer bits in architectures.yaml"
        )
