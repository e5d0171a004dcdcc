"""Quantisation-aware training: Keras layers that compute with quantised float weights.

The forward pass rounds each weight to its nearest level, as it ships. The backward pass treats
rounding as the identity (straight-through estimator, Bengio et al. 2013); clipped weights get no
gradient.
"""

from typing import Any, TypeAlias

from pipeline.keras_pinned import keras
from pipeline.layers import NumberFormat
from pipeline.weights import highest_level

Tensor: TypeAlias = Any  # Keras has no types

# By highest level: the step between levels, in standard deviations, that rounds a normal
# distribution with the least error (Max 1960). Ternary's is wider than the optimal 1.224, so that
# fewer weights are clipped, as these learn nothing.
STEPS = {1: 1.4, 3: 0.6508, 7: 0.3534, 15: 0.1933, 31: 0.1055, 63: 0.0573, 127: 0.0309}
SMALLEST_STEP = 1e-8


def step(kernel: Tensor, highest: int) -> Tensor:
    """Return the step between levels of each output (last axis)."""
    flat = keras.ops.reshape(kernel, (-1, kernel.shape[-1]))
    return keras.ops.maximum(STEPS[highest] * keras.ops.std(flat, axis=0), SMALLEST_STEP)


def fake_quantize(kernel: Tensor, highest: int) -> Tensor:
    """Return the kernel at its nearest levels, with the gradient of the float one."""
    size = keras.ops.stop_gradient(step(kernel, highest))
    clipped = keras.ops.clip(kernel / size, -highest, highest)
    return (clipped + keras.ops.stop_gradient(keras.ops.round(clipped) - clipped)) * size


class FakeQuantized(keras.layers.Layer):  # type: ignore[misc]
    """Mixin for a Keras layer that rounds its kernel to `number_format`."""

    def __init__(self, *args: object, number_format: NumberFormat, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.number_format = number_format

    def quantized(self, kernel: Tensor) -> Tensor:
        """Return the kernel as it ships, outputs last."""
        if self.number_format == "float32":
            return kernel
        return fake_quantize(kernel, highest_level(self.number_format))


class FakeQuantizedDense(FakeQuantized, keras.layers.Dense):  # type: ignore[misc]
    """`keras.layers.Dense` whose kernel is rounded to `number_format`."""

    def call(self, inputs: Tensor) -> Tensor:
        """Return `inputs @ kernel + bias`, activated."""
        sums = keras.ops.matmul(inputs, self.quantized(self.kernel))
        return self.activation(sums + self.bias if self.use_bias else sums)


class FakeQuantizedConv2D(FakeQuantized, keras.layers.Conv2D):  # type: ignore[misc]
    """`keras.layers.Conv2D` whose kernel is rounded to `number_format`."""

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """Return the convolution with the rounded kernel."""
        return super().convolution_op(inputs, self.quantized(kernel))


class FakeQuantizedDepthwiseConv2D(
    FakeQuantized,
    keras.layers.DepthwiseConv2D,  # type: ignore[misc]
):
    """`keras.layers.DepthwiseConv2D` whose kernel is rounded to `number_format`."""

    def call(self, inputs: Tensor) -> Tensor:
        """Return each channel's convolution with the rounded kernel, activated."""
        kernel = self.quantized(self.kernel[..., 0])[..., None]
        sums = keras.ops.depthwise_conv(inputs, kernel, strides=self.strides, padding=self.padding)
        return self.activation(sums + self.bias if self.use_bias else sums)


FAKE_QUANTIZED = {
    "dense": FakeQuantizedDense,
    "conv2d": FakeQuantizedConv2D,
    "depthwise_conv2d": FakeQuantizedDepthwiseConv2D,
}
