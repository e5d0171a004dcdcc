"""How long reading and learning hold up a frame of the built place, played as a hand plays it.

People's drawings are drawn point by point, a point a frame: 60 a second, as a hand's. Then each of
them teaches the network what it was. Times are for people; nothing is judged by them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from benchmarks import lune
from benchmarks.drawings import placement as drawings
from benchmarks.report.plain_table import plain_table

BUDGET = 2.0  # milliseconds of a frame
DRAWINGS = 100
SEED = 1
WAYS = {"draw": "draw", "personal": "teach: personalise", "scratch": "teach: from scratch"}
HEADINGS = ("frames of", "how many", "median", "99 %", "longest", f"over {BUDGET:g} ms", "baseline")


@dataclass(frozen=True)
class Frames:
    """Milliseconds of each frame, and of an inference of the baseline in the same weather."""

    frames: Sequence[float]
    usual: Sequence[float]


def play(program: Path, place: Path, name: str, people: drawings.Drawings, way: str) -> Frames:
    """Draw with a network of a built place, and for the ways of teaching but "draw", teach it."""
    random = np.random.default_rng(SEED)
    chosen = [people[index] for index in drawings.balanced(people, DRAWINGS)]
    share = drawings.USUAL_SIZE / drawings.CANVAS
    placed = [drawings.placed(each.strokes, share, random) for each in chosen]
    digits = "".join(str(each.digit) for each in chosen)
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as temporary:
        file = Path(temporary) / "drawings"
        file.write_bytes(drawings.packed(placed))
        text = lune.run(program, "frames", place.resolve(), name, file, digits, way)
    return Frames(**json.loads(text))


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
            f"{np.median(each.usual):.2f}",
        )
    return made
