"""The layers of a network, their output shapes and their costs.

Names and meanings are Keras'. A shape is (rows, columns, channels) or, if flat, (units,).
"""

import math
from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Shape = tuple[int, ...]
Activation = Literal["linear", "relu", "tanh", "sigmoid", "softmax"]
NumberFormat = Literal[
    "float32", "int8", "int7", "int6", "int5", "int4", "int3", "ternary"
]  # except float32: symmetric around 0, with a scale per output channel; ternary is -1, 0, 1
Padding = Literal["valid", "same"]
Extent = Annotated[int, Field(gt=0, le=28)]
NOT_OPTIONS = {"type", "activation", "batch_norm", "number_format"}


class Strict(BaseModel):
    """A frozen model that rejects unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Layer(Strict, ABC):
    @property
    def options(self) -> dict[str, int | str]:
        """The layer's arguments by Keras' names, without activation and number format."""
        names = sorted(type(self).model_fields.keys() - NOT_OPTIONS)
        return {name: getattr(self, name) for name in names}

    @abstractmethod
    def output_shape(self, shape: Shape) -> Shape:
        """Return the output shape; raises ValueError if the input shape does not fit."""

    def macs(self, shape: Shape) -> int:  # noqa: ARG002 - a layer without weights has none
        """Return the multiply-accumulate operations of a forward pass that skips no zeros."""
        return 0


class Dense(_Layer):
    """A fully connected layer: `activation(x @ kernel + bias)`, kernel of shape (inputs, units)."""

    type: Literal["dense"]
    units: int = Field(gt=0, le=4096)
    activation: Activation
    batch_norm: bool = False
    number_format: NumberFormat | None = None

    def output_shape(self, shape: Shape) -> Shape:
        """Return (units,); raises ValueError if the input is not flat."""
        if len(shape) != 1:
            raise ValueError(f"gets {shape}, expected a flat input: put flatten before it")
        return (self.units,)

    def macs(self, shape: Shape) -> int:
        """Return inputs * units."""
        return shape[0] * self.units


class _Window(_Layer):
    """A layer that slides a window over rows and columns."""

    def _output(self, shape: Shape, window: int, strides: int, padding: Padding) -> Shape:
        if len(shape) != 3:
            raise ValueError(f"gets {shape}, expected rows, columns and channels")
        rows, columns, channels = shape
        if padding == "same":
            return (-(-rows // strides), -(-columns // strides), channels)
        if window > min(rows, columns):
            raise ValueError(f"its window of {window} does not fit its input of {rows} x {columns}")
        return ((rows - window) // strides + 1, (columns - window) // strides + 1, channels)


class _Convolution(_Window):
    kernel_size: Extent
    strides: Extent = 1
    padding: Padding = "valid"
    activation: Activation = "relu"
    batch_norm: bool = True
    number_format: NumberFormat | None = None

    def output_shape(self, shape: Shape) -> Shape:
        """Return (rows, columns, channels)."""
        return self._output(shape, self.kernel_size, self.strides, self.padding)

    def macs(self, shape: Shape) -> int:
        """Return outputs * kernel_size²."""
        return math.prod(self.output_shape(shape)) * self.kernel_size**2


class Conv2D(_Convolution):
    """A convolution, kernel of shape (rows, columns, channels, filters), then batch-norm."""

    type: Literal["conv2d"]
    filters: int = Field(gt=0, le=512)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (rows, columns, filters)."""
        return (*super().output_shape(shape)[:2], self.filters)

    def macs(self, shape: Shape) -> int:
        """Return outputs * kernel_size² * input channels."""
        return super().macs(shape) * shape[-1]


class DepthwiseConv2D(_Convolution):
    """A convolution of each channel by itself, kernel of shape (rows, columns, channels)."""

    type: Literal["depthwise_conv2d"]


class Pool2D(_Window):
    """The largest or the mean value of each window; windows do not overlap."""

    type: Literal["max_pool2d", "average_pool2d"]
    pool_size: Extent

    def output_shape(self, shape: Shape) -> Shape:
        """Return (rows, columns, channels); a remainder smaller than a window is dropped."""
        return self._output(shape, self.pool_size, self.pool_size, "valid")


class GlobalAveragePool2D(_Window):
    """The mean of each channel."""

    type: Literal["global_average_pool2d"]

    def output_shape(self, shape: Shape) -> Shape:
        """Return (channels,)."""
        return self._output(shape, 1, 1, "valid")[2:]


class Flatten(_Layer):
    """Flattens rows, columns and channels, in this order."""

    type: Literal["flatten"]

    def output_shape(self, shape: Shape) -> Shape:
        """Return (rows * columns * channels,)."""
        rows, columns, channels = shape
        return (rows * columns * channels,)


Weighted = Dense | Conv2D | DepthwiseConv2D
Layer = Annotated[
    Dense | Conv2D | DepthwiseConv2D | Pool2D | GlobalAveragePool2D | Flatten,
    Field(discriminator="type"),
]
