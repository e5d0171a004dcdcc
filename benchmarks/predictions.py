"""A network's predictions, executed in Luau from its built place, held against labels."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

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


def predict(lune: Path, place: Path, model: str, images: NDArray[np.uint8]) -> Predictions:
    """Have a network of a built place predict every one of (n, 28, 28) images of 0 … 255."""
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as folder:
        images_file, predictions_file = Path(folder) / "images", Path(folder) / "predictions"
        images_file.write_bytes(images.tobytes())
        words = (place.resolve(), model, "images", images_file, predictions_file)
        lune_scripts.run(lune, "predict", *words)
        return read_predictions(predictions_file, len(images))


def read_predictions(file: Path, count: int) -> Predictions:
    """Read `count` predictions as `benchmarks/luau/predict.luau` writes them."""
    rows = np.fromfile(file, dtype="<f8").reshape(count, 3 + CLASSES)
    labels, uncertain, passes = rows[:, :3].T
    return Predictions(
        labels.astype(np.int64), rows[:, 3:], uncertain == 1, passes.astype(np.int64)
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
    gaps = [
        abs(np.sum(correct[bins == index]) - np.sum(confidence[bins == index]))
        for index in range(CALIBRATION_BINS)
    ]
    return float(np.sum(gaps) / len(labels))
