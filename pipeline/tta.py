"""Test-time augmentation: two more forward passes if the first is not confident enough.

The twin of `Model.predict` in roblox/src/shared/init.luau: the network also sees the image moved by
a row and a column, down and up, and predicts by the mean of all three. Strides and pools make a
single pass depend on the exact position of the ink; the mean depends on it less.
"""

from collections.abc import Callable

import numpy as np

from pipeline.architecture import IMAGE_SHAPE
from pipeline.arrays import Float32, Uint8

Predict = Callable[[Uint8], Float32]

_, COLUMNS, _ = IMAGE_SHAPE
MOVE = COLUMNS + 1  # pixels in row-major order: one down and one right


def predict(once: Predict, tta_below: float, images: Uint8) -> Float32:
    """Return the probabilities (n, 10) of `once`, or of three passes below `tta_below`."""
    probabilities = once(images)
    unsure = np.flatnonzero(probabilities.max(axis=1) < tta_below)
    if len(unsure):
        passes = [probabilities[unsure], *map(once, moved(images[unsure]))]
        probabilities[unsure] = np.mean(passes, axis=0)
    return probabilities


def moved(images: Uint8) -> tuple[Uint8, Uint8]:
    """Return (n, 28, 28) images moved down and right, and moved up and left.

    Pixels that leave a row enter the next one; digits have no ink there.
    """
    pixels = images.reshape(len(images), -1)
    down, up = np.zeros_like(pixels), np.zeros_like(pixels)
    down[:, MOVE:] = pixels[:, :-MOVE]
    up[:, :-MOVE] = pixels[:, MOVE:]
    return down.reshape(images.shape), up.reshape(images.shape)
