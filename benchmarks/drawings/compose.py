"""Numbers composed of one writer's real digits, side by side, at several spacings.

Pure and seeded: the same drawings give the same numbers, and every spacing has the same digits, so
that only the spacing differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.drawings import placement
from benchmarks.drawings.metrics import ALONE
from benchmarks.drawings.placement import Drawings, Strokes, placed
from benchmarks.drawings.unipen import Drawing, Points

# Between two digits' boxes, as a share of the digits' mean height.
SPACINGS = {"touching": -0.05, "tight": 0.05, "normal": 0.25, "wide": 0.6}
LENGTHS = (2, 3, 4, 5)  # digits of a number
EACH = 200  # numbers of each length, or fewer where there are not ten drawings for each
SEED = 2
WIDTH = 0.95  # of the canvas, that a number takes


@dataclass(frozen=True)
class Number:
    """A number on the canvas: its digits as text, and its strokes in canvas units."""

    written: str
    spacing: str
    strokes: Strokes


def alone(drawings: Drawings) -> list[Number]:
    """Return a sample of the drawings as numbers of one digit."""
    random = np.random.default_rng(SEED)
    share = placement.USUAL_SIZE / placement.CANVAS
    chosen = [drawings[index] for index in placement.balanced(drawings, placement.SAMPLE)]
    return [Number(str(one.digit), ALONE, placed(one.strokes, share, random)) for one in chosen]


def numbers(drawings: Drawings) -> list[Number]:
    """Compose numbers of every length, each of one writer's digits, at every spacing."""
    random = np.random.default_rng(SEED)
    each = max(1, min(EACH, len(drawings) // 10))
    by_writer: dict[int, list[Drawing]] = {}
    for drawing in drawings:
        by_writer.setdefault(drawing.writer, []).append(drawing)
    writers = sorted(by_writer)
    chosen = [
        [own[index] for index in random.integers(len(own), size=length)]
        for length in LENGTHS
        for own in (by_writer[writers[at]] for at in random.integers(len(writers), size=each))
    ]
    return [
        Number(
            "".join(str(drawing.digit) for drawing in digits),
            spacing,
            placed(side_by_side([drawing.strokes for drawing in digits], gap), WIDTH, random),
        )
        for spacing, gap in SPACINGS.items()
        for digits in chosen
    ]


def side_by_side(digits: Sequence[Strokes], gap: float) -> list[Points]:
    """Set digits left to right, `gap` of their mean height between the boxes of neighbours.

    Each keeps its size and its place on the line, as its writer drew it.
    """
    boxes = [np.concatenate(strokes) for strokes in digits]
    height = float(np.mean([np.ptp(points[:, 1]) for points in boxes]))
    left, row = 0.0, []
    for strokes, points in zip(digits, boxes, strict=True):
        shift = np.array([left - points[:, 0].min(), 0], np.float32)
        row += [stroke + shift for stroke in strokes]
        left += float(np.ptp(points[:, 0])) + gap * height
    return row
