"""`Architecture` → Keras network. The input is (n, 784) of 0 … 1, the output (n, 10)."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from pipeline.schema import IMAGE_PIXELS, Architecture

Float32 = NDArray[np.float32]
BATCH_SIZE = 1000


def build(architecture: Architecture) -> keras.Sequential:
    """Return the untrained network, initialised from the architecture's seed."""
    keras.utils.set_random_seed(architecture.training.seed)
    stack: list[keras.layers.Layer] = [keras.Input((IMAGE_PIXELS,), name="image")]
    for index, layer in enumerate(architecture.layers):
        stack.append(
            keras.layers.Dense(layer.units, layer.activation, name=f"{layer.type}_{index}")
        )
        if architecture.training.dropout and index < len(architecture.layers) - 1:
            stack.append(keras.layers.Dropout(architecture.training.dropout))
    return keras.Sequential(stack, name=architecture.name)


def weights(network: keras.Sequential) -> list[tuple[Float32, Float32]]:
    """Return each dense layer's kernel (inputs, units) and bias (units,)."""
    return [
        (kernel, bias)
        for kernel, bias in (layer.get_weights() for layer in network.layers if layer.weights)
    ]


def with_weights(
    architecture: Architecture, values: Sequence[tuple[Float32, Float32]]
) -> keras.Sequential:
    """Return the network with the given kernels and biases."""
    network = build(architecture)
    network.set_weights([array for pair in values for array in pair])
    return network


def probabilities(network: keras.Sequential, images: NDArray[np.uint8]) -> Float32:
    """Return what the network says of (n, 28, 28) images of 0 … 255, as (n, 10)."""
    batches = np.array_split(as_inputs(images), -(-len(images) // BATCH_SIZE))
    answers = [keras.ops.convert_to_numpy(network(batch, training=False)) for batch in batches]
    return np.concatenate(answers)


def as_inputs(images: NDArray[np.uint8]) -> Float32:
    """Return (n, 28, 28) images of 0 … 255 as (n, 784) of 0 … 1."""
    return images.reshape(-1, IMAGE_PIXELS).astype(np.float32) / np.float32(255)
