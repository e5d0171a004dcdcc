"""What being corrected by one writer brings, measured in a built place."""

import pytest
from written_digits import drawings

from benchmarks.studies.teaching import lessons
from benchmarks.studies.teaching.lessons import NOTHING, Lesson, figures
from benchmarks.studies.teaching.table import table
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
    return lambda name, people: lessons.teach(
        lune, built_place, name, people, dataset, lambda *_: None
    )


def test_a_shipped_network_reads_a_writer_better_once_it_was_corrected(teach):
    first, second = teach("hidden", [*drawings(3, 60), *drawings(8, 60)])
    assert (first.writer, second.writer) == (3, 8)
    for lesson in (first, second):
        assert 0 < lesson.wrong <= lesson.corrections <= 20
        assert lesson.remaining == 30
        assert lesson.right_after > lesson.right_before + 5
        assert lesson.others == 40
        assert lesson.others_before <= 40


def test_a_network_that_knows_nothing_reads_the_writer_who_taught_it(teach):
    (lesson,) = teach(NOTHING, drawings(3, 120))
    assert lesson.corrections == 100
    assert lesson.remaining == 20
    assert lesson.right_after >= 18 > lesson.right_before
    assert lesson.others == 0


def test_the_same_lesson_brings_the_same(teach):
    people = drawings(3, 30)
    one, other = (teach("linear", people)[0] for _ in range(2))
    assert (one.right_after, one.others_after) == (other.right_after, other.others_after)


def test_errors_gone_are_those_of_all_writers():
    good = Lesson(1, right_before=98, right_after=98, **NUMBERS)
    bad = Lesson(2, right_before=92, right_after=97, **NUMBERS)
    taught = figures([good, bad])
    assert taught.errors_gone == pytest.approx(0.5)
    assert taught.accuracy_before == pytest.approx(0.95)
    assert taught.accuracy_after == pytest.approx(0.975)


def test_a_network_that_reads_worse_has_lost_errors_and_says_so():
    taught = figures([Lesson(1, right_before=90, right_after=80, **NUMBERS)])
    assert taught.errors_gone == pytest.approx(-1)


def test_without_errors_none_are_gone():
    assert figures([Lesson(1, right_before=100, right_after=100, **NUMBERS)]).errors_gone == 0


def test_what_was_forgotten_is_a_share_of_the_test_images():
    others = {"others": 400, "others_before": 396, "others_after": 392}
    taught = figures([Lesson(1, right_before=90, right_after=95, **NUMBERS, **others)])
    assert taught.others_lost == pytest.approx(0.01)


def test_the_table_has_a_row_for_each_network():
    lesson = Lesson(1, right_before=90, right_after=95, **NUMBERS)
    made = table({"nothing": [lesson], "best": [lesson]})
    assert made.row_count == 2
    assert list(made.columns[0].cells) == ["nothing", "best"]
