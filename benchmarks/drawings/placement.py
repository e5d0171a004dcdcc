"""Drawings as a player makes them: of several sizes, anywhere on the canvas; and as Lune's file.

Pure and seeded: the same file of drawings gives the same strokes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.drawings.unipen import Drawing, Points

CANVAS = 28  # pixels a side, the unit of sizes
SIZES = (8, 12, 16, 20, 24, 27)
USUAL_SIZE = 20  # of every drawing; a sample of them is drawn at the others
SAMPLE = 1500
SEED = 1

Strokes = Sequence[Points]
Drawings = Sequence[Drawing]


@dataclass(frozen=True)
class Placed:
    """One drawing on the canvas: strokes in canvas units, 0 … 1 from the top left, y down."""

    drawing: int  # index in the list of drawings
    size: int  # pixels of CANVAS that its longer side takes
    strokes: Strokes


def balanced(drawings: Drawings, count: int) -> list[int]:
    """Choose up to `count` drawings, as many of each writer as of any other, in their order."""
    order = np.random.default_rng(SEED).permutation(len(drawings))
    taken: dict[int, int] = {}
    ranked = []
    for index in map(int, order):
        writer = drawings[index].writer
        taken[writer] = rank = taken.get(writer, 0) + 1
        ranked.append((rank, writer, index))
    return sorted(index for _, _, index in sorted(ranked)[:count])


def on_canvas(drawings: Drawings) -> list[Placed]:
    """Place every drawing at the usual size, and a sample of them at every other size."""
    random = np.random.default_rng(SEED)
    sample = balanced(drawings, SAMPLE)
    return [
        Placed(index, size, placed(drawings[index].strokes, size / CANVAS, random))
        for size in SIZES
        for index in (range(len(drawings)) if size == USUAL_SIZE else sample)
    ]


def placed(strokes: Strokes, share: float, random: np.random.Generator) -> list[Points]:
    """Scale strokes so that their longer side is `share` of the canvas, anywhere within it."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = share / extent.max() if extent.max() > 0 else 0
    corner = random.random(2) * (1 - extent * scale)
    return [((stroke - low) * scale + corner).astype(np.float32) for stroke in strokes]


def packed(drawn: Sequence[Strokes]) -> bytes:
    """Return drawings as `benchmarks/luau/drawings.luau` reads them."""
    parts = [_u32(len(drawn))]
    for strokes in drawn:
        parts.append(_u32(len(strokes)))
        for stroke in strokes:
            parts += [_u32(len(stroke)), stroke.astype("<f4").tobytes()]
    return b"".join(parts)


def _u32(count: int) -> bytes:
    return count.to_bytes(4, "little")
