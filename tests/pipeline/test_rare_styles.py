import numpy as np
import pytest

from pipeline.datasets import rare_styles, synthetic
from pipeline.datasets.rare_styles import STYLES, Style, draw, with_rare_styles
from pipeline.datasets.splines import parse_strokes
from pipeline.datasets.synthetic import generate

EVERY_STYLE = [
    pytest.param(style, id=f"{style.digit}-{index}") for index, style in enumerate(STYLES)
]


def random():
    return np.random.default_rng(3)


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_a_style_is_drawn_the_given_number_of_times(style):
    images = draw(style, 30, random())
    assert images.shape == (30, 28, 28)
    assert images.dtype == np.uint8
    assert len(np.unique(images, axis=0)) == 30


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_a_template_is_legible_itself(style):
    strokes = [stroke.curve @ stroke.controls for stroke in parse_strokes(style.strokes)]
    assert style.is_legible([stroke[np.newaxis] for stroke in strokes]).all()


@pytest.mark.parametrize(
    ("rise", "is_legible"),
    [
        pytest.param((40, 180), True, id="as steep as asked for"),
        pytest.param((50, 180), False, id="flatter than the least"),
        pytest.param((-180, 40), False, id="steeper than the most"),
        pytest.param((-180, 50), True, id="as flat as asked for"),
    ],
)
def test_a_stroke_is_judged_by_its_rise_to_the_first_sharp_turn(rise, is_legible):
    style = Style(1, "0,50 25,25 50,0! 50,100", rise)  # 45 degrees
    (stroke,) = parse_strokes(style.strokes)
    points = (stroke.curve @ stroke.controls)[np.newaxis]
    assert style.is_legible([points]).tolist() == [is_legible]


def test_illegible_drawings_are_drawn_again():
    flat = Style(1, "0,30 25,15 50,0! 40,50 30,100", rare_styles.UPSTROKE)
    noise = rare_styles.CALM * synthetic.noise(40, random())
    assert len(synthetic.write(flat.strokes, noise, flat.is_legible)) < 30
    assert len(draw(flat, 40, random())) == 40


def test_every_style_is_added_equally_often():
    images, digits = generate(100, seed=1)
    more, of_more = with_rare_styles(images, digits, share=2, seed=5)
    np.testing.assert_array_equal(more[:100], images)
    np.testing.assert_array_equal(of_more[:100], digits)
    expected = np.repeat([style.digit for style in STYLES], 200 // len(STYLES))
    np.testing.assert_array_equal(of_more[100:], expected)
    assert of_more.dtype == digits.dtype


def test_the_same_seed_draws_the_same():
    images, digits = generate(50, seed=1)
    first, again, other = (with_rare_styles(images, digits, 1, seed)[0] for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first[50:] != other[50:]).any(axis=(1, 2)).all()


def test_without_a_share_nothing_is_added():
    assert len(with_rare_styles(*generate(50, seed=1), share=0, seed=5)[0]) == 50
