"""The rasterisers in Luau and in Python draw the same images."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.command import run
from pipeline.raster import render

SCRIPT = Path(__file__).parents[1] / "luau" / "render_drawings.luau"
SEED = 20

Drawing = list[list[list[float]]]


def wandering_strokes(rng: np.random.Generator, strokes: int, points: int) -> Drawing:
    scale = 10 ** rng.uniform(-3, 1)
    start = rng.uniform(-1, 2, (strokes, 1, 2))
    steps = rng.normal(0, scale / 4, (strokes, points, 2))
    return (start + steps.cumsum(axis=1)).tolist()


def long_stroke(rng: np.random.Generator, points: int) -> list[list[float]]:
    """Return a smooth stroke with far more points than pixels."""
    at = np.linspace(0, 3, points)[:, np.newaxis]
    waves, phases = rng.normal(0, 0.2, (3, 2)), rng.uniform(0, 6, (3, 2))
    return sum(
        wave * np.sin(at * (i + 1) + phase)
        for i, (wave, phase) in enumerate(zip(waves, phases, strict=True))
    ).tolist()


def random_drawings(count: int) -> dict[str, Drawing]:
    rng = np.random.default_rng(SEED)
    return {
        f"random {i}": wandering_strokes(rng, int(rng.integers(1, 6)), int(rng.integers(1, 40)))
        for i in range(count)
    }


CORNER_CASES: dict[str, Drawing] = {
    "nothing": [],
    "only strokes without points": [[], []],
    "a dot": [[[0.3, 0.8]]],
    "two dots": [[[0.3, 0.8]], [[0.5, 0.2]]],
    "coincident points": [[[0.4, 0.4]] * 5],
    "coincident dots": [[[0.4, 0.4]], [[0.4, 0.4]]],
    "a line with a repeated point": [[[0.1, 0.1], [0.5, 0.3], [0.5, 0.3], [0.9, 0.2]]],
    "a horizontal line": [[[0.2, 0.5], [0.7, 0.5]]],
    "a vertical line": [[[0.5, 0.1], [0.5, 0.9]]],
    "a diagonal": [[[0.1, 0.9], [0.9, 0.1]]],
    "a line and an empty stroke": [[], [[0.5, 0.1], [0.5, 0.9]], []],
    "far from the origin": [[[1000.0, -2000.0], [1010.5, -1990.25], [1001.0, -1985.0]]],
    "tiny": [[[1e-30, 0.0], [0.0, 2e-30]]],
    "huge": [[[-3e38, 0.0], [3e38, 3e38]]],
    "off centre": [[[0.0, 0.0], [0.02, 0.0], [0.0, 0.02], [1.0, 1.0]]],
}
LONG = {
    f"{points} points": [long_stroke(np.random.default_rng(points), points)]
    for points in (500, 2000, 5000)
}
DRAWINGS = {**CORNER_CASES, **LONG, **random_drawings(400)}


@pytest.fixture(scope="module")
def luau_images(lune, built_place, tmp_path_factory):
    drawings = tmp_path_factory.mktemp("twins") / "drawings.json"
    drawings.write_text(json.dumps(list(DRAWINGS.values())))
    images = json.loads(run(lune, "run", SCRIPT, built_place, drawings))
    return dict(zip(DRAWINGS, np.array(images), strict=True))


@pytest.mark.parametrize("name", CORNER_CASES)
def test_corner_case_renders_alike(name, luau_images):
    expected = render(DRAWINGS[name]).ravel()
    np.testing.assert_allclose(luau_images[name], expected, rtol=0, atol=1e-6)


def test_random_strokes_render_alike(luau_images):
    for name, drawing in DRAWINGS.items():
        expected = render(drawing).ravel()
        np.testing.assert_allclose(luau_images[name], expected, rtol=0, atol=1e-6, err_msg=name)


def test_images_hold_ink_wherever_there_is_a_point(luau_images):
    for name, drawing in DRAWINGS.items():
        assert luau_images[name].any() == any(drawing), name
