"""UNIPEN text → drawings.

Every digit is a segment of this form, whose y axis points up:

.SEGMENT DIGIT    0 ? "8"
.COMMENT 8 12  224            (digit, writer, sample)
.PEN_DOWN
 267  333
 267  336
.PEN_UP
.DT 100
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PocketDigitsError

BEGIN = ".SEGMENT"
STROKE = re.compile(r"\.PEN_DOWN\n((?: *-?\d+ +-?\d+\n)+)\.PEN_UP\n\.DT +\d+\n")
SEGMENT = re.compile(
    rf' DIGIT +[\d-]+ \? "(\d)"\n\.COMMENT \1 +(\d+) +\d+\n((?:{STROKE.pattern})+)\n*'
)

Points = NDArray[np.float32]


@dataclass(frozen=True)
class Drawing:
    """One digit as a person drew it: strokes of (n, 2) points in units of the tablet, y down."""

    digit: int
    writer: int
    strokes: tuple[Points, ...]


def parse(text: str) -> tuple[Drawing, ...]:
    """Read every drawing.

    Raises PocketDigitsError, by number from 1, for a segment of another form.
    """
    _, *segments = text.split(BEGIN)
    return tuple(_drawing(number, segment) for number, segment in enumerate(segments, 1))


def _drawing(number: int, segment: str) -> Drawing:
    found = SEGMENT.fullmatch(segment)
    if found is None:
        raise PocketDigitsError(
            f"segment {number}: {BEGIN + segment[:60]!r}… is no digit with its writer and strokes;"
            " restore the file"
        )
    strokes = (np.array(each.split(), np.float32) for each in STROKE.findall(found[3]))
    y_down = np.array([1, -1], np.float32)
    points = tuple(stroke.reshape(-1, 2) * y_down for stroke in strokes)
    return Drawing(int(found[1]), int(found[2]), points)
