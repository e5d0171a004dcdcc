"""Quantised layers → the model's ModuleScript, and golden predictions to check it by.

A model module returns a table, whose fields roblox/src/shared/nn/network.luau declares.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import alias_generators

from pipeline import luau
from pipeline.arrays import Float32, Uint8
from pipeline.errors import PocketDigitsError
from pipeline.layers import Weighted
from pipeline.packing import checksum, encode
from pipeline.quantized_network import QuantizedNetwork
from pipeline.weights import QuantizedLayer

FORMAT_VERSION = 7
# Plugins and Open Cloud cannot write a script whose Source has this many bytes.
MODULE_BYTES_LIMIT = 200_000
GOLDEN_FILE = "golden.json"
SOURCE_DIGITS = 16  # of a fingerprint: enough to identify a module's weights


def module_file(name: str) -> str:
    """Return the file name of an architecture's model module."""
    return f"{name}.luau"


def models_index(names: Sequence[str]) -> str:
    """Return the source of `models/init.luau`: the networks of a place, best first."""
    return luau.module(names, comment=["The networks in this place, best first."])


def write(
    folder: Path,
    network: QuantizedNetwork,
    source: str,
    images: Uint8,
    probabilities: Float32,
) -> None:
    """Write `<name>.luau` and `golden.json` into an existing folder.

    `images` (n, 28, 28) are golden inputs; the first n rows of `probabilities` (m, 10) are Keras'
    predictions for them with the quantised weights. `source` and errors: see `model_module`.
    """
    module = model_module(network, source)
    (folder / module_file(network.name)).write_text(module, encoding="utf-8", newline="\n")
    golden = golden_predictions(network.name, images, probabilities[: len(images)])
    (folder / GOLDEN_FILE).write_text(golden, encoding="utf-8", newline="\n")


def model_module(network: QuantizedNetwork, source: str) -> str:
    """Return the Luau source of a network; `source` is the fingerprint of its quantized stage.

    Raises PocketDigitsError when the source would have 200,000 bytes or more.
    """
    weights = encode(network.weights)
    inputs = network.layers[0].input_shape
    text = luau.module(
        {
            "formatVersion": FORMAT_VERSION,
            "name": network.name,
            "dataset": network.dataset,
            "source": source[:SOURCE_DIGITS],
            "uncertainBelow": network.uncertain_below,
            "ttaBelow": network.tta_below,
            "input": inputs if len(inputs) == 3 else (1, 1, *inputs),  # rows, columns, channels
            "layers": list(map(_header, network.layers)),
            "checksum": checksum(weights),
            "weights": weights,
        },
        comment=[
            f"{network.name} of pocket-digits: {_shapes(network.layers)} (pipeline/export.py)",
        ],
    )
    if (size := len(text.encode())) >= MODULE_BYTES_LIMIT:
        raise PocketDigitsError(
            f"{network.name}: its Luau module would have {size:,} bytes, expected fewer than"
            f" {MODULE_BYTES_LIMIT:,}, or neither Studio's plugins nor Open Cloud can write it;"
            " give it fewer units or a number_format of fewer bits in architectures.yaml"
        )
    return text


def golden_predictions(name: str, images: Uint8, probabilities: Float32) -> str:
    """Return JSON for benchmarks/luau/golden.luau to recompute: images of 784 pixels, 0 … 255."""
    predictions = [
        {"image": image.ravel().tolist(), "probabilities": expected.tolist()}
        for image, expected in zip(images, probabilities, strict=True)
    ]
    return json.dumps({"model": name, "predictions": predictions}, separators=(",", ":")) + "\n"


def _header(quantized: QuantizedLayer) -> dict[str, luau.Value]:
    """Return a layer's type and options by Keras' names, without Keras' defaults.

    Shapes are left out: roblox/src/shared/nn/network.luau derives each from the one before.
    """
    layer = quantized.layer
    header: dict[str, luau.Value] = {"type": layer.type}
    for name, value in layer.options.items():
        if value != type(layer).model_fields[name].default:
            header[alias_generators.to_camel(name)] = value
    if quantized.weights and isinstance(layer, Weighted):
        if layer.activation != "linear":
            header["activation"] = layer.activation
        header["format"] = quantized.weights.number_format
    return header


def _shapes(layers: Sequence[QuantizedLayer]) -> str:
    shapes = [layers[0].input_shape, *(layer.output_shape for layer in layers)]
    return " → ".join("×".join(map(str, shape)) for shape in shapes)
