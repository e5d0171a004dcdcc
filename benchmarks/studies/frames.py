"""How long predicting and learning hold up a frame of the built place, played as by a hand.

People's drawings are drawn point by point, a point a frame: 60 a second, as a hand's. Then each of
them teaches the network its digit. Times are for people; nothing is judged by them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks import lune
from benchmarks.drawings import placement
from benchmarks.report.tables import plain_table

BUDGET = 2.0  # milliseconds of a frame
DRAWINGS = 100
SEED = 1
WAYS = {"draw": "draw", "personal": "teach: personalise", "scratch": "teach: from scratch"}
HEADINGS = ("frames of", "how many", "median", "99 %", "longest", f"over {BUDGET:g} ms", "baseline")


@dataclass(frozen=True)
class Frames:
    """Milliseconds of each frame, and of each of the baseline's inferences in between."""

    frames: Sequence[float]
    baseline: Sequence[float]


def play(program: Path, place: Path, name: str, people: placement.Drawings, way: str) -> Frames:
    """Draw with a network of a built place; for the ways of teaching, teach it each drawing."""
    random = np.random.default_rng(SEED)
    chosen = [people[index] for index in placement.balanced(people, DRAWINGS)]
    share = placement.USUAL_SIZE / placement.CANVAS
    placed = [placement.placed(each.strokes, share, random) for each in chosen]
    digits = "".join(str(each.digit) for each in chosen)
    words = (place.resolve(), name, placement.packed(placed), digits, way)
    return Frames(**json.loads(lune.run(program, "frames", *words)))


def table(name: str, played: dict[str, Frames]) -> Table:
    """Return a row for each way that a network was played; times in milliseconds."""
    made = plain_table(f"Reading and learning with {name}, milliseconds a frame", HEADINGS)
    for way, each in played.items():
        frames = np.array(each.frames)
        made.add_row(
            WAYS[way],
            f"{len(frames):,}",
            f"{np.median(frames):.2f}",
            f"{np.percentile(frames, 99):.2f}",
            f"{frames.max():.2f}",
            f"{np.count_nonzero(frames > BUDGET):,}",
            f"{np.median(each.baseline):.2f}",
        )
    return made
