"""Smooth curves through control points, as matrices: one product draws a thousand variations."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.arrays import Float64

STEPS = 5  # points on the curve from one control point to the next


@dataclass(frozen=True)
class Stroke:
    """One stroke of a template.

    `controls` (c, 2) are the points that the pen passes through; `curve` (p, c) turns them into
    the points of the polyline along the smooth path, `chord` (p, c) along straight lines.
    """

    controls: Float64
    curve: Float64
    chord: Float64


def parse_strokes(style: str) -> tuple[Stroke, ...]:
    """Read the notation of `glyphs`: `x,y` points, `!` after a corner, `/` between strokes."""
    return tuple(_parse_stroke(text.split()) for text in style.split("/"))


def _parse_stroke(words: list[str]) -> Stroke:
    controls = np.array([[float(n) for n in word.rstrip("!").split(",")] for word in words])
    inner = [i for i, word in enumerate(words) if word.endswith("!")]
    knots = [0, *inner, len(words) - 1]
    points = (len(words) - 1) * STEPS + 1
    curve = np.zeros((points, len(words)))
    for first, last in pairwise(knots):
        rows = slice(first * STEPS, last * STEPS + 1)
        curve[rows, first : last + 1] = _catmull_rom(last - first + 1)
    at = np.arange(points) / STEPS
    chord = np.maximum(0, 1 - np.abs(at[:, np.newaxis] - np.arange(len(words))))
    return Stroke(controls, curve, chord)


def _catmull_rom(count: int) -> Float64:
    """Return ((count − 1)·STEPS + 1, count): the spline through `count` ≥ 2 points as a matrix."""
    # One more point at either end, extrapolated with constant curvature.
    ahead = np.array([3.0, -3.0, 1.0]) if count > 2 else np.array([2.0, -1.0])
    padded = np.zeros((count + 2, count))
    padded[1:-1] = np.eye(count)
    padded[0, : len(ahead)] = ahead
    padded[-1, count - len(ahead) :] = ahead[::-1]
    t = np.arange(STEPS)[:, np.newaxis] / STEPS
    weights = 0.5 * np.concatenate(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2],
        axis=1,
    )
    spans = [weights @ padded[i : i + 4] for i in range(count - 1)]
    return np.concatenate([*spans, padded[-2:-1]])
