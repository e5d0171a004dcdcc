"""Variation of handwriting: bends, shakes and slants templates, n variations at once.

Coordinates here run from −1 to 1 across a template, y down. Spreads are standard deviations, chosen
by eye on MNIST's training images, never on its test images.
"""

import numpy as np

from pipeline.arrays import Float64
from pipeline.datasets.splines import Stroke

SHAKE = 0.085  # of each control point
DRIFT = 0.04  # of each stroke as a whole: gaps, overlaps
LOOSENESS = 0.3  # of the logarithm of a hand's shake and drift
OVERSHOOT = (0.05, 0.12)  # mean and spread of the length added to a stroke's ends
ANGULARITY = (0.1, 0.15)  # mean and spread of the share of straight lines in the curves
BEND = 0.16  # of each quadratic term of the warp: parts grow, lean and bow against each other
TWIST = 0.1  # of each cubic term
WIDTH = (-0.16, 0.27)  # mean and spread of the logarithm of the width over the height
SLANT = (0.1, 0.28)  # mean and spread of the shift to the right per unit of height
TURN = 0.12  # radians


class Noise:
    """Standard-normal numbers, a row per drawing, taken a few columns at a time."""

    def __init__(self, rows: Float64) -> None:
        self._rows = rows
        self._taken = 0

    def take(self, count: int) -> Float64:
        """Return the next `count` columns (n, count); raises ValueError if fewer are left."""
        first, self._taken = self._taken, self._taken + count
        if self._taken > self._rows.shape[1]:
            raise ValueError(f"{self._taken} columns of noise wanted; {self._rows.shape[1]} given")
        return self._rows[:, first : self._taken]


def vary(strokes: tuple[Stroke, ...], noise: Noise) -> list[Float64]:
    """Write a template once per row of `noise`; returns (n, points, 2) per stroke."""
    looseness = np.exp(LOOSENESS * noise.take(1))[:, :, np.newaxis]
    angularity = (ANGULARITY[0] + ANGULARITY[1] * noise.take(1))[:, :, np.newaxis]
    bend = noise.take(12)[:, :, np.newaxis]
    posture = noise.take(3)[:, :, np.newaxis]
    written = []
    for stroke in strokes:
        controls = _overshoot(_shake(stroke.controls / 50 - 1, looseness, noise), noise.take(2))
        curve, chord = stroke.curve @ controls, stroke.chord @ controls
        written.append(_pose(_bend(curve + angularity * (chord - curve), bend), posture))
    return written


def _shake(controls: Float64, looseness: Float64, noise: Noise) -> Float64:
    shake = noise.take(controls.size).reshape(-1, *controls.shape)
    drift = noise.take(2)[:, np.newaxis, :]
    return controls + looseness * (SHAKE * shake + DRIFT * drift)


def _overshoot(controls: Float64, noise: Float64) -> Float64:
    """Extend or shorten both ends of a stroke along their directions."""
    outward = np.stack([controls[:, 0] - controls[:, 1], controls[:, -1] - controls[:, -2]], axis=1)
    length = np.sqrt((outward**2).sum(axis=2, keepdims=True))
    by = (OVERSHOOT[0] + OVERSHOOT[1] * noise)[:, :, np.newaxis]
    controls[:, [0, -1]] += by * outward / np.maximum(length, 0.01)
    return controls


def _bend(points: Float64, amounts: Float64) -> Float64:
    """Warp the plane smoothly, by the quadratic and cubic terms that keep strokes whole."""
    x, y = points[..., 0], points[..., 1]
    quadratic = np.stack([y * y, x * y, x * x], axis=1)
    cubic = np.stack([y * y * y, x * y * y, x * x * y], axis=1)
    moved = [
        along
        + BEND * (amounts[:, first : first + 3] * quadratic).sum(axis=1)
        + TWIST * (amounts[:, first + 3 : first + 6] * cubic).sum(axis=1)
        for along, first in ((x, 0), (y, 6))
    ]
    return np.stack(moved, axis=2)


def _pose(points: Float64, posture: Float64) -> Float64:
    """Set the width of the writing, slant it, and turn it on the page."""
    width, slant, turn = posture[:, 0], posture[:, 1], TURN * posture[:, 2]
    y = points[..., 1]
    x = points[..., 0] * np.exp(WIDTH[0] + WIDTH[1] * width) - (SLANT[0] + SLANT[1] * slant) * y
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=2)
