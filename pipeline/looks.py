"""A second look at what one look leaves uncertain: test-time augmentation, where it pays.

The twin of `Model.predict` in roblox/src/shared/init.luau: an image that a network is uncertain of
is shown to it again, moved by a row and a column, down and up, and the mean of all three answers
counts. What a network's strides and pools do to an image depends on where it lies, and a little on
chance; the mean depends on it less.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipeline.schema import IMAGE_SHAPE

Ask = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
Answers = tuple[NDArray[np.float32], NDArray[np.float32]]

_, COLUMNS, _ = IMAGE_SHAPE
MOVE = COLUMNS + 1  # pixels, in the order of rows: one down and one to the right


def once(ask: Ask, images: NDArray[np.uint8]) -> Answers:
    """Return what `ask` answers, (n, 10), for both: the first look, and what settles its doubts."""
    first = ask(images)
    return first, first


def again(ask: Ask, images: NDArray[np.uint8]) -> Answers:
    """Return the answers of the first look, and the mean of all three looks, (n, 10) each."""
    first = ask(images)
    return first, np.mean([first, *map(ask, moved(images))], axis=0)


def moved(images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return (n, 28, 28) images moved down and to the right, and moved up and to the left.

    What leaves a row enters the next one; digits have no ink there.
    """
    pixels = images.reshape(len(images), -1)
    down, up = np.zeros_like(pixels), np.zeros_like(pixels)
    down[:, MOVE:] = pixels[:, :-MOVE]
    up[:, :-MOVE] = pixels[:, MOVE:]
    return down.reshape(images.shape), up.reshape(images.shape)


def settled(
    first: NDArray[np.float32], second: NDArray[np.float32], uncertain_below: float
) -> NDArray[np.float32]:
    """Return the answers that count, (n, 10): the `first`, or where uncertain the `second`."""
    is_certain = first.max(axis=1, keepdims=True) >= uncertain_below
    return np.where(is_certain, first, second)
