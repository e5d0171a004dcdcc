"""Digits in styles that are rare in MNIST, most of them European.

There, a 1 has an upstroke and a 7 has a bar. Networks trained on MNIST alone take such a 1 for a 7,
so these styles join the training images: written calmly, and without drawings that people
themselves could take for another digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.arrays import Float64, Uint8
from pipeline.datasets.splines import STEPS
from pipeline.datasets.synthetic import noise, write
from pipeline.raster import SIZE

CALM = 0.75  # noise of these drawings, relative to the synthetic dataset's
STEEP = 32  # degrees: the least rise of a 1's upstroke
FLAT = 22  # degrees: the greatest rise of a 7's top


@dataclass(frozen=True)
class Style:
    """A style of writing a digit, in the notation of `glyphs`.

    `rise` is the least and the greatest angle, in degrees, at which the line from the first point
    to the first sharp turn may rise to the right.
    """

    digit: int
    strokes: str
    rise: tuple[float, float] | None = None

    def is_legible(self, strokes: list[Float64]) -> NDArray[np.bool_]:
        """Return which of n drawings, (n, points, 2) per stroke, keep to `rise`."""
        first, *_ = strokes
        if self.rise is None:
            return np.ones(len(first), bool)
        least, most = self.rise
        turn = STEPS * [point[-1] for point in self.strokes.split()].index("!")
        across, down = (first[:, turn] - first[:, 0]).T
        rise = np.degrees(np.arctan2(-down, across))
        legible: NDArray[np.bool_] = (least < rise) & (rise < most)
        return legible


UPSTROKE, TOP = (STEEP, 180), (-180, FLAT)
STYLES = (
    # slashed
    Style(0, "60,2 24,16 6,54 20,90 46,98 78,84 94,46 84,14 60,2 / 22,84 78,14"),
    # with an upstroke: short, long, as long as the stem
    Style(1, "36,18 54,0! 50,50 46,100", UPSTROKE),
    Style(1, "28,26 54,0! 52,50 48,100", UPSTROKE),
    Style(1, "12,44 54,0! 52,50 50,100", UPSTROKE),
    Style(1, "4,66 54,0! 56,50 58,100", UPSTROKE),
    # the upstroke bowed
    Style(1, "4,46 26,20 56,0! 50,50 44,100", UPSTROKE),
    Style(1, "2,50 30,30 54,0! 50,50 44,100", UPSTROKE),
    Style(1, "10,50 38,26 52,0! 52,50 54,100", UPSTROKE),
    # leaning to the right
    Style(1, "0,38 28,20 58,0! 44,50 28,100", UPSTROKE),
    Style(1, "0,60 30,32 62,0! 52,50 40,100", UPSTROKE),
    # with a foot
    Style(1, "14,42 54,0! 54,50 54,100 / 18,100 54,99 90,98", UPSTROKE),
    Style(1, "28,24 56,0! 54,50 52,100 / 20,100 54,99 86,98", UPSTROKE),
    # as in MNIST, for contrast with such a 1
    Style(7, "6,10 44,7 92,4! 64,50 36,100", TOP),
    # with a bar, and with a wavy, a round, a hooked top
    Style(7, "8,10 46,7 90,4! 66,50 42,100 / 24,54 54,51 90,48", TOP),
    Style(7, "6,22 22,6 50,14 90,4! 66,50 36,100 / 22,56 50,54 86,50"),
    Style(7, "10,24 18,8 44,2 78,8 76,36 60,68 44,100 / 28,60 54,56 88,54"),
    Style(7, "8,20 40,3 74,8 74,50 56,100 / 26,62 44,50 96,52"),
    Style(7, "10,26 13,9! 48,7 90,4! 70,40 50,72 38,100 / 40,58 60,55 84,50"),
    # with a hook for a tail
    Style(9, "80,20 62,3 36,6 20,28 34,48 62,44 80,18! 80,60 70,90 46,99 18,90"),
    Style(9, "84,14 58,0 30,10 26,32 50,44 76,28 84,12! 84,56 70,90 40,98 16,88"),
)


def with_rare_styles(images: Uint8, digits: Uint8, share: float, seed: int) -> tuple[Uint8, Uint8]:
    """Append `share` drawings per image: every style equally often, to within one."""
    drawn, labels = draw_evenly(STYLES, round(share * len(images)), np.random.default_rng(seed))
    return np.concatenate([images, drawn]), np.concatenate([digits, labels])


def draw_evenly(
    styles: Sequence[Style], count: int, random: np.random.Generator
) -> tuple[Uint8, Uint8]:
    """Draw styles equally often, to within one: images (count, 28, 28), and their digits."""
    each, more = divmod(count, len(styles))
    counts = [each + (index < more) for index in range(len(styles))]
    drawn = [draw(style, times, random) for style, times in zip(styles, counts, strict=True)]
    digits = np.repeat(np.array([style.digit for style in styles], np.uint8), counts)
    return np.concatenate(drawn), digits


def draw(style: Style, count: int, random: np.random.Generator) -> Uint8:
    """Draw a style until `count` drawings are legible: (count, 28, 28), 0 paper … 255 ink."""
    legible = np.empty((0, SIZE, SIZE), np.uint8)
    while len(legible) < count:
        more = write(style.strokes, CALM * noise(count, random), style.is_legible)
        legible = np.concatenate([legible, more])
    return legible[:count]
