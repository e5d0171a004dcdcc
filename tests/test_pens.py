"""Images redrawn with the place's pen: lines get its width, and stay where they are."""

import numpy as np
import pytest

from pipeline.pens import redraw
from pipeline.raster import PEN_RADIUS, rasterize, segment_indices

STROKE = np.array([[[7.0, 6.0], [19.0, 8.0], [11.0, 22.0]]])
COUNT = 40


def drawn(radius):
    segments = STROKE[:, segment_indices([3])]
    return np.rint(255 * rasterize(segments, np.array([radius]))).astype(np.uint8)


def redrawn(images, seed=0):
    return redraw(np.repeat(images, COUNT, axis=0), np.random.default_rng(seed))


@pytest.mark.parametrize("radius", [0.8, 1.1, 1.6, 2.2])
def test_a_line_of_any_pen_gets_the_width_of_the_places_own(radius):
    ink = redrawn(drawn(radius)).mean() / drawn(PEN_RADIUS).mean()
    assert ink == pytest.approx(1, abs=0.2)


def test_lines_stay_where_they_are():
    apart = np.abs(redrawn(drawn(1.8)).mean(axis=0) - drawn(PEN_RADIUS)[0])
    assert apart.mean() < 0.02 * 255
    assert apart.max() < 0.5 * 255


def test_pens_differ_a_little():
    ink = redrawn(drawn(1.1)).mean(axis=(1, 2))
    assert 0.05 < ink.std() / ink.mean() < 0.15


def test_an_empty_image_and_a_speck_stay_as_they_are():
    empty, speck = np.zeros((2, 1, 28, 28), np.uint8)
    speck[0, 14, 14] = 90
    for image in (empty, speck):
        assert (redrawn(image) == image).all()


def test_the_same_seed_gives_the_same_images_and_what_was_given_is_not_changed():
    given = drawn(1.8)
    assert (redrawn(given, seed=3) == redrawn(given, seed=3)).all()
    assert (redrawn(given, seed=3) != redrawn(given, seed=4)).any()
    assert (given == drawn(1.8)).all()
