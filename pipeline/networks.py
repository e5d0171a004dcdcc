"""`Architecture` → Keras network. The input is (n, 28, 28, 1) of 0 … 1, the output (n, 10)."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from pipeline.architecture import IMAGE_SHAPE, Architecture
from pipeline.arrays import Float32, Uint8
from pipeline.layers import (
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePool2D,
    Layer,
    Pool2D,
)
from pipeline.qat import FakeQuantizedConv2D, FakeQuantizedDense, FakeQuantizedDepthwiseConv2D
from pipeline.weights import QuantizedLayer

BATCH_SIZE = 1000
BATCH_NORM_MOMENTUM = 0.9


def build(architecture: Architecture) -> keras.Sequential:
    """Return the untrained network, which learns for its number formats, from its seed."""
    keras.utils.set_random_seed(architecture.training.seed)
    stack: list[keras.layers.Layer] = [keras.Input(IMAGE_SHAPE, name="image")]
    for index, layer in enumerate(architecture.layers):
        name = f"{layer.type}_{index}"
        if architecture.training.dropout and index == len(architecture.layers) - 1:
            stack.append(keras.layers.Dropout(architecture.training.dropout))
        if isinstance(layer, Dense | Conv2D | DepthwiseConv2D):
            stack.extend(_weighted(layer, name, layer.number_format or architecture.number_format))
        else:
            stack.append(_weightless(layer, name))
    return keras.Sequential(stack, name=architecture.name)


def with_weights(architecture: Architecture, weights: Sequence[Float32]) -> keras.Sequential:
    """Return the network that learns, with what it has learned."""
    network = build(architecture)
    network.set_weights(list(weights))
    return network


def shipped(name: str, layers: Sequence[QuantizedLayer]) -> keras.Sequential:
    """Return the network that ships, of plain Keras layers: quantised, batch-norm folded in."""
    first, *_ = layers
    stack: list[keras.layers.Layer] = [keras.Input(IMAGE_SHAPE, name="image")]
    if len(first.input_shape) == 1:
        stack.append(keras.layers.Flatten(name="flatten"))  # Keras would count, process by process
    for index, quantized in enumerate(layers):
        stack.append(_plain(quantized.layer, f"{quantized.layer.type}_{index}"))
    network = keras.Sequential(stack, name=name)
    kernels = []
    for quantized in layers:
        if quantized.weights is not None:
            kernel = quantized.weights.kernel
            if isinstance(quantized.layer, DepthwiseConv2D):
                kernel = kernel[..., np.newaxis]
            kernels += [kernel, quantized.weights.bias]
    network.set_weights(kernels)
    return network


def probabilities(network: keras.Sequential, images: Uint8) -> Float32:
    """Return what the network says of (n, 28, 28) images of 0 … 255, as (n, 10)."""
    batches = np.array_split(as_inputs(images), -(-len(images) // BATCH_SIZE))
    answers = [keras.ops.convert_to_numpy(network(batch, training=False)) for batch in batches]
    return np.concatenate(answers)


def as_inputs(images: Uint8) -> Float32:
    """Return (n, 28, 28) images of 0 … 255 as (n, 28, 28, 1) of 0 … 1."""
    return images[..., np.newaxis].astype(np.float32) / np.float32(255)


def _weighted(
    layer: Dense | Conv2D | DepthwiseConv2D, name: str, number_format: str
) -> list[keras.layers.Layer]:
    """The layer, then its batch-norm, then its activation."""
    activation = "linear" if layer.batch_norm else layer.activation
    options: dict[str, Any] = {
        "activation": activation,
        "use_bias": not layer.batch_norm,
        "number_format": number_format,
        "name": name,
    }
    if isinstance(layer, Dense):
        stack = [FakeQuantizedDense(layer.units, **options)]
    elif isinstance(layer, Conv2D):
        stack = [FakeQuantizedConv2D(layer.filters, **_window(layer), **options)]
    else:
        stack = [FakeQuantizedDepthwiseConv2D(**_window(layer), **options)]
    if layer.batch_norm:
        stack.append(keras.layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM))
        stack.append(keras.layers.Activation(layer.activation))
    return stack


def _plain(layer: Layer, name: str) -> keras.layers.Layer:
    if isinstance(layer, Dense):
        return keras.layers.Dense(layer.units, layer.activation, name=name)
    if isinstance(layer, Conv2D):
        window = _window(layer)
        return keras.layers.Conv2D(layer.filters, activation=layer.activation, name=name, **window)
    if isinstance(layer, DepthwiseConv2D):
        return keras.layers.DepthwiseConv2D(
            activation=layer.activation, name=name, **_window(layer)
        )
    return _weightless(layer, name)


def _weightless(layer: Pool2D | GlobalAveragePool2D | Flatten, name: str) -> keras.layers.Layer:
    if isinstance(layer, Flatten):
        return keras.layers.Flatten(name=name)
    if isinstance(layer, GlobalAveragePool2D):
        return keras.layers.GlobalAveragePooling2D(name=name)
    pools = {
        "max_pool2d": keras.layers.MaxPooling2D,
        "average_pool2d": keras.layers.AveragePooling2D,
    }
    return pools[layer.type](layer.pool_size, name=name)


def _window(layer: Conv2D | DepthwiseConv2D) -> dict[str, Any]:
    return {
        "kernel_size": layer.kernel_size,
        "strides": layer.strides,
        "padding": layer.padding,
    }
