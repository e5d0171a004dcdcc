"""What a report keeps of a network's answers, image by image: the proof of its accuracies."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmarks.drawings import pendigits
from benchmarks.drawings.metrics import Asked
from benchmarks.drawings.placement import USUAL_SIZE
from benchmarks.measure.correct import Right, images_hash
from benchmarks.predictions import Answers
from pipeline.architecture import CLASSES
from pipeline.datasets.dataset import Dataset
from pipeline.layers import Strict

Confusion = Annotated[
    tuple[tuple[int, ...], ...], Field(description="a row for each digit, a column for each answer")
]


class Answered(Strict):
    """Answers of the network that ships, about every test image and every drawing.

    Two runs are compared by them, on the same images; `drawings` is None where there were none.
    """

    test: Right
    confusion: Confusion
    drawings: Right | None


def answered(shipped: Answers, dataset: Dataset, asked: Asked | None) -> Answered:
    """Join what a network answered about the test images and about what people drew."""
    labels = dataset.y_test
    test = Right.of(images_hash(dataset.x_test, labels), shipped.digits == labels)
    return Answered(
        test=test,
        confusion=_confusion(labels, shipped.digits),
        drawings=None if asked is None else _drawings(asked),
    )


def _confusion(labels: NDArray[np.uint8], digits: NDArray[np.int64]) -> Confusion:
    pairs = CLASSES * labels.astype(int) + digits
    counts = np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    return tuple(tuple(map(int, row)) for row in counts)


def _drawings(asked: Asked) -> Right:
    usual = asked.only(asked.size == USUAL_SIZE)
    source = np.array(pendigits.SHA256)
    shown = images_hash(source, usual.drawing, usual.digit, usual.writer)
    return Right.of(shown, usual.answers.digits == usual.digit)
