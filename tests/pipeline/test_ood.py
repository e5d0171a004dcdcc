"""Out-of-distribution drawings: some for training, others for measuring."""

import numpy as np
import pytest

from benchmarks.drawings.ood import HELD_OUT, strokes
from pipeline.architecture import OOD_LABEL
from pipeline.datasets.ood import LEARNED, with_ood

IMAGES = np.zeros((230, 28, 28), np.uint8)
DIGITS = np.tile(np.arange(10, dtype=np.uint8), 23)


def test_ood_drawings_follow_the_images_with_their_own_label():
    images, labels = with_ood(IMAGES, DIGITS, 0.2, seed=1)
    assert images.shape == (276, 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    np.testing.assert_array_equal(images[:230], IMAGES)
    np.testing.assert_array_equal(labels, [*DIGITS, *[OOD_LABEL] * 46])


def test_every_ood_drawing_is_different_and_has_ink():
    drawn = with_ood(IMAGES, DIGITS, 0.2, seed=1)[0][230:]
    assert len(np.unique(drawn, axis=0)) == 46
    assert (drawn.max(axis=(1, 2)) > 128).all()


def test_equal_seeds_draw_the_same_and_others_do_not():
    first, same, other = (with_ood(IMAGES, DIGITS, 0.2, seed)[0][230:] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any(axis=(1, 2)).all()


def test_without_a_share_nothing_is_added():
    images, labels = with_ood(IMAGES, DIGITS, 0, seed=1)
    assert (len(images), len(labels)) == (230, 230)


def test_no_network_trains_on_drawings_that_measure_it():
    assert not LEARNED.keys() & HELD_OUT.keys()
    assert not set(LEARNED.values()) & set(HELD_OUT.values())


@pytest.mark.parametrize("name", HELD_OUT)
def test_an_ood_drawing_has_the_strokes_of_its_style(name):
    drawn = strokes(HELD_OUT[name], 3, seed=1)
    assert [len(each) for each in drawn] == [HELD_OUT[name].count("/") + 1] * 3
    assert all(np.isfinite(stroke).all() and stroke.shape[1] == 2 for stroke in drawn[0])
    assert not np.array_equal(drawn[0][0], drawn[1][0])
