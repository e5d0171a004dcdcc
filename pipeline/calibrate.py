"""What makes a confidence mean something, chosen on digits that the network has not learned from.

A temperature, which the last layer's weights take in, and the confidence below which an answer is
called uncertain.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.arrays import Float32, Uint8
from pipeline.layers import Activation
from pipeline.weights import QuantizedLayer, bfloat16

MOST_WRONG = 0.01
STEPS = 10_000  # of a confidence that is written into a module
TEMPERATURES = np.geomspace(0.1, 10, 461)  # a hundredth apart
SMALLEST = 1e-12  # a probability whose logarithm is asked for


def uncertain_below(probabilities: Float32, digits: Uint8, most_wrong: float = MOST_WRONG) -> float:
    """Return the lowest confidence, rounded up, from which on at most `most_wrong` are wrong.

    `probabilities` is (n, 10), `digits` (n,). Confidences are those of the answers; where even
    the surest are wrong too often, the result is above 1 and every answer is uncertain.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    order = np.argsort(-confidence, kind="stable")
    wrong = (probabilities.argmax(axis=1) != digits)[order]
    wrong_share = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    good = np.flatnonzero(wrong_share <= most_wrong)
    if not len(good):
        return 2.0
    lowest = float(confidence[order][good[-1]])
    return math.ceil(lowest * STEPS) / STEPS


def temperature(probabilities: Float32, digits: Uint8, activation: Activation) -> float:
    """Return what to divide the logits by, so that confidences are shares of right answers.

    Temperature scaling (Guo 2017), by the likelihood of each answer's being right or wrong, which
    fits softmax and sigmoid alike. `probabilities` is (n, 10), `digits` (n,).
    """
    right = probabilities.argmax(axis=1) == digits
    odds = np.log(np.clip(probabilities.astype(np.float64), SMALLEST, 1))
    if activation == "sigmoid":
        odds -= np.log(np.clip(1 - probabilities.astype(np.float64), SMALLEST, 1))

    def surprise(divisor: float) -> float:
        scaled = odds / divisor
        top = scaled.max(axis=1)
        if activation == "sigmoid":
            confidence = 1 / (1 + np.exp(-top))
        else:
            confidence = 1 / np.exp(scaled - top[:, np.newaxis]).sum(axis=1)
        told = np.where(right, confidence, 1 - confidence)
        return float(-np.log(np.clip(told, SMALLEST, 1)).mean())

    return float(min(TEMPERATURES, key=surprise))


def tempered(layers: Sequence[QuantizedLayer], divisor: float) -> tuple[QuantizedLayer, ...]:
    """Return the layers with their logits divided: the last one's scales and biases carry it."""
    *before, last = layers
    weights = last.weights
    if weights is None:
        raise ValueError(f"the last layer is {last.layer.type}, expected one with weights")
    if weights.number_format == "float32":
        levels = (weights.levels / divisor).astype(np.float32)
        cooler = replace(weights, levels=levels, bias=(weights.bias / divisor).astype(np.float32))
    else:
        scale, bias = bfloat16(weights.scale / divisor), bfloat16(weights.bias / divisor)
        cooler = replace(weights, scale=scale, bias=bias)
    return (*before, replace(last, weights=cooler))
