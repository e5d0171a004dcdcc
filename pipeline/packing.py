"""A network's weights as one printable string of 32-bit words.

For each layer that has weights: the levels, packed in the order of the kernel (outputs last) and
filled up to a word; then its scales and its biases as bfloat16. A weight of an integer format takes
its bits, lowest first, without gaps; ternary ones are digits of base 3, twenty to a word, lowest
first; a float32 layer holds its weights and its biases as they are.
"""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray

from pipeline.quantize import TRITS_PER_WORD, QuantizedWeights, highest_level, weight_bits

CHECKSUM_FACTOR = 31


def pack(weights: QuantizedWeights) -> bytes:
    """Return one layer's weights as bytes, whole little-endian words."""
    if weights.number_format == "float32":
        return weights.levels.astype("<f4").tobytes() + weights.bias.astype("<f4").tobytes()
    packed = _trits(weights) if weights.number_format == "ternary" else _bits(weights)
    return packed + _upper_halves(weights.scale) + _upper_halves(weights.bias)


def _counted(weights: QuantizedWeights) -> NDArray[np.uint8]:
    """Return the levels, counted from the lowest."""
    return (weights.levels.ravel() + highest_level(weights.number_format)).astype(np.uint8)


def _bits(weights: QuantizedWeights) -> bytes:
    bits = int(weight_bits(weights.number_format))
    unpacked = np.unpackbits(_counted(weights)[:, np.newaxis], axis=1, bitorder="little")
    packed = np.packbits(unpacked[:, :bits], bitorder="little").tobytes()
    return packed + bytes(-len(packed) % 4)


def _trits(weights: QuantizedWeights) -> bytes:
    counted = _counted(weights)
    words = np.pad(counted, (0, -len(counted) % TRITS_PER_WORD)).reshape(-1, TRITS_PER_WORD)
    worth = 3 ** np.arange(TRITS_PER_WORD, dtype=np.uint64)
    return (words @ worth).astype("<u4").tobytes()


def _upper_halves(values: NDArray[np.float32]) -> bytes:
    """Return float32 values whose lower 16 bits are zero as bfloat16."""
    bits = values.astype("<f4").view("<u4")
    if np.any(bits & 0xFFFF):
        raise ValueError("scales and biases are not rounded to bfloat16")
    return (bits >> 16).astype("<u2").tobytes()


def encode(data: bytes) -> str:
    """Return whole little-endian 32-bit words as base85, five characters to a word."""
    return base64.b85encode(_words(data).astype(">u4").tobytes()).decode("ascii")


def checksum(data: bytes) -> int:
    """Return (… (w₁ · 31 + w₂) · 31 + …) mod 2³² over the little-endian 32-bit words w."""
    total = 0
    for word in _words(data).tolist():
        total = (total * CHECKSUM_FACTOR + word) % 2**32
    return total


def _words(data: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(data, dtype="<u4")
