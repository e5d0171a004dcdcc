import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.datasets.glyphs import STYLES
from pipeline.datasets.splines import STEPS, parse_strokes
from pipeline.datasets.synthetic import generate, with_drawings, write
from pipeline.datasets.variation import Noise, vary
from pipeline.raster import CENTRE

EVERY_STYLE = [
    pytest.param(style, id=f"{digit}-{index}")
    for digit, styles in enumerate(STYLES)
    for index, (style, _) in enumerate(styles)
]
MNIST = os.environ.get("POCKET_DIGITS_MNIST", "")


@pytest.fixture(scope="module")
def thousand():
    return generate(1000, seed=7)


def written(style, rows=1, scale=0.0):
    return write(style, scale * np.random.default_rng(3).standard_normal((rows, 64)))


def test_images_are_bytes_and_labels_digits(thousand):
    images, labels = thousand
    assert images.shape == (1000, 28, 28)
    assert labels.shape == (1000,)
    assert images.dtype == labels.dtype == np.uint8


def test_the_same_seed_draws_the_same_digits(thousand):
    for first, second in zip(thousand, generate(1000, seed=7), strict=True):
        np.testing.assert_array_equal(first, second)


def test_another_seed_draws_other_digits(thousand):
    images, labels = generate(1000, seed=8)
    assert (labels != thousand[1]).mean() > 0.5
    assert (images != thousand[0]).any(axis=(1, 2)).all()


def test_no_digit_is_drawn_twice(thousand):
    assert len(np.unique(thousand[0], axis=0)) == 1000


def test_evenly_makes_all_styles_of_a_digit_equally_frequent():
    # Four of nine styles of a 1 have a foot; they are rare in MNIST.
    usual = share_of_ones_with_a_foot(*generate(3000, seed=7))
    even = share_of_ones_with_a_foot(*generate(3000, seed=7, evenly=True))
    assert even > 3 * usual


def share_of_ones_with_a_foot(images, labels):
    """Return the share of 1s whose lowest rows are far wider than their middle."""
    ink = images[labels == 1] > 127
    foot, middle = ink[:, 19:25].sum(axis=2).max(axis=1), ink[:, 12:17].sum(axis=2).max(axis=1)
    return np.mean(foot > middle + 4)


def test_drawings_are_added_in_the_given_share(thousand):
    images, labels = with_drawings(*thousand, share=0.25, seed=3)
    np.testing.assert_array_equal(images[:1000], thousand[0])
    np.testing.assert_array_equal(labels[:1000], thousand[1])
    drawn, digits = generate(250, seed=3, evenly=True)
    np.testing.assert_array_equal(images[1000:], drawn)
    np.testing.assert_array_equal(labels[1000:], digits)


def test_without_a_share_of_drawings_nothing_is_added(thousand):
    assert len(with_drawings(*thousand, share=0, seed=3)[0]) == 1000


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 300))
def test_a_smaller_count_gives_the_first_digits_of_a_larger_one(thousand, count):
    images, labels = generate(count, seed=7)
    np.testing.assert_array_equal(labels, thousand[1][:count])
    np.testing.assert_array_equal(images, thousand[0][:count])


def test_labels_are_balanced_to_within_one(thousand):
    for count in (1000, 995, 37, 3):
        counts = np.bincount(thousand[1][:count], minlength=10)
        assert np.ptp(counts) <= 1


def test_labels_come_in_random_order(thousand):
    following = np.diff(thousand[1].astype(int)) % 10
    assert np.bincount(following, minlength=10).max() < 200


def test_every_image_has_paper_and_full_ink(thousand):
    images, _ = thousand
    assert images.min(axis=(1, 2)).max() == 0
    assert images.max(axis=(1, 2)).min() > 200


def test_ink_fills_the_box_but_for_the_soft_edge_of_the_pen(thousand):
    solid = thousand[0] > 127
    sides = np.stack([solid.any(axis=1).sum(axis=1), solid.any(axis=2).sum(axis=1)])
    assert np.abs(sides.max(axis=0) - 20).max() <= 2


