"""Digits written by a made-up writer, as strokes: stand-ins for what people drew."""

import numpy as np

from benchmarks.drawings.unipen import Drawing
from pipeline.datasets.glyphs import STYLES
from pipeline.datasets.splines import parse_strokes


def drawings(writer, count):
    """Return a writer's digits, each in one style that hardly varies."""
    rng = np.random.default_rng(writer)
    people = []
    for index in range(count):
        style, _ = STYLES[index % 10][0]
        strokes = [each.curve @ each.controls for each in parse_strokes(style)]
        moved = tuple((each + rng.normal(0, 2, each.shape)).astype(np.float32) for each in strokes)
        people.append(Drawing(index % 10, writer, moved))
    return people
