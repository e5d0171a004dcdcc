"""Entropy coding of a network's weights as one printable text (rANS: Duda 2013).

The text is one long number, in words of four digits of base 91. The decoder's state is its leading
part: each remainder of the state is the next value. Frequent values shrink the state less, so a
weight takes about as many bits as the entropy of its layer's levels. The encoder does the reverse,
from the last value to the first.

Each layer with weights is coded in this order: scales and biases as bfloat16, the number of slots
(of 1024) of each level, and the levels in the order of the kernel, outputs last; a float32 layer as
its biases and weights, unrounded. If the outputs are a multiple of three, ternary levels are coded
three at a time, which the decoder unpacks as one vector. roblox/src/shared/nn/weights.luau decodes.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.arrays import Float32
from pipeline.weights import QuantizedWeights, highest_level

LEAST = 2**26  # the decoder's state stays in LEAST … LEAST * WORDS - 1: exact as a double
SLOTS = 1024
TRIPLES = 27  # of ternary levels
HALF = 2**16
CHECKSUM_FACTOR = 31
# Printable characters, except the quotation mark and backslash, which Luau would escape.
ALPHABET = "".join(chr(code) for code in range(ord("#"), ord("~") + 1) if chr(code) != "\\")
RADIX = len(ALPHABET)
WORD_DIGITS = 4
WORDS = RADIX**WORD_DIGITS


class Symbol(NamedTuple):
    """A value that owns `width` of `slots` (a power of two), from slot `first` on."""

    slots: int
    width: int
    first: int


def encode(layers: Iterable[QuantizedWeights]) -> str:
    """Return the text that holds the weights of all layers, one after the other."""
    symbols = [symbol for weights in layers for symbol in _symbols(weights)]
    state, words = LEAST, []
    for slots, count, first in reversed(symbols):
        while state >= WORDS * LEAST // slots * count:
            state, word = divmod(state, WORDS)
            words.append(word)
        state = state // count * slots + first + state % count
    while state:
        state, word = divmod(state, WORDS)
        words.append(word)
    return "".join(map(_characters, reversed(words)))


def checksum(text: str) -> int:
    """Return (… (w₁ * 31 + w₂) * 31 + …) mod 2³² over the text's words w."""
    total = 0
    for at in range(0, len(text), WORD_DIGITS):
        word = 0
        for character in text[at : at + WORD_DIGITS]:
            word = word * RADIX + ALPHABET.index(character)
        total = (total * CHECKSUM_FACTOR + word) % 2**32
    return total


def binary_bytes(text: str) -> int:
    """Return the size in bytes of an encoded text as a binary number."""
    return math.ceil(len(text) * math.log2(RADIX) / 8)


def slot_counts(counted: NDArray[np.int64]) -> list[int]:
    """Return the number of slots of each value: at least one if it occurs, else none.

    `counted` holds how often each value occurs; between one and 1024 of them must occur.
    """
    shares = counted * (SLOTS / counted.sum())
    slots = np.where(counted > 0, np.maximum(np.floor(shares), 1), 0)
    # Adds a slot where it shortens the text most, or takes one where it lengthens the text least:
    # by the derivative of -counted * log(slots).
    while slots.sum() < SLOTS:
        slots[np.argmax(counted / np.maximum(slots, 1))] += 1
    while slots.sum() > SLOTS:
        slots[np.argmin(np.where(slots > 1, counted / np.maximum(slots, 1), np.inf))] -= 1
    return [int(each) for each in slots]


def triple_slots(slots: Sequence[int]) -> list[int]:
    """Return the number of slots of each of 27 triples of levels; the last level changes fastest.

    `slots` holds the slots of the three levels. Each triple gets one slot; the other 997 are shared
    out as for independent levels.
    """
    triples = itertools.product(slots, repeat=3)
    ends = itertools.accumulate(math.prod(triple) for triple in triples)
    bounds = [end * (SLOTS - TRIPLES) // SLOTS**3 for end in ends]
    return [end - start + 1 for start, end in itertools.pairwise([0, *bounds])]


def _characters(word: int) -> str:
    digits = (word // RADIX**place % RADIX for place in reversed(range(WORD_DIGITS)))
    return "".join(ALPHABET[digit] for digit in digits)


def _symbols(weights: QuantizedWeights) -> Iterator[Symbol]:
    if weights.number_format == "float32":
        for value in [*_bits(weights.bias).tolist(), *_bits(weights.levels).tolist()]:
            yield Symbol(HALF, 1, value % HALF)
            yield Symbol(HALF, 1, value // HALF)
        return
    for values in (weights.scale, weights.bias):
        yield from (Symbol(HALF, 1, half) for half in _upper_halves(values))
    highest = highest_level(weights.number_format)
    levels = weights.levels.ravel().astype(np.int64) + highest
    counts = slot_counts(np.bincount(levels, minlength=2 * highest + 1))
    yield from (Symbol(2 * SLOTS, 1, count) for count in counts)
    if highest == 1 and weights.levels.shape[-1] % 3 == 0:
        first, second, third = levels.reshape(-1, 3).T
        levels, counts = 9 * first + 3 * second + third, triple_slots(counts)
    firsts = np.cumsum([0, *counts]).tolist()
    yield from (Symbol(SLOTS, counts[level], firsts[level]) for level in levels.tolist())


def _bits(values: NDArray[np.int8] | Float32) -> NDArray[np.uint32]:
    return values.ravel().astype("<f4").view("<u4")


def _upper_halves(values: Float32) -> list[int]:
    """Return float32 values as bfloat16; raises ValueError unless their lower 16 bits are zero."""
    bits = _bits(values)
    if np.any(bits % HALF):
        raise ValueError("scales and biases are not rounded to bfloat16")
    halves: list[int] = (bits // HALF).tolist()
    return halves
