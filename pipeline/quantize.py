"""Trained → Quantized: integer weights, with batch-norm folded into the layers.

Batch-norm scales and shifts each output, so folding it changes a layer's scales and biases, but
not its levels: the shipped network is the trained one, except that these two are rounded to
bfloat16.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from pipeline import keras_file, networks, tta
from pipeline.architecture import Architecture
from pipeline.arrays import Float32
from pipeline.calibrate import temperature, tempered, uncertain_below
from pipeline.datasets.dataset import Dataset
from pipeline.datasets.synthetic import with_drawings
from pipeline.errors import PocketDigitsError
from pipeline.keras_pinned import keras
from pipeline.layers import DepthwiseConv2D, Flatten
from pipeline.qat import FakeQuantized, step
from pipeline.quantized_network import (
    GOLDEN_IMAGES_FILE,
    KERAS_FILE,
    PROBABILITIES_FILE,
    WEIGHTS_FILE,
    QuantizedNetwork,
)
from pipeline.train import TrainedNetwork
from pipeline.validation import Validation
from pipeline.weights import (
    QuantizedLayer,
    QuantizedWeights,
    bfloat16,
    highest_level,
    levels,
    require_finite,
)

DRAWN_SHARE = 1.0  # synthetic drawings per validation image, to calibrate on
DRAWN_SEED = 1_000_000  # far from every training seed
GOLDEN_IMAGES = 8
TRAINING_ONLY = (keras.layers.Dropout, keras.layers.Activation)


@dataclass
class _Affine:
    """An affine map of a layer's outputs: `outputs * factor + offset`."""

    factor: Float32
    offset: Float32


def write(
    architecture: Architecture, trained: TrainedNetwork, dataset: Dataset, folder: Path
) -> None:
    """Quantise and calibrate a trained network; write it and Keras' predictions into `folder`."""
    layers = fold(architecture, networks.with_weights(architecture, trained.weights))
    write_calibrated(architecture, layers, dataset.name, dataset, folder)


def write_calibrated(
    architecture: Architecture,
    layers: Sequence[QuantizedLayer],
    trained_on: str,
    dataset: Dataset,
    folder: Path,
) -> None:
    """Calibrate layers that are ready to ship; write them and Keras' predictions into `folder`.

    Keras predicts with the quantised weights, so its accuracy is that of the shipped network.
    """
    # Players write in more styles than MNIST's writers, who alone would give too much confidence.
    images, labels = with_drawings(*dataset.validation_split, DRAWN_SHARE, DRAWN_SEED)
    probabilities = networks.probabilities(networks.shipped(architecture.name, layers), images)
    divisor = temperature(probabilities, labels, architecture.output.activation)
    layers = tempered(layers, divisor)
    shipped = networks.shipped(architecture.name, layers)
    predict = partial(tta.predict, partial(networks.probabilities, shipped), architecture.tta_below)
    validation_images, validation_labels = dataset.validation_split
    # The threshold is chosen on drawings alone.
    drawings = slice(len(validation_labels), None)
    network = QuantizedNetwork(
        name=architecture.name,
        dataset=trained_on,
        layers=layers,
        uncertain_below=uncertain_below(predict(images[drawings]), labels[drawings]),
        tta_below=architecture.tta_below,
    )
    network.save(folder / WEIGHTS_FILE)
    keras_file.save(shipped, folder / KERAS_FILE)
    Validation.of(
        predict(validation_images),
        networks.probabilities(shipped, validation_images),
        validation_labels,
        architecture.output.activation,
    ).write(folder)
    np.save(folder / PROBABILITIES_FILE, predict(dataset.x_test))
    np.save(folder / GOLDEN_IMAGES_FILE, dataset.x_test[:GOLDEN_IMAGES])


def fold(architecture: Architecture, network: keras.Sequential) -> tuple[QuantizedLayer, ...]:
    """Return the quantised layers of `network`, which was built from `architecture`.

    A leading flatten is left out: images are flat already. Raises PocketDigitsError, with the
    layer's name, if Luau has no kernel for it or a weight is not finite.
    """
    affines = _affines(network)
    shapes = architecture.shapes
    folded = []
    for index, (layer, shape, output) in enumerate(
        zip(architecture.layers, shapes, shapes[1:], strict=False)
    ):
        if index == 0 and isinstance(layer, Flatten):
            continue
        name = f"{layer.type}_{index}"
        weights = None
        if name in affines:
            trained = network.get_layer(name)
            kernel = keras.ops.convert_to_numpy(trained.kernel)
            if isinstance(layer, DepthwiseConv2D):
                kernel = kernel[..., 0]
            weights = _quantized(trained, kernel, affines[name], f"{architecture.name}, {name}")
        folded.append(QuantizedLayer(layer, shape, output, weights))
    return tuple(folded)


def _affines(network: keras.Sequential) -> dict[str, _Affine]:
    """Return each weighted layer's bias and batch-norm, by the layer's name."""
    affines: dict[str, _Affine] = {}
    last = ""
    for layer in network.layers:
        if isinstance(layer, FakeQuantized):
            last = layer.name
            bias = np.zeros(layer.output.shape[-1], np.float32)
            if layer.use_bias:
                bias = keras.ops.convert_to_numpy(layer.bias)
            affines[last] = _Affine(np.ones_like(bias), bias)
        elif isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            factor = gamma / np.sqrt(variance + layer.epsilon)
            before = affines[last]
            affines[last] = _Affine(before.factor * factor, (before.offset - mean) * factor + beta)
        elif not isinstance(layer, (*networks.KERAS.values(), *TRAINING_ONLY)):
            raise PocketDigitsError(
                f"{network.name}: layer {layer.name} is {type(layer).__name__}, which the Luau"
                " library has no kernel for; use the layers that architectures.yaml names"
            )
    return affines


def _quantized(
    trained: FakeQuantized, kernel: Float32, affine: _Affine, name: str
) -> QuantizedWeights:
    require_finite(kernel, name, "weight")
    require_finite(affine.factor, name, "batch-norm factor")
    require_finite(affine.offset, name, "bias")
    if trained.number_format == "float32":
        whole = (kernel * affine.factor).astype(np.float32)
        bias = affine.offset.astype(np.float32)
        return QuantizedWeights(trained.number_format, whole, np.empty(0, np.float32), bias)
    highest = highest_level(trained.number_format)
    size = keras.ops.convert_to_numpy(step(kernel, highest))
    return QuantizedWeights(
        trained.number_format,
        levels(kernel, size, highest),
        bfloat16(size * affine.factor),
        bfloat16(affine.offset),
    )
