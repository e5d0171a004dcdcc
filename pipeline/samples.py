"""A sheet of synthetic digits, to judge them by eye: a hundred of each."""

import numpy as np
from PIL import Image

from pipeline.arrays import Uint8
from pipeline.datasets.rare_styles import STYLES, draw_evenly
from pipeline.datasets.synthetic import generate

ALONG = 10  # digits along each side of a block
BLOCKS_ACROSS = 5
GAP = 14  # pixels around a block


def sheet(seed: int) -> Image.Image:
    """Draw a block of 10 × 10 for each digit, 0 to 4 above 5 to 9, black on white.

    Below are blocks of digits in styles that are rare in MNIST, one style after another.
    """
    images, labels = generate(10 * ALONG**2, seed)
    blocks = [_block(images[labels == digit]) for digit in range(10)]
    blocks += [_block(_rare(digit, seed)) for digit in sorted({style.digit for style in STYLES})]
    blocks += [np.zeros_like(blocks[0])] * (-len(blocks) % BLOCKS_ACROSS)
    rows = [
        np.hstack(blocks[first : first + BLOCKS_ACROSS])
        for first in range(0, len(blocks), BLOCKS_ACROSS)
    ]
    return Image.fromarray(255 - np.vstack(rows))


def _rare(digit: int, seed: int) -> Uint8:
    """Draw a digit a hundred times in its rare styles."""
    styles = [style for style in STYLES if style.digit == digit]
    images, _ = draw_evenly(styles, ALONG**2, np.random.default_rng(seed))
    return images


def _block(images: Uint8) -> Uint8:
    """Lay out (100, 28, 28) images, 255 ink, with a margin around them all."""
    lines = images.reshape(ALONG, ALONG, *images.shape[1:]).swapaxes(1, 2)
    return np.pad(lines.reshape(ALONG * images.shape[1], -1), GAP)
