"""UNIPEN text as drawings; what is no digit is refused by its number."""

import numpy as np
import pytest
from pendigits_file import segment, text

from benchmarks.drawings.unipen import parse
from pipeline.errors import PocketDigitsError


def test_a_digit_has_its_label_its_writer_and_its_strokes():
    (drawing,) = parse(text(segment(4, 12, [[(10, 50), (30, 40)], [(20, 60)]])))
    assert (drawing.digit, drawing.writer) == (4, 12)
    first, second = drawing.strokes
    assert first.dtype == np.float32
    assert (first.shape, second.shape) == ((2, 2), (1, 2))


def test_what_is_further_up_on_the_tablet_has_a_smaller_y():
    (drawing,) = parse(text(segment(1, 1, [[(10, 300), (12, 100)]])))
    np.testing.assert_array_equal(drawing.strokes[0], [[10, -300], [12, -100]])


def test_digits_come_in_the_order_of_the_file():
    found = parse(text(segment(7, 1, [[(1, 2)]]), segment(3, 2, [[(3, 4)]])))
    assert [(each.digit, each.writer) for each in found] == [(7, 1), (3, 2)]


def test_text_without_digits_holds_none():
    assert parse(text()) == ()


GOOD = segment(4, 12, [[(10, 50), (30, 40)]])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('? "4"', '? "5"', id="a label that its comment contradicts"),
        pytest.param(".COMMENT 4 12", ".COMMENT 4", id="no writer"),
        pytest.param(" 10  50\n", " 10\n", id="a point without y"),
        pytest.param(" 10  50\n", " 10  high\n", id="a point that is no number"),
        pytest.param(".PEN_UP\n.DT 100\n", "", id="cut short"),
        pytest.param(".PEN_DOWN\n 10  50\n 30  40\n.PEN_UP\n.DT 100\n", "", id="no stroke"),
        pytest.param(" 10  50\n 30  40\n", "", id="a stroke without points"),
        pytest.param(".PEN_UP", ".LIFT", id="an unknown word"),
    ],
)
def test_a_segment_that_is_no_digit_is_refused_by_its_number(old, new):
    assert old in GOOD
    with pytest.raises(PocketDigitsError, match=r"^segment 2: '\.SEGMENT DIGIT"):
        parse(text(segment(1, 1, [[(1, 2)]]), GOOD.replace(old, new)))
