"""Training images in shuffled batches, each epoch shifted anew."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from pipeline.networks import Float32, as_inputs
from pipeline.schema import CLASSES

Bytes = NDArray[np.uint8]


class ShiftedBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Whole batches of (images (b, 784) of 0 … 1, one-hot digits (b, 10)); the rest is dropped.

    Every epoch, each image moves by up to `max_shift` pixels along each axis, because MNIST's
    centring hides from a network without convolutions that a digit may sit a pixel elsewhere.
    """

    def __init__(
        self, images: Bytes, digits: Bytes, batch_size: int, max_shift: int, seed: int
    ) -> None:
        super().__init__()
        self._images = images
        self._one_hot = np.eye(CLASSES, dtype=np.float32)[digits]
        self._batch_size = batch_size
        self._max_shift = max_shift
        self._random = np.random.default_rng(seed)
        self.on_epoch_begin()

    def __len__(self) -> int:
        return max(1, len(self._images) // self._batch_size)

    def __getitem__(self, index: int) -> tuple[Float32, Float32]:
        batch = slice(index * self._batch_size, (index + 1) * self._batch_size)
        return as_inputs(self._epoch_images[batch]), self._epoch_one_hot[batch]

    def on_epoch_begin(self) -> None:
        """Shuffle, and shift every image."""
        order = self._random.permutation(len(self._images))
        self._epoch_images = shift(self._images[order], self._max_shift, self._random)
        self._epoch_one_hot = self._one_hot[order]


def shift(images: Bytes, max_shift: int, random: np.random.Generator) -> Bytes:
    """Return (n, 28, 28) images, each moved by a random whole offset, with paper moving in."""
    if max_shift == 0:
        return images
    _, height, width = images.shape
    padded = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift)))
    offsets = random.integers(0, 2 * max_shift + 1, (len(images), 2))
    shifted = np.empty_like(images)
    for row in range(2 * max_shift + 1):
        for column in range(2 * max_shift + 1):
            chosen = (offsets == (row, column)).all(axis=1)
            shifted[chosen] = padded[chosen, row : row + height, column : column + width]
    return shifted