def test_digits_lie_around_the_middle(thousand):
    ink = thousand[0] / 255
    at = np.arange(28) + 0.5
    mass = ink.sum(axis=(1, 2))
    x, y = (ink.sum(axis=1) @ at) / mass, (ink.sum(axis=2) @ at) / mass
    assert abs(np.median(x) - CENTRE) < 0.6
    assert abs(np.median(y) - CENTRE) < 0.6
    assert np.hypot(x - CENTRE, y - CENTRE).max() < 4


def test_pens_are_of_many_widths():
    straight, _ = STYLES[1][0]
    thickness = written(straight, rows=300, scale=1.0).sum(axis=(1, 2)) / 255 / 20
    thin, thick = np.quantile(thickness, [0.05, 0.95])
    assert thin < 2
    assert thick > 3


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_a_style_is_a_drawing_in_the_hundred_box(style):
    strokes = parse_strokes(style)
    points = np.concatenate([stroke.curve @ stroke.controls for stroke in strokes])
    assert points.min() >= -10
    assert points.max() <= 120
    assert np.ptp(points[:, 1]) > 60


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_a_style_is_written_differently_every_time(style):
    images = written(style, rows=20, scale=1.0)
    assert len(np.unique(images, axis=0)) == 20


@pytest.mark.parametrize("digit", range(10))
def test_the_styles_of_a_digit_really_differ(digit):
    images = np.concatenate([written(style) for style, _ in STYLES[digit]]).astype(float) / 255
    for i, first in enumerate(images):
        for second in images[i + 1 :]:
            assert np.abs(first - second).sum() > 8


def test_the_pen_passes_through_every_control_point():
    (stroke,) = parse_strokes("0,0 50,80! 100,10 90,60 20,100")
    for matrix in (stroke.curve, stroke.chord):
        np.testing.assert_allclose((matrix @ stroke.controls)[::STEPS], stroke.controls)


def test_a_curve_bends_at_a_point_and_turns_at_a_corner():
    def turn(style):
        (stroke,) = parse_strokes(style)
        steps = np.diff(stroke.curve @ stroke.controls, axis=0)[STEPS - 1 : STEPS + 1]
        angles = np.arctan2(steps[:, 1], steps[:, 0])
        return np.degrees(abs(angles[1] - angles[0]))

    assert turn("0,0 50,80 100,0") < 45
    assert turn("0,0 50,80! 100,0") > 90


def test_a_straight_row_of_points_is_a_straight_curve():
    (stroke,) = parse_strokes("0,0 10,20 20,40 30,60")
    points = stroke.curve @ stroke.controls
    np.testing.assert_allclose(points[:, 1], 2 * points[:, 0], atol=1e-9)


def test_a_slash_lifts_the_pen():
    assert [len(stroke.controls) for stroke in parse_strokes("0,0 1,1 / 2,2 3,3 4,4")] == [2, 3]


def test_a_hand_without_noise_writes_the_same_template_every_time():
    strokes = parse_strokes(STYLES[4][0][0])
    first, second = vary(strokes, Noise(np.zeros((2, 64))))[0]
    np.testing.assert_array_equal(first, second)


def test_a_template_too_long_for_its_noise_is_refused():
    with pytest.raises(ValueError, match="21 columns of noise wanted; 20 given"):
        vary(parse_strokes("0,0 1,1"), Noise(np.zeros((2, 20))))


def ridge_classifier(images, labels):
    """Fit least squares to the pixels: the smallest possible network."""
    inputs = features(images)
    targets = np.eye(10)[labels]
    weights = np.linalg.solve(inputs.T @ inputs + 30 * np.eye(inputs.shape[1]), inputs.T @ targets)
    return lambda unseen: (features(unseen) @ weights).argmax(axis=1)


def features(images):
    return np.concatenate([images.reshape(-1, 784) / 255, np.ones((len(images), 1))], axis=1)


def test_a_linear_classifier_tells_the_digits_apart(thousand):
    read = ridge_classifier(*generate(5000, seed=1))
    assert (read(thousand[0]) == thousand[1]).mean() > 0.7


@pytest.mark.skipif(not Path(MNIST).is_file(), reason="POCKET_DIGITS_MNIST names no file")
def test_what_is_learnt_from_synthetic_digits_holds_for_mnist():
    with np.load(MNIST) as mnist:
        images, labels = mnist["x_train"][:5000], mnist["y_train"][:5000]
    read = ridge_classifier(*generate(5000, seed=1))
    assert (read(images) == labels).mean() > 0.7
