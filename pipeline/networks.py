"""`Architecture` → Keras network. The input is (n, 28, 28, 1) of 0 … 1, the output (n, 10)."""

from collections.abc import Sequence

import numpy as np

from pipeline.architecture import IMAGE_SHAPE, Architecture
from pipeline.arrays import Float32, Uint8
from pipeline.keras_pinned import keras
from pipeline.layers import DepthwiseConv2D, Layer, NumberFormat, Weighted
from pipeline.qat import FAKE_QUANTIZED
from pipeline.weights import QuantizedLayer

KERAS = {  # by our type: the plain layer that ships
    "dense": keras.layers.Dense,
    "conv2d": keras.layers.Conv2D,
    "depthwise_conv2d": keras.layers.DepthwiseConv2D,
    "max_pool2d": keras.layers.MaxPooling2D,
    "average_pool2d": keras.layers.AveragePooling2D,
    "global_average_pool2d": keras.layers.GlobalAveragePooling2D,
    "flatten": keras.layers.Flatten,
}
BATCH_SIZE = 1000
BATCH_NORM_MOMENTUM = 0.9


def build(architecture: Architecture) -> keras.Sequential:
    """Return the untrained network with fake-quantised layers, initialised from its seed."""
    keras.utils.set_random_seed(architecture.training.seed)
    stack: list[keras.layers.Layer] = [keras.Input(IMAGE_SHAPE, name="image")]
    for index, layer in enumerate(architecture.layers):
        name = f"{layer.type}_{index}"
        if architecture.training.dropout and index == len(architecture.layers) - 1:
            stack.append(keras.layers.Dropout(architecture.training.dropout))
        if isinstance(layer, Weighted):
            stack.extend(_weighted(layer, name, layer.number_format or architecture.number_format))
        else:
            stack.append(_plain(layer, name))
    return keras.Sequential(stack, name=architecture.name)


def with_weights(architecture: Architecture, weights: Sequence[Float32]) -> keras.Sequential:
    """Return the network of `build` with trained weights."""
    network = build(architecture)
    network.set_weights(list(weights))
    return network


def shipped(name: str, layers: Sequence[QuantizedLayer]) -> keras.Sequential:
    """Return the quantised network as plain Keras layers, with batch-norm folded in."""
    first, *_ = layers
    stack: list[keras.layers.Layer] = [keras.Input(IMAGE_SHAPE, name="image")]
    if len(first.input_shape) == 1:
        stack.append(keras.layers.Flatten(name="flatten"))  # else numbered per process
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
    """Return the network's probabilities (n, 10) for (n, 28, 28) images of 0 … 255."""
    batches = np.array_split(as_inputs(images), -(-len(images) // BATCH_SIZE))
    outputs = [keras.ops.convert_to_numpy(network(batch, training=False)) for batch in batches]
    return np.concatenate(outputs)


def as_inputs(images: Uint8) -> Float32:
    """Return (n, 28, 28) images of 0 … 255 as (n, 28, 28, 1) of 0 … 1."""
    return images[..., np.newaxis].astype(np.float32) / np.float32(255)


def _weighted(layer: Weighted, name: str, number_format: NumberFormat) -> list[keras.layers.Layer]:
    """Return the layer, then its batch-norm, then its activation."""
    weighted = FAKE_QUANTIZED[layer.type](
        **layer.options,
        activation="linear" if layer.batch_norm else layer.activation,
        use_bias=not layer.batch_norm,
        number_format=number_format,
        name=name,
    )
    if not layer.batch_norm:
        return [weighted]
    norm = keras.layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM)
    return [weighted, norm, keras.layers.Activation(layer.activation)]


def _plain(layer: Layer, name: str) -> keras.layers.Layer:
    activation = {"activation": layer.activation} if isinstance(layer, Weighted) else {}
    return KERAS[layer.type](**layer.options, **activation, name=name)
