"""Number formats: symmetric levels with a scale per output channel.

A weight is `level * scale`, multiplied in float32 here as in Luau, so `QuantizedWeights.kernel` is
exactly the kernel that the shipped network computes with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.arrays import Float32
from pipeline.errors import PocketDigitsError
from pipeline.layers import Layer, NumberFormat, Shape


@dataclass(frozen=True)
class QuantizedWeights:
    """A layer's weights as they ship.

    `levels` has the kernel's shape, outputs last: int8, or the float32 weights themselves. `scale`
    and `bias` are float32 (outputs,), rounded to bfloat16 for storage; in a float32 layer, `scale`
    is empty and `bias` is not rounded.
    """

    number_format: NumberFormat
    levels: NDArray[np.int8] | Float32
    scale: Float32
    bias: Float32

    @property
    def kernel(self) -> Float32:
        """The float32 weights that Luau computes with."""
        if self.number_format == "float32":
            return self.levels.astype(np.float32)
        return self.levels.astype(np.float32) * self.scale


@dataclass(frozen=True)
class QuantizedLayer:
    """A layer as it ships, with batch-norm folded into `weights`, which are None if it has none."""

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    weights: QuantizedWeights | None


def highest_level(number_format: NumberFormat) -> int:
    """Return the largest level of an integer format; the lowest is its negative."""
    if number_format == "ternary":
        return 1
    bits = int(number_format.removeprefix("int"))
    return (1 << bits - 1) - 1


def levels(kernel: NDArray[np.floating], scale: Float32, highest: int) -> NDArray[np.int8]:
    """Return the nearest level of each weight, between -highest and highest."""
    nearest: NDArray[np.int8] = np.clip(np.rint(kernel / scale), -highest, highest).astype(np.int8)
    return nearest


def bfloat16(values: Float32) -> Float32:
    """Return float32 values rounded to bfloat16, their upper 16 bits; ties go to even."""
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    even = (bits >> 16) & 1
    return (((bits + 0x7FFF + even) >> 16) << 16).astype(np.uint32).view(np.float32)


def require_finite(values: Float32, layer: str, what: str) -> None:
    """Raise PocketDigitsError, with layer and first index, if a value is NaN or infinite."""
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        place = ", ".join(map(str, wrong[0]))
        raise PocketDigitsError(
            f"{layer}: {what} [{place}] is {values[tuple(wrong[0])]}, expected finite numbers"
            f" ({len(wrong)} of {values.size} are not); train the network again"
        )
