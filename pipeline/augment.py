"""Shuffled batches of training images with affine and elastic distortion (Simard 2003)."""

from collections.abc import Iterator

import cv2
import numpy as np

from pipeline.architecture import CLASSES, IMAGE_SHAPE, Augment
from pipeline.arrays import Float32, Uint8
from pipeline.networks import as_inputs

SIZE, _, _ = IMAGE_SHAPE
CENTRE = (SIZE - 1) / 2  # of the image, as an index of rows and columns
AFFINE = 3  # rows of MOVES
KNOTS = 4  # along each axis of the elastic grid


class AugmentedBatches:
    """Full batches of (images (b, 28, 28, 1) of 0 … 1, one-hot labels (b, 10)).

    An OOD drawing is labelled with a tenth of each digit. Every epoch has its own order and drops
    the images that do not fill a batch.
    """

    def __init__(
        self, images: Uint8, labels: Uint8, batch_size: int, augment: Augment, seed: int
    ) -> None:
        self._images = images
        one_hot = np.vstack([np.eye(CLASSES), np.full((1, CLASSES), 1 / CLASSES)])
        self._one_hot = one_hot.astype(np.float32)[labels]  # the last row is OOD_LABEL's
        self._batch_size = batch_size
        self._augment = augment
        self._random = np.random.default_rng(seed)

    def __len__(self) -> int:
        return max(1, len(self._images) // self._batch_size)

    def epoch(self) -> Iterator[tuple[Float32, Float32]]:
        """Yield the batches of the next epoch."""
        order = self._random.permutation(len(self._images))
        for index in range(len(self)):
            batch = order[index * self._batch_size : (index + 1) * self._batch_size]
            images = as_inputs(self._images[batch])
            yield bend(images, self._augment, self._random), self._one_hot[batch]


def bend(images: Float32, augment: Augment, random: np.random.Generator) -> Float32:
    """Return (n, 28, 28, 1) images, each distorted at random; paper fills their edges."""
    if augment == Augment():
        return images
    bent = np.empty_like(images)
    for image, (x, y), target in zip(
        images, sources(len(images), augment, random), bent, strict=True
    ):
        cv2.remap(image[..., 0], x, y, cv2.INTER_LINEAR, dst=target[..., 0])
    return bent


def sources(count: int, augment: Augment, random: np.random.Generator) -> Float32:
    """Return (n, 2, 28, 28): the source x and y of each pixel of a distorted image."""
    weights = np.zeros((count, 2, len(MOVES)))
    angle = np.deg2rad(random.uniform(-augment.rotation, augment.rotation, count))
    log_scale = np.log1p(augment.scale)
    scale_x, scale_y = np.exp(random.uniform(-log_scale, log_scale, (2, count)))
    shear = random.uniform(-augment.shear, augment.shear, count)
    weights[:, 0, 0], weights[:, 0, 1] = scale_x * np.cos(angle), scale_x * (shear - np.sin(angle))
    weights[:, 1, 0], weights[:, 1, 1] = scale_y * np.sin(angle), scale_y * np.cos(angle)
    weights[:, :, 2] = CENTRE + random.uniform(-augment.shift, augment.shift, (count, 2))
    weights[:, :, AFFINE:] = random.normal(0, augment.elastic, (count, 2, KNOTS**2))
    return (weights.astype(np.float32) @ MOVES).reshape(count, 2, SIZE, SIZE)


def _moves() -> Float32:
    """Return (19, 784): how far x, y, a shift and each elastic knot move every pixel."""
    index = np.arange(SIZE)
    y, x = np.meshgrid(index - CENTRE, index - CENTRE, indexing="ij")
    distance = np.abs(np.linspace(0, KNOTS - 1, SIZE)[:, np.newaxis] - np.arange(KNOTS))
    reach = np.where(distance < 1, (1 + np.cos(np.pi * distance)) / 2, 0)  # (pixels, knots)
    elastic = np.einsum("yi,xj->ijyx", reach, reach).reshape(KNOTS**2, -1)
    return np.vstack([x.ravel(), y.ravel(), np.ones(SIZE**2), elastic]).astype(np.float32)


MOVES = _moves()
