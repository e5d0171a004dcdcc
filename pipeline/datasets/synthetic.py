"""Synthetic handwriting: the built-in dataset for when MNIST is unavailable.

Each image is one style of its digit (`glyphs`), varied as handwriting varies (`variation`),
normalised, and drawn with a pen of random width by the project's own rasteriser.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.arrays import Float64, Uint8
from pipeline.datasets.glyphs import STYLES
from pipeline.datasets.splines import parse_strokes
from pipeline.datasets.variation import Noise, vary
from pipeline.raster import SIZE, normalize, rasterize, segment_indices

PEN = (0.22, 0.24)  # mean and spread of the logarithm of the pen's radius in pixels
PLACE = 0.7  # pixels of offset: MNIST is centred by its ink, not its strokes, and to whole pixels

NOISE = 64  # random numbers per drawing
LIMIT = 2.2  # of these numbers; beyond it, handwriting becomes a scrawl

Legible = Callable[[list[Float64]], NDArray[np.bool_]]

_strokes = cache(parse_strokes)


def generate(count: int, seed: int, *, evenly: bool = False) -> tuple[Uint8, Uint8]:
    """Draw digits: images (count, 28, 28), 0 paper … 255 ink, and labels (count,), both uint8.

    Styles are as frequent as in `glyphs`, which follows MNIST, or, with `evenly`, equally frequent
    within a digit. Labels are balanced to within one, in random order. The same seed gives the same
    digits, and a smaller count the first of them.
    """
    for_labels, for_styles, for_noise = (
        np.random.Generator(np.random.PCG64(stream))
        for stream in np.random.SeedSequence(seed).spawn(3)
    )
    tens = np.tile(np.arange(10, dtype=np.uint8), (-(-count // 10), 1))
    labels = for_labels.permuted(tens, axis=1).ravel()[:count]
    choice = for_styles.random(count)
    traits = noise(count, for_noise)
    images = np.empty((count, SIZE, SIZE), dtype=np.uint8)
    for digit, styles in enumerate(STYLES):
        bounds = np.cumsum([1 if evenly else frequency for _, frequency in styles])
        chosen = np.searchsorted(bounds / bounds[-1], choice, side="right")
        for index, (style, _) in enumerate(styles):
            rows = np.flatnonzero((labels == digit) & (chosen == index))
            images[rows] = write(style, traits[rows])
    return images, labels


def with_drawings(images: Uint8, digits: Uint8, share: float, seed: int) -> tuple[Uint8, Uint8]:
    """Append `share` drawings per image, each style equally often."""
    drawn, drawn_digits = generate(round(share * len(images)), seed, evenly=True)
    return np.concatenate([images, drawn]), np.concatenate([digits, drawn_digits])


def noise(count: int, random: np.random.Generator) -> Float64:
    """Return (count, 64): the noise that distinguishes drawings of the same style."""
    return np.clip(random.standard_normal((count, NOISE)), -LIMIT, LIMIT)


def write(style: str, noise: Float64, legible: Legible | None = None) -> Uint8:
    """Draw a style (notation: see `glyphs`) once for each row of `noise`.

    `noise` is (n, 64), standard normal; all zeros give the template itself, with every trait at
    its mean. `legible` gets the strokes, (n, points, 2) each, and returns which drawings to keep.
    Returns (n, 28, 28) images of these, 0 paper … 255 ink.
    """
    traits = Noise(noise)
    radius = np.exp(PEN[0] + PEN[1] * traits.take(1)[:, 0])
    place = PLACE * traits.take(2)[:, np.newaxis]
    strokes = vary(_strokes(style), traits)
    if legible is not None:
        kept = legible(strokes)
        strokes, radius, place = [stroke[kept] for stroke in strokes], radius[kept], place[kept]
    lengths = [stroke.shape[1] for stroke in strokes]
    points = normalize(np.concatenate(strokes, axis=1), lengths, radius) + place
    ink = rasterize(points[:, segment_indices(lengths)], radius)
    return np.rint(ink * 255).astype(np.uint8)
