"""Puts names beside points of a picture, where they cover no other mark or name of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

MARK = 4.5  # points from a mark's middle to where names may begin
OUTSIDE = 1e6  # what it costs to leave the axes, in square pixels covered
# Right and up of the point, in the order of preference, near before far.
DIRECTIONS = ((1, 0), (0.7, -0.7), (0.7, 0.7), (0, 1), (0, -1), (-1, 0), (-0.7, 0.7), (-0.7, -0.7))
DISTANCES = (7.0, 12.0, 19.0)
HORIZONTAL = {-1: "right", 0: "center", 1: "left"}
VERTICAL = {-1: "top", 0: "center", 1: "bottom"}


@dataclass(frozen=True)
class Label:
    """A name and the point that it belongs to, in data units."""

    text: str
    x: float
    y: float
    color: str


def put(axes: Axes, labels: Sequence[Label]) -> list[Annotation]:
    """Write every name where it covers nothing that is drawn, or else where it covers least."""
    taken = list(_marks(axes))
    placed = []
    for label in labels:
        ways = [
            _annotate(axes, label, right * distance, up * distance)
            for distance in DISTANCES
            for right, up in DIRECTIONS
        ]
        boxes = [way.get_window_extent() for way in ways]
        covered = [_covered(box, taken, axes.bbox) for box in boxes]
        best = covered.index(min(covered))
        for way in ways[:best] + ways[best + 1 :]:
            way.remove()
        taken.append(boxes[best])
        placed.append(ways[best])
    return placed


def _annotate(axes: Axes, label: Label, right: float, up: float) -> Annotation:
    return axes.annotate(
        label.text,
        (label.x, label.y),
        (right, up),
        textcoords="offset points",
        ha=HORIZONTAL[int(np.sign(right))],
        va=VERTICAL[int(np.sign(up))],
        color=label.color,
    )


def _marks(axes: Axes) -> Iterator[Bbox]:
    """Yield boxes, in pixels, around every point and every level or upright piece of a line."""
    radius = MARK * axes.figure.get_dpi() / 72
    for line in axes.lines:
        corners = axes.transData.transform(line.get_xydata())
        if line.get_linestyle() == "None":
            yield from (Bbox([corner - radius, corner + radius]) for corner in corners)
        else:
            for start, end in pairwise(corners):
                yield Bbox([np.minimum(start, end) - 1, np.maximum(start, end) + 1])


def _covered(box: Bbox, taken: Sequence[Bbox], frame: Bbox) -> float:
    """Return how many square pixels of what is taken a box covers."""
    overlaps = [Bbox.intersection(box, other) for other in taken]
    area = sum(overlap.width * overlap.height for overlap in overlaps if overlap is not None)
    inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
    return float(area) + (0 if inside else OUTSIDE)
