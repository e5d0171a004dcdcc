"""Letters and shapes as a player draws them: other ones than any network has learned from.

Pure and seeded: the same drawings every time.
"""

import numpy as np

from benchmarks.drawings.compose import Number
from benchmarks.drawings.metrics import OOD
from benchmarks.drawings.placement import CANVAS, USUAL_SIZE, placed
from benchmarks.drawings.unipen import Points
from pipeline.datasets.splines import parse_strokes
from pipeline.datasets.synthetic import noise
from pipeline.datasets.variation import Noise, vary

HELD_OUT = {
    "C": "88,18 60,0 20,14 4,52 20,88 58,100 92,82",
    "F": "84,0 46,0 10,0! 10,50 10,100 / 10,46 40,46 72,46",
    "J": "30,2 60,2 90,2 / 62,2 62,50 58,86 36,100 12,80",
    "L": "10,0 10,50 10,100! 46,100 84,100",
    "N": "8,100 8,50 8,0! 48,50 90,100! 90,50 90,0",
    "P": "12,100 12,50 12,0! 60,0 88,24 62,50 12,52",
    "W": "2,0 14,50 26,100! 38,66 50,36! 62,66 74,100! 86,50 98,0",
    "Y": "6,0 28,24 50,48 / 94,0 72,24 50,48! 50,74 50,100",
    "d": "78,54 46,40 14,58 16,90 48,98 78,70 / 80,0 80,50 82,100",
    "f": "84,10 62,0 46,20 44,60 42,100 / 14,42 44,42 76,42",
    "k": "12,0 12,50 12,100 / 74,34 44,52 14,70! 44,84 78,100",
    "n": "8,10 8,50 8,100! 12,50 44,16 78,36 82,100",
    "r": "14,10 14,50 14,100! 18,50 46,16 82,20",
    "t": "46,0 46,46 50,86 70,100 90,90 / 14,30 48,30 84,30",
    "w": "2,20 8,66 26,98 46,66 50,30! 54,70 74,98 92,66 98,20",
    "bolt": "70,0 40,30 14,56! 46,52 82,48! 52,76 30,104",
    "fish": "96,20 70,70 30,84 4,50 30,16 70,30 96,80",
    "heart": "50,100 10,50 6,20 28,2 50,26! 72,2 94,20 90,50 50,100",
    "question mark": "10,24 26,4 60,2 80,22 66,44 48,60 46,80 / 46,94 46,100",
    "tick": "4,56 18,76 32,96! 62,50 96,0",
    "triangle": "50,0 26,50 4,100! 50,100 96,100! 74,50 50,0",
}
EACH = 40
SEED = 3


def drawings() -> list[Number]:
    """Draw every letter and shape EACH times; what is `written` is its name."""
    random = np.random.default_rng(SEED)
    return [
        Number(name, OOD, placed(drawn, USUAL_SIZE / CANVAS, random))
        for name, style in HELD_OUT.items()
        for drawn in strokes(style, EACH, SEED)
    ]


def strokes(style: str, count: int, seed: int) -> list[list[Points]]:
    """Draw a style `count` times: each drawing's strokes, (points, 2) each, y down, of any size."""
    written = vary(parse_strokes(style), Noise(noise(count, np.random.default_rng(seed))))
    return [[stroke[index].astype(np.float32) for stroke in written] for index in range(count)]
