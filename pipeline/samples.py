"""A sheet of what the synthetic generator writes: a hundred of each digit, to judge it by eye."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pipeline.datasets.synthetic import Bytes, generate

ALONG = 10  # digits along each side of a block
BLOCKS_ACROSS = 5
GAP = 14  # pixels around a block


def sheet(seed: int) -> Image.Image:
    """Draw a block of 10 × 10 for each digit, 0 to 4 above 5 to 9, black on white."""
    images, labels = generate(10 * ALONG**2, seed)
    blocks = [_block(images[labels == digit]) for digit in range(10)]
    rows = [
        np.hstack(blocks[first : first + BLOCKS_ACROSS]) for first in range(0, 10, BLOCKS_ACROSS)
    ]
    return Image.fromarray(255 - np.vstack(rows))


def _block(images: Bytes) -> Bytes:
    """Lay out (100, 28, 28) images, 255 ink, with a margin around them all."""
    lines = images.reshape(ALONG, ALONG, *images.shape[1:]).swapaxes(1, 2)
    return np.pad(lines.reshape(ALONG * images.shape[1], -1), GAP)
