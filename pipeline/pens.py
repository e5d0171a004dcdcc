"""Training images as if they had been written with the place's pen: lines of one width.

MNIST's lines are as wide as its writers' pens were, and blurred; those of the place are neither.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.raster import PEN_RADIUS, SIZE

Bytes = NDArray[np.uint8]

FINER = 4  # cells along a pixel's side, in which outlines are found
SPREAD = 0.12  # of the logarithm of the pens' radii
INK = 128  # from which on a cell is inked
LEAST = FINER * FINER  # inked cells, without which there is no line


def redraw(images: Bytes, random: np.random.Generator) -> Bytes:
    """Return (n, 28, 28) images whose lines have about the standard pen's radius.

    An outline moves in or out, by as much as the line's mean radius is too large or too small, and
    gets the sharp edge that `raster.rasterize` draws. Images without a line stay as they are.
    """
    radii = PEN_RADIUS * np.exp(random.normal(0, SPREAD, len(images)))
    redrawn = images.copy()
    for image, radius, target in zip(images, radii, redrawn, strict=True):
        fine = cv2.resize(image, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC)
        ink = (fine >= INK).astype(np.uint8)
        if ink.sum() < LEAST:
            continue
        inside, outside = (cv2.distanceTransform(cells, cv2.DIST_L2, 5) for cells in (ink, 1 - ink))
        # Distances from a line's edge are evenly spread from none to its radius. They are measured
        # from the middles of cells, half a cell beyond the edge.
        own = 2 * (inside[ink > 0].mean() - 0.5) / FINER
        distance = cv2.resize(inside - outside, (SIZE, SIZE), interpolation=cv2.INTER_AREA) / FINER
        target[...] = np.rint(255 * np.clip(distance + (radius - own) + 0.5, 0, 1))
    return redrawn
