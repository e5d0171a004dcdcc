"""Out-of-distribution drawings to train on: letters and shapes.

Their label makes all ten digits equally likely (outlier exposure: Hendrycks 2019). Networks are
measured on others, in benchmarks/drawings/ood.py. Neither set has letters that could be meant as
digits: I, O, S, Z, b, g, q, y. The notation is that of `glyphs`.
"""

from collections.abc import Mapping

import numpy as np

from pipeline.architecture import OOD_LABEL
from pipeline.arrays import Uint8
from pipeline.datasets.synthetic import noise, write

LEARNED = {
    "A": "4,100 26,50 48,0! 70,50 94,100 / 20,62 50,62 80,62",
    "E": "84,0 46,0 10,0! 10,50 10,100! 48,100 86,100 / 10,48 42,48 74,48",
    "H": "8,0 8,50 8,100 / 90,0 90,50 90,100 / 8,50 50,50 90,50",
    "K": "8,0 8,50 8,100 / 84,0 46,28 10,56! 50,76 90,100",
    "M": "4,100 8,50 12,0! 30,30 50,64! 70,30 88,0! 92,50 96,100",
    "R": "12,100 12,50 12,0! 60,0 86,24 62,48 12,50! 50,74 90,100",
    "T": "4,2 50,2 96,2 / 50,2 50,50 50,100",
    "U": "6,0 6,60 24,96 50,100 78,94 92,60 92,0",
    "V": "4,0 26,50 48,100! 70,50 94,0",
    "X": "6,0 50,50 94,100 / 94,0 50,50 6,100",
    "e": "8,62 50,60 90,58 82,26 48,12 14,30 8,64 28,92 60,98 88,86",
    "h": "10,0 10,50 10,100! 14,60 44,46 72,60 76,100",
    "m": "4,40 4,70 4,100! 8,54 26,42 46,56 48,100! 52,54 72,42 94,56 96,100",
    "arrow": "2,50 50,50 98,50 / 66,20 82,35 98,50! 82,65 66,80",
    "cross": "4,50 50,50 96,50 / 50,4 50,50 50,96",
    "hash": "30,0 30,50 30,100 / 70,0 70,50 70,100 / 0,34 50,34 100,34 / 0,68 50,68 100,68",
    "house": "10,100 10,70 10,44! 30,22 50,0! 70,22 90,44! 90,70 90,100! 50,100 10,100",
    "smile": "20,10 20,30 / 78,10 78,30 / 4,60 20,90 50,100 80,90 96,60",
    "spiral": "52,52 62,44 64,58 48,66 36,52 46,30 74,34 84,60 62,88 24,82 8,46 30,10",
    "square": "6,4 6,50 6,96! 50,96 94,96! 94,50 94,4! 50,4 6,4",
    "star": "20,100 35,50 50,0! 65,50 80,100! 42,70 2,38! 50,38 98,38! 60,70 20,100",
    "wave": "0,50 14,20 28,30 42,70 56,80 70,40 84,20 100,50",
    "zigzag": "2,30 12,65 22,100! 32,50 42,0! 52,50 62,100! 72,50 82,0! 90,35 98,70",
}


def with_ood(images: Uint8, digits: Uint8, share: float, seed: int) -> tuple[Uint8, Uint8]:
    """Append `share` letters and shapes per image, labelled OOD_LABEL."""
    count = round(share * len(images))
    labels = np.full(count, OOD_LABEL, digits.dtype)
    drawn = draw_evenly(LEARNED, count, seed)
    return np.concatenate([images, drawn]), np.concatenate([digits, labels])


def draw_evenly(styles: Mapping[str, str], count: int, seed: int) -> Uint8:
    """Draw letters and shapes equally often, to within one: images (count, 28, 28)."""
    traits = noise(count, np.random.default_rng(seed))
    drawn = [
        write(style, traits[first :: len(styles)]) for first, style in enumerate(styles.values())
    ]
    return np.concatenate(drawn)
