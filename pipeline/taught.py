"""A network that a player taught in the game → a candidate.

The game exports it as JSON, by roblox/src/shared/learn/data.luau, alone or inside a lesson of
roblox/src/shared/learner.luau. Its float32 weights ship unchanged, except for the temperature that
calibrates its confidences.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from pipeline.architecture import CLASSES, IMAGE_PIXELS, Architecture, Training
from pipeline.arrays import Float32
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets.dataset import Dataset
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import file_hash
from pipeline.layers import Activation, Dense, Flatten, Strict
from pipeline.limits import Limits
from pipeline.progress import Update
from pipeline.stages import (
    NUMERIC_LIBRARIES,
    Quantized,
    build_place,
    export,
    installed_versions,
)
from pipeline.weights import QuantizedLayer, QuantizedWeights, require_finite
from pipeline.workspace import Workspace

NETWORK, LESSON = "pocket-digits-network", "pocket-digits-lesson"
TRAINED_ON = "a player's corrections"
AGAIN = "export it again from the game"


class _Data(Strict):
    format: Literal["pocket-digits-network"]
    version: Literal[1]
    layers: tuple[int, ...]
    activation: Literal["sigmoid", "tanh", "relu"]
    output: Literal["softmax", "sigmoid"]
    weights: tuple[str, ...]
    biases: tuple[str, ...]


@dataclass(frozen=True)
class Taught:
    """The layers of a taught network, from 784 inputs to ten outputs."""

    layers: tuple[QuantizedLayer, ...]
    fingerprint: str

    def architecture(self, name: str) -> Architecture:
        """Return its architecture; the training settings are placeholders."""
        try:
            return Architecture(
                name=name,
                about="taught by a player, in the game",
                layers=(Flatten(type="flatten"), *(each.layer for each in self.layers)),
                number_format="float32",
                training=Training(epochs=1, batch_size=1, learning_rate=1, seed=0),
            )
        except ValidationError as error:
            first = error.errors()[0]
            raise PocketDigitsError(
                f"the name {name!r} cannot be used: {first['msg']}; give another with --name"
            ) from error


def read(file: Path) -> Taught:
    """Read a network that the game exported.

    Raises PocketDigitsError if the file is missing or holds no network that reads digits.
    """
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise PocketDigitsError(
            f"{file}: {error.strerror}, expected a network that the game exported; name its file"
        ) from error
    except ValueError as error:
        raise PocketDigitsError(f"{file}: not JSON ({error}); {AGAIN}") from error
    data = _data(file, document)
    sizes = data.layers
    if len(sizes) < 2 or sizes[0] != IMAGE_PIXELS or sizes[-1] != CLASSES:
        raise PocketDigitsError(
            f"{file}: layers are {list(sizes)}, expected {IMAGE_PIXELS}, …, {CLASSES}: it reads no"
            " digits; export one that does"
        )
    layers = tuple(_layer(file, data, index) for index in range(len(sizes) - 1))
    return Taught(layers, file_hash(file))


def candidate(
    taught: Taught, architecture: Architecture, limits: Limits, space: Workspace
) -> Candidate:
    """Make the stages of a taught network: calibrate, export, build the place."""
    name = architecture.name
    inputs = {
        "taught": taught.fingerprint,
        "name": name,
        "dataset": space.dataset.fingerprint,
        "code": code_fingerprint(f"{__name__}:read", "pipeline.quantize:write_calibrated"),
        "libraries": installed_versions(*NUMERIC_LIBRARIES),
    }

    def make(new: Path, update: Update) -> None:
        work = (_write, architecture, taught.layers, space.dataset, new)
        space.workers.run(*work, update=update)

    folder = space.folder(architecture, "quantized")
    quantized = Quantized(architecture, space.make(folder, f"calibrate {name}", inputs, make))
    return Candidate(build_place(export(quantized, space), space), limits)


def _write(
    architecture: Architecture,
    layers: Sequence[QuantizedLayer],
    dataset: Dataset,
    folder: Path,
    _: Update,
) -> None:
    from pipeline import quantize  # noqa: PLC0415 - loads Keras, in the worker alone

    quantize.write_calibrated(architecture, layers, TRAINED_ON, dataset, folder)


def _data(file: Path, document: Any) -> _Data:  # noqa: ANN401 - whatever JSON may hold
    if isinstance(document, dict) and document.get("format") == LESSON:
        if document.get("kind") != "scratch":
            raise PocketDigitsError(
                f"{file}: kind is {document.get('kind')!r}, expected 'scratch': a shipped network"
                " that was personalised is not a network of its own; export one that was taught"
                " from scratch"
            )
        document = document.get("network")
    if not isinstance(document, dict) or document.get("format") != NETWORK:
        found = document.get("format") if isinstance(document, dict) else document
        raise PocketDigitsError(f"{file}: format is {found!r:.60}, expected {NETWORK!r}; {AGAIN}")
    try:
        return _Data.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        found = f"found {first['input']!r:.60}, " if first["type"] != "missing" else ""
        raise PocketDigitsError(f"{file}: {key}: {found}{first['msg']}; {AGAIN}") from error


def _layer(file: Path, data: _Data, index: int) -> QuantizedLayer:
    inputs, units = data.layers[index : index + 2]
    is_last = index == len(data.layers) - 2
    activation: Activation = data.output if is_last else data.activation
    try:
        layer = Dense(type="dense", units=units, activation=activation)
    except ValidationError as error:
        message = error.errors()[0]["msg"]
        raise PocketDigitsError(f"{file}: layers has {units} units: {message}; {AGAIN}") from error
    kernel = _floats(file, data.weights, "weights", index, (inputs, units))
    bias = _floats(file, data.biases, "biases", index, (units,))
    weights = QuantizedWeights("float32", kernel, np.empty(0, np.float32), bias)
    return QuantizedLayer(layer, (inputs,), (units,), weights)


def _floats(
    file: Path, texts: Sequence[str], key: str, index: int, shape: tuple[int, ...]
) -> Float32:
    name = f"{file}: {key}[{index + 1}]"  # Luau counts from 1
    if index >= len(texts):
        raise PocketDigitsError(f"{name} is missing, expected a text for each layer; {AGAIN}")
    try:
        values = np.frombuffer(base64.b64decode(texts[index], validate=True), "<f4")
    except (binascii.Error, ValueError) as error:
        raise PocketDigitsError(f"{name} is no base64 of float32 ({error}); {AGAIN}") from error
    if values.size != np.prod(shape):
        expected = " × ".join(map(str, shape))
        raise PocketDigitsError(f"{name} holds {values.size} numbers, expected {expected}; {AGAIN}")
    floats: Float32 = values.astype(np.float32).reshape(shape)
    require_finite(floats, name, "number")
    return floats
