"""How well a network reads the test set, and whether it is the network that Keras trained."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmarks.predictions import Labels, Predictions, accuracy, calibration_error
from pipeline.architecture import Share
from pipeline.layers import Strict

CLEAR_MARGIN = 1e-4  # between Keras' top two: nearer than this, float32 may decide either way


class Accuracies(Strict):
    """Shares of the test images.

    `seed_accuracies` are what every seed reached in a place of its own, the one that ships first;
    the others are of the one that ships.
    """

    test_images: int
    seed_accuracies: Annotated[tuple[Share, ...], Field(min_length=1)]
    keras_accuracy: Share
    keras_agreement: Share
    keras_disagreements: int = Field(
        description="images whose digit differs although Keras' top two are clearly apart"
    )
    uncertain: Share
    calibration_error: Share
    passes: float = Field(ge=1, description="forward passes per test image, mean")


def measure(seeds: Sequence[Predictions], keras: NDArray[np.float32], labels: Labels) -> Accuracies:
    """Hold every seed's predictions, the shipped one's first, against (n,) labels.

    `keras` is (n, 10): the shipped network's probabilities in Keras.
    """
    shipped = seeds[0]
    agreeing, disagreements = agreement(shipped.labels, keras)
    return Accuracies(
        test_images=len(labels),
        seed_accuracies=tuple(accuracy(seed.labels, labels) for seed in seeds),
        keras_accuracy=accuracy(keras.argmax(axis=1), labels),
        keras_agreement=agreeing,
        keras_disagreements=disagreements,
        uncertain=float(np.mean(shipped.uncertain)),
        calibration_error=calibration_error(shipped, labels),
        passes=float(np.mean(shipped.passes)),
    )


def agreement(predicted: Labels, keras: NDArray[np.float32]) -> tuple[float, int]:
    """Return the share of predictions equal to Keras', and how many differ by more than rounding.

    A differing prediction counts when Keras' top two are further apart than `CLEAR_MARGIN`.
    """
    differs = predicted != keras.argmax(axis=1)
    second, first = np.sort(keras, axis=1)[:, -2:].T
    return float(np.mean(~differs)), int(np.sum(differs & (first - second > CLEAR_MARGIN)))
