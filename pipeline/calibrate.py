"""What makes a confidence mean something, chosen on digits that the network has not learned from.

A temperature, which the last layer's weights take in, and the confidence below which an answer is
called uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.layers import Activation
from pipeline.quantize import QuantizedLayer, bfloat16

MOST_WRONG = 0.01
CONFIDENCE_DIGITS = 4
TEMPERATURES = np.geomspace(0.1, 10, 461)  # a hundredth apart
SMALLEST = 1e-12  # a probability whose logarithm is asked for


def uncertain_below(
    first: NDArray[np.float32],
    again: NDArray[np.float32],
    digits: NDArray[np.uint8],
    most_wrong: float = MOST_WRONG,
) -> float:
    """Return the lowest threshold with which at most `most_wrong` of what is asserted is wrong.

    `first` (n, 10) are answers of one look, `again` those that count where the first is below the
    threshold (`first`, for a network that looks once), and `digits` (n,) the truth. Where even the
    surest are wrong too often, the result is above 1 and every answer is uncertain. It has few
    decimals, since it is written into a module.
    """
    one, other = (each.max(axis=1).astype(np.float64) for each in (first, again))
    one_wrong, other_wrong = (each.argmax(axis=1) != digits for each in (first, again))
    rises = other > one  # so that some thresholds let the second answer pass, and not the first
    thresholds = np.unique([one, other])
    asserted = _reaching(np.maximum(one, other), thresholds)
    wrong = (
        _reaching(one[one_wrong], thresholds)
        + _reaching(other[rises & other_wrong], thresholds)
        - _reaching(one[rises & other_wrong], thresholds)
    )
    good = thresholds[wrong <= most_wrong * asserted]
    return round(float(good[0]), CONFIDENCE_DIGITS) if len(good) else 2.0


def _reaching(
    confidences: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return, for each threshold, how many confidences are not below it."""
    return len(confidences) - np.searchsorted(np.sort(confidences), thresholds)


def temperature(
    probabilities: NDArray[np.float32], digits: NDArray[np.uint8], activation: Activation
) -> float:
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
