"""Calibrates confidences, on digits that the network was not trained on.

Finds a temperature, which is folded into the weights of the last layer, and the confidence below
which a prediction is uncertain.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.arrays import Float32, Uint8
from pipeline.layers import Activation
from pipeline.weights import QuantizedLayer, bfloat16

MAX_ERROR = 0.01
STEPS = 10_000  # per unit of confidence, in a module
TEMPERATURES = np.geomspace(0.1, 10, 461)  # 1 % apart
SMALLEST = 1e-12  # probability to take a logarithm of


def uncertain_below(probabilities: Float32, labels: Uint8, max_error: float = MAX_ERROR) -> float:
    """Return the lowest confidence, rounded up, from which at most `max_error` are wrong.

    `probabilities` is (n, 10), `labels` (n,). If even the most confident predictions are wrong too
    often, returns 2: every prediction is uncertain.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    order = np.argsort(-confidence, kind="stable")
    wrong = (probabilities.argmax(axis=1) != labels)[order]
    error = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    good = np.flatnonzero(error <= max_error)
    if not len(good):
        return 2.0
    lowest = float(confidence[order][good[-1]])
    return math.ceil(lowest * STEPS) / STEPS


def temperature(probabilities: Float32, labels: Uint8, activation: Activation) -> float:
    """Return the divisor of the logits at which confidence predicts accuracy (Guo 2017).

    It maximises the likelihood of each prediction being correct or wrong, which suits softmax and
    sigmoid alike. `probabilities` is (n, 10), `labels` (n,).
    """
    correct = probabilities.argmax(axis=1) == labels
    odds = np.log(np.clip(probabilities.astype(np.float64), SMALLEST, 1))
    if activation == "sigmoid":
        odds -= np.log(np.clip(1 - probabilities.astype(np.float64), SMALLEST, 1))

    def loss(divisor: float) -> float:
        scaled = odds / divisor
        top = scaled.max(axis=1)
        if activation == "sigmoid":
            confidence = 1 / (1 + np.exp(-top))
        else:
            confidence = 1 / np.exp(scaled - top[:, np.newaxis]).sum(axis=1)
        likelihood = np.where(correct, confidence, 1 - confidence)
        return float(-np.log(np.clip(likelihood, SMALLEST, 1)).mean())

    return float(min(TEMPERATURES, key=loss))


def tempered(layers: Sequence[QuantizedLayer], divisor: float) -> tuple[QuantizedLayer, ...]:
    """Return the layers with their logits divided, by scales and biases of the last layer."""
    *before, last = layers
    weights = last.weights
    if weights is None:
        raise ValueError(f"the last layer is {last.layer.type}, expected one with weights")
    if weights.number_format == "float32":
        levels = (weights.levels / divisor).astype(np.float32)
        divided = replace(weights, levels=levels, bias=(weights.bias / divisor).astype(np.float32))
    else:
        scale, bias = bfloat16(weights.scale / divisor), bfloat16(weights.bias / divisor)
        divided = replace(weights, scale=scale, bias=bias)
    return (*before, replace(last, weights=divided))
