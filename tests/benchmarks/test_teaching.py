"""What being corrected by one writer brings, measured in a built place."""

import pytest
from written_digits import drawings

from benchmarks.studies import teaching
from benchmarks.studies.teaching import SCRATCH, Lesson, summary, table
from pipeline.datasets import synthetic
from pipeline.datasets.dataset import Dataset

NUMBERS = {"corrections": 20, "wrong": 5, "remaining": 100, "milliseconds": 2.0}


@pytest.fixture(scope="module")
def dataset():
    images, digits = synthetic.generate(40, seed=5)
    return Dataset("synthetic", "0", images[:0], digits[:0], images, digits)


@pytest.fixture
def teach(lune, built_place, dataset):
    """Return a function from a network's name and people to their lessons."""
    return lambda name, people: teaching.teach(
        lune, built_place, name, people, dataset, lambda *_: None
    )


def test_a_shipped_network_reads_a_writer_better_once_it_was_corrected(teach):
    first, second = teach("hidden", [*drawings(3, 60), *drawings(8, 60)])
    assert (first.writer, second.writer) == (3, 8)
    for lesson in (first, second):
        assert 0 < lesson.wrong <= lesson.corrections <= 20
        assert lesson.remaining == 30
        assert lesson.correct_after > lesson.correct_before + 5
        assert lesson.test_images == 40
        assert lesson.test_correct_before <= 40


def test_a_network_from_scratch_reads_the_writer_who_taught_it(teach):
    (lesson,) = teach(SCRATCH, drawings(3, 120))
    assert lesson.corrections == 100
    assert lesson.remaining == 20
    assert lesson.correct_after >= 18 > lesson.correct_before
    assert lesson.test_images == 0


def test_the_same_lesson_brings_the_same(teach):
    people = drawings(3, 30)
    one, other = (teach("linear", people)[0] for _ in range(2))
    assert (one.correct_after, one.test_correct_after) == (
        other.correct_after,
        other.test_correct_after,
    )


def test_errors_gone_are_those_of_all_writers():
    good = Lesson(1, correct_before=98, correct_after=98, **NUMBERS)
    bad = Lesson(2, correct_before=92, correct_after=97, **NUMBERS)
    taught = summary([good, bad])
    assert taught["errors_gone"] == pytest.approx(0.5)
    assert taught["accuracy_before"] == pytest.approx(0.95)
    assert taught["accuracy_after"] == pytest.approx(0.975)


def test_a_network_that_reads_worse_has_lost_errors_and_says_so():
    taught = summary([Lesson(1, correct_before=90, correct_after=80, **NUMBERS)])
    assert taught["errors_gone"] == pytest.approx(-1)


def test_without_errors_none_are_gone():
    taught = summary([Lesson(1, correct_before=100, correct_after=100, **NUMBERS)])
    assert taught["errors_gone"] == 0


def test_what_was_forgotten_is_a_share_of_the_test_images():
    images = {"test_images": 400, "test_correct_before": 396, "test_correct_after": 392}
    taught = summary([Lesson(1, correct_before=90, correct_after=95, **NUMBERS, **images)])
    assert taught["test_lost"] == pytest.approx(0.01)


def test_the_table_has_a_row_for_each_network():
    lesson = Lesson(1, correct_before=90, correct_after=95, **NUMBERS)
    made = table({"scratch": [lesson], "best": [lesson]})
    assert made.row_count == 2
    assert list(made.columns[0].cells) == ["scratch", "best"]
