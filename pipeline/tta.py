"""Test-time augmentation: a second look, where one forward pass is not sure enough.

The twin of `Model.predict` in roblox/src/shared/init.luau: the network also sees the image moved by
a row and a column, down and up, and the mean of all three passes counts. What strides and pools do
to an image depends on where it lies, and a little on chance; the mean depends on it less.
"""

from collections.abc import Callable

import numpy as np

from pipeline.architecture import IMAGE_SHAPE
from pipeline.arrays import Float32, Uint8

Predict = Callable[[Uint8], Float32]

_, COLUMNS, _ = IMAGE_SHAPE
MOVE = COLUMNS + 1  # pixels, in the order of rows: one down and one to the right


def predict(once: Predict, tta_below: float, images: Uint8) -> Float32:
    """Return `once`'s probabilities (n, 10), or the mean of three passes below that confidence."""
    probabilities = once(images)
    unsure = np.flatnonzero(probabilities.max(axis=1) < tta_below)
    if len(unsure):
        passes = [probabilities[unsure], *map(once, moved(images[unsure]))]
        probabilities[unsure] = np.mean(passes, axis=0)
    return probabilities


def moved(images: Uint8) -> tuple[Uint8, Uint8]:
    """Return (n, 28, 28) images moved down and to the right, and moved up and to the left.

    What leaves a row enters the next one; digits have no ink there.
    """
    pixels = images.reshape(len(images), -1)
    down, up = np.zeros_like(pixels), np.zeros_like(pixels)
    down[:, MOVE:] = pixels[:, :-MOVE]
    up[:, :-MOVE] = pixels[:, MOVE:]
    return down.reshape(images.shape), up.reshape(images.shape)
