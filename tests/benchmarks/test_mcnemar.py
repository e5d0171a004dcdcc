"""McNemar's exact test, against values of its definition."""

import numpy as np
import pytest

from benchmarks.verdict.mcnemar import Paired, paired


@pytest.mark.parametrize(
    ("lost", "gained", "p"),
    [(0, 0, 1), (0, 5, 1), (5, 0, 1 / 32), (3, 1, 5 / 16), (1, 1, 3 / 4), (30, 0, 2**-30)],
)
def test_it_is_the_tail_of_fair_coins(lost, gained, p):
    assert Paired(lost, gained).p == pytest.approx(p)


def test_only_images_that_one_of_two_reads_right_count():
    before = np.array([1, 1, 1, 0, 0, 1], bool)
    after = np.array([1, 0, 0, 0, 1, 1], bool)
    assert paired(before, after) == Paired(lost=2, gained=1)


def test_many_images_neither_overflow_nor_vanish():
    assert Paired(2000, 2000).p == pytest.approx(0.506, abs=0.001)
    assert 0 < Paired(2600, 2000).p < 1e-17
