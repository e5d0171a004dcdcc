"""Float weights → the numbers that ship: symmetric integers with a scale per output channel.

A weight is stored as `level * scale`, both float32 when they are multiplied, here as in Luau, so
`QuantizedDense.kernel` is exactly what the shipped network computes with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PocketDigitsError
from pipeline.schema import NumberFormat

Float32 = NDArray[np.float32]

# Shares of a channel's largest weight that its largest level may stand for: with few levels, less
# error is made by clipping the rare large weights than by spreading the levels out to them.
CLIPPING_RATIOS = np.linspace(0.2, 1.0, 65)
WORD_BITS = 32


@dataclass(frozen=True)
class QuantizedDense:
    """A dense layer as it ships.

    `levels` is (inputs, outputs): int8 between ±(2^(bits-1) - 1), or the float32 weights
    themselves. `scale` and `bias` are float32 (outputs,); `scale` is empty for float32.
    """

    number_format: NumberFormat
    levels: NDArray[np.int8] | Float32
    scale: Float32
    bias: Float32

    @property
    def kernel(self) -> Float32:
        """The float32 weights (inputs, outputs) that Luau computes with."""
        if self.number_format == "float32":
            return self.levels.astype(np.float32)
        return self.levels.astype(np.float32) * self.scale

    @property
    def weight_bits(self) -> int:
        """Bits of one weight."""
        return bits(self.number_format)

    @property
    def weight_bytes(self) -> int:
        """Bytes of the layer in binary: packed levels, filled up to a word, scales and biases."""
        words = -(-self.levels.size * self.weight_bits // WORD_BITS)
        return 4 * (words + self.scale.size + self.bias.size)


def bits(number_format: NumberFormat) -> int:
    """Return the bits that a number format takes for one weight."""
    return int(number_format.removeprefix("float").removeprefix("int"))


def quantize(
    kernel: Float32, bias: Float32, number_format: NumberFormat, layer: str
) -> QuantizedDense:
    """Round a kernel (inputs, outputs) to a number format; the bias (outputs,) stays float32.

    Each channel's scale is the one of `CLIPPING_RATIOS` with the least squared error. Raises
    PocketDigitsError, naming `layer`, when a weight or bias is NaN or infinite.
    """
    _require_finite(kernel, layer, "weight")
    _require_finite(bias, layer, "bias")
    kernel, bias = kernel.astype(np.float32), bias.astype(np.float32)
    if number_format == "float32":
        return QuantizedDense(number_format, kernel, np.empty(0, np.float32), bias)
    highest = 2 ** (bits(number_format) - 1) - 1
    scale = _best_scale(kernel, highest)
    return QuantizedDense(number_format, _levels(kernel, scale, highest), scale, bias)


def _best_scale(kernel: Float32, highest: int) -> Float32:
    exact = kernel.astype(np.float64)
    largest = np.abs(exact).max(axis=0)
    best_scale = np.zeros(kernel.shape[1], np.float32)
    best_error = np.full(kernel.shape[1], np.inf)
    for ratio in CLIPPING_RATIOS:
        # Never 0, which would divide by zero where a whole channel is.
        scale = np.maximum(largest * ratio / highest, np.finfo(np.float32).tiny).astype(np.float32)
        error = ((_levels(kernel, scale, highest) * scale.astype(np.float64) - exact) ** 2).sum(0)
        better = error < best_error
        best_scale[better], best_error[better] = scale[better], error[better]
    return best_scale


def _levels(kernel: Float32, scale: Float32, highest: int) -> NDArray[np.int8]:
    return np.clip(np.rint(kernel / scale.astype(np.float64)), -highest, highest).astype(np.int8)


def _require_finite(values: Float32, layer: str, what: str) -> None:
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        place = ", ".join(map(str, wrong[0]))
        raise PocketDigitsError(
            f"{layer}: {what} [{place}] is {values[tuple(wrong[0])]}, expected finite numbers"
            f" ({len(wrong)} of {values.size} are not); train the network again"
        )
