"""A network's predictions, executed in Luau from its built place, held against labels."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmarks import lune as lune_scripts
from pipeline.architecture import CLASSES

CALIBRATION_BINS = 15

Labels = NDArray[np.integer]
Confusion = Annotated[
    tuple[tuple[int, ...], ...],
    Field(description="a row for each label, a column for each prediction"),
]


@dataclass(frozen=True)
class Predictions:
    """Labels (n,), probabilities (n, 10), doubts (n,) and forward passes (n,) of n images."""

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    uncertain: NDArray[np.bool_]
    passes: NDArray[np.int64]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """The highest probability of each image, (n,)."""
        highest: NDArray[np.float64] = self.probabilities.max(axis=1)
        return highest


def predict(
    lune: Path,
    place: Path,
    model: str,
    given: bytes,
    kind: Literal["images", "drawings"] = "images",
) -> Predictions:
    """Have a network of a built place predict everything that is `given`.

    That is images, 784 bytes of 0 … 255 each, or drawings as `placement.packed` returns them.
    """
    found = json.loads(lune_scripts.run(lune, "predict", place.resolve(), model, kind, given))
    return Predictions(
        labels=np.array(found["labels"], np.int64),
        probabilities=np.array(found["probabilities"], np.float64),
        uncertain=np.array(found["uncertain"], np.bool_),
        passes=np.array(found["passes"], np.int64),
    )


def accuracy(predicted: Labels, labels: Labels) -> float:
    """Return the share of correct predictions."""
    return float(np.mean(predicted == labels))


def confusion(predicted: Labels, labels: Labels) -> Confusion:
    """Count every prediction of every label."""
    pairs = CLASSES * labels.astype(int) + predicted
    counts = np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    return tuple(tuple(map(int, row)) for row in counts)


def calibration_error(predictions: Predictions, labels: Labels) -> float:
    """Return the expected calibration error over equal-width bins of confidence (Guo 2017)."""
    confidence, correct = predictions.confidence, predictions.labels == labels
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, correct - confidence, CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(labels))
