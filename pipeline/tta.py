"""A second look where one is not sure enough: test-time augmentation, where it pays.

The twin of `Model.predict` in roblox/src/shared/init.luau: the image is shown to the network again,
moved by a row and a column, down and up, and the mean of all three answers counts. What a network's
strides and pools do to an image depends on where it lies, and a little on chance; the mean depends
on it less.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipeline.architecture import IMAGE_SHAPE

Ask = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

_, COLUMNS, _ = IMAGE_SHAPE
MOVE = COLUMNS + 1  # pixels, in the order of rows: one down and one to the right


def answer(ask: Ask, again_below: float, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what `ask` answers, (n, 10): of confidences below `again_below`, the mean of three."""
    answers = ask(images)
    again = np.flatnonzero(answers.max(axis=1) < again_below)
    if len(again):
        answers[again] = np.mean([answers[again], *map(ask, moved(images[again]))], axis=0)
    return answers


def moved(images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return (n, 28, 28) images moved down and to the right, and moved up and to the left.

    What leaves a row enters the next one; digits have no ink there.
    """
    pixels = images.reshape(len(images), -1)
    down, up = np.zeros_like(pixels), np.zeros_like(pixels)
    down[:, MOVE:] = pixels[:, :-MOVE]
    up[:, :-MOVE] = pixels[:, MOVE:]
    return down.reshape(images.shape), up.reshape(images.shape)
