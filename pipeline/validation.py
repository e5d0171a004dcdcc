"""How a network that ships reads the validation images, which no training has seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.arrays import Float32, Uint8
from pipeline.calibrate import SMALLEST
from pipeline.layers import Activation, Strict

VALIDATION_FILE = "validation.json"


class Validation(Strict):
    """Accuracy and mean cross-entropy, of the network's predictions and of one pass alone."""

    images: int
    accuracy: float
    loss: float
    one_pass_accuracy: float
    one_pass_loss: float

    @classmethod
    def of(
        cls, predicted: Float32, one_pass: Float32, labels: Uint8, activation: Activation
    ) -> Validation:
        """Return it for probabilities (n, 10) of the last layer's `activation`; labels (n,)."""
        return cls(
            images=len(labels),
            accuracy=_accuracy(predicted, labels),
            loss=cross_entropy(predicted, labels, activation),
            one_pass_accuracy=_accuracy(one_pass, labels),
            one_pass_loss=cross_entropy(one_pass, labels, activation),
        )

    def write(self, folder: Path) -> None:
        """Write it into `folder`."""
        (folder / VALIDATION_FILE).write_text(self.model_dump_json(indent=2), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Validation:
        """Read what `write` wrote."""
        return cls.model_validate_json((folder / VALIDATION_FILE).read_bytes())


def cross_entropy(
    probabilities: Float32, labels: Uint8, activation: Activation = "softmax"
) -> float:
    """Return the mean, in nats: of the label, or of all ten outputs if they are sigmoids."""
    truth = np.eye(probabilities.shape[1], dtype=bool)[labels]
    if activation == "sigmoid":
        likelihood = np.where(truth, probabilities, 1 - probabilities.astype(np.float64))
    else:
        likelihood = probabilities[truth].astype(np.float64)
    return float(-np.log(np.maximum(likelihood, SMALLEST)).mean())


def _accuracy(probabilities: Float32, labels: Uint8) -> float:
    return float(np.mean(probabilities.argmax(axis=1) == labels))
