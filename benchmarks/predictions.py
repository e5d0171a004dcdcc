"""What a network answers, executed in Luau from the place, against the labels and Keras."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import lune as lune_scripts
from pipeline.architecture import CLASSES

CLEAR_MARGIN = 1e-4  # between Keras' top two: nearer than this, float32 may decide either way
CALIBRATION_BINS = 15


@dataclass(frozen=True)
class Answers:
    """A network's digits (n,), probabilities (n, 10), doubts (n,) and looks (n,) at n images."""

    digits: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    uncertain: NDArray[np.bool_]
    looks: NDArray[np.int64]


def ask(lune: Path, place: Path, model: str, images: NDArray[np.uint8]) -> Answers:
    """Have a network of a built place predict every one of (n, 28, 28) images of 0 … 255."""
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as folder:
        images_file, answers_file = Path(folder) / "images", Path(folder) / "answers"
        images_file.write_bytes(images.tobytes())
        words = (place.resolve(), model, "images", images_file, answers_file)
        lune_scripts.run(lune, "predict", *words)
        return read_answers(answers_file, len(images))


def read_answers(file: Path, count: int) -> Answers:
    """Read `count` answers as `benchmarks/luau/predict.luau` writes them."""
    rows = np.fromfile(file, dtype="<f8").reshape(count, 3 + CLASSES)
    digits, uncertain, looks = rows[:, :3].T
    return Answers(digits.astype(np.int64), rows[:, 3:], uncertain == 1, looks.astype(np.int64))


def accuracy(digits: NDArray[np.int64], labels: NDArray[np.uint8]) -> float:
    """Return the share of right answers."""
    return float(np.mean(digits == labels))


def agreement(digits: NDArray[np.int64], keras: NDArray[np.float32]) -> tuple[float, int]:
    """Return the share of answers equal to Keras', and how many differ by more than rounding.

    `keras` is (n, 10) probabilities; a differing answer counts when Keras' top two are further
    apart than `CLEAR_MARGIN`.
    """
    differs = digits != keras.argmax(axis=1)
    second, first = np.sort(keras, axis=1)[:, -2:].T
    return float(np.mean(~differs)), int(np.sum(differs & (first - second > CLEAR_MARGIN)))


def calibration_error(answers: Answers, labels: NDArray[np.uint8]) -> float:
    """Return the expected calibration error over equal-width bins of confidence (Guo 2017)."""
    confidence = answers.probabilities.max(axis=1)
    right = answers.digits == labels
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = [
        abs(np.sum(right[bins == index]) - np.sum(confidence[bins == index]))
        for index in range(CALIBRATION_BINS)
    ]
    return float(np.sum(gaps) / len(labels))
