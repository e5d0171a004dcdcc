"""Drawings on the canvas, and numbers composed of them."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.drawings import compose
from benchmarks.drawings import placement as drawings
from benchmarks.drawings.unipen import Drawing


def stroke(*points):
    return np.array(points, np.float32)


def drawing(digit=1, writer=1, width=40, height=100, bottom=0):
    """A box with a diagonal in it, as a digit of two strokes."""
    top = bottom - height
    box = stroke((0, top), (width, top), (width, bottom), (0, bottom))
    return Drawing(digit, writer, (box + 300, stroke((0, top), (width, bottom)) + 300))


PEOPLE = [drawing(n % 10, n % 3, 30 + n % 7, 90 + n % 11, n % 5) for n in range(60)]


def box(strokes):
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


@pytest.mark.parametrize("size", drawings.SIZES)
def test_a_drawings_longer_side_is_its_share_of_the_canvas(size):
    random = np.random.default_rng(0)
    low, high = box(drawings.placed(drawing().strokes, size / 28, random))
    np.testing.assert_allclose((high - low) * 28, [0.4 * size, size], rtol=1e-4)
    assert low.min() >= 0
    assert high.max() <= 1


def test_a_drawing_may_be_anywhere_on_the_canvas():
    random = np.random.default_rng(0)
    corners = [box(drawings.placed(drawing().strokes, 0.3, random))[0] for _ in range(200)]
    np.testing.assert_array_less(np.min(corners, axis=0), 0.05)
    np.testing.assert_array_less([0.8, 0.6], np.max(corners, axis=0))


def test_a_dot_stays_a_dot():
    (dot,) = drawings.placed([stroke((7, 7))], 0.5, np.random.default_rng(0))
    assert dot.shape == (1, 2)
    assert np.isfinite(dot).all()


def test_every_drawing_is_shown_at_the_usual_size_and_the_same_sample_at_the_others(monkeypatch):
    monkeypatch.setattr(drawings, "SAMPLE", 12)
    shown = drawings.on_canvas(PEOPLE)
    of_size = {
        size: [each.drawing for each in shown if each.size == size] for size in drawings.SIZES
    }
    assert of_size.pop(drawings.USUAL_SIZE) == list(range(60))
    assert {tuple(sample) for sample in of_size.values()} == {tuple(of_size[8])}
    assert len(of_size[8]) == 12


def test_what_is_shown_never_changes():
    first, second = (drawings.packed([e.strokes for e in drawings.on_canvas(PEOPLE)]) for _ in "12")
    assert first == second


@pytest.mark.parametrize("count", [1, 4, 30, 60, 99])
def test_a_sample_has_as_many_of_each_writer_to_within_one(count):
    sample = drawings.balanced(PEOPLE, count)
    writers = [sum(PEOPLE[index].writer == writer for index in sample) for writer in range(3)]
    assert len(set(sample)) == len(sample) == min(count, 60)
    assert max(writers) - min(writers) <= 1


@pytest.mark.parametrize("gap", compose.SPACINGS.values(), ids=compose.SPACINGS)
def test_digits_are_their_gap_apart_in_their_mean_height(gap):
    digits = [drawing(width=20, height=80), drawing(width=50, height=120), drawing(height=100)]
    row = compose.side_by_side([digit.strokes for digit in digits], gap)
    boxes = [box(row[index : index + 2]) for index in (0, 2, 4)]
    gaps = [right[0][0] - left[1][0] for left, right in pairwise(boxes)]
    np.testing.assert_allclose(gaps, [gap * 100, gap * 100], atol=1e-3)


def test_digits_keep_their_heights_and_their_places_on_the_line():
    digits = [drawing(height=80, bottom=5), drawing(height=120, bottom=-10)]
    row = compose.side_by_side([digit.strokes for digit in digits], 0.2)
    for index, digit in enumerate(digits):
        np.testing.assert_array_equal(
            [edge[1] for edge in box(row[2 * index : 2 * index + 2])],
            [edge[1] for edge in box(digit.strokes)],
        )


def test_a_number_is_one_writers_and_reads_as_its_digits(monkeypatch):
    composed = []

    def side_by_side(digits, gap):
        composed.append(digits)
        return list(digits[0])

    writers = {id(person.strokes): (person.digit, person.writer) for person in PEOPLE}
    monkeypatch.setattr(compose, "side_by_side", side_by_side)
    for number, digits in zip(compose.numbers(PEOPLE), composed, strict=True):
        told = [writers[id(strokes)] for strokes in digits]
        assert number.written == "".join(str(digit) for digit, _ in told)
        assert len({writer for _, writer in told}) == 1


def test_there_are_as_many_numbers_of_every_length_at_every_spacing():
    found = [(each.spacing, len(each.written)) for each in compose.numbers(PEOPLE)]
    expected = {(spacing, length) for spacing in compose.SPACINGS for length in compose.LENGTHS}
    assert set(found) == expected
    assert {found.count(kind) for kind in expected} == {6}  # a tenth of the drawings


def test_every_spacing_has_the_same_digits():
    composed = compose.numbers(PEOPLE)
    of_spacing = [
        [each.written for each in composed if each.spacing == spacing]
        for spacing in compose.SPACINGS
    ]
    assert all(written == of_spacing[0] for written in of_spacing)


def test_a_number_fits_the_canvas():
    for number in compose.numbers(PEOPLE):
        low, high = box(number.strokes)
        assert low.min() >= 0
        assert high.max() <= 1
