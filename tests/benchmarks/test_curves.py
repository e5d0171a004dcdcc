"""Lines over runs: names at their ends stay apart, and inside."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.report.pictures.curves import Curve, Curves, spread, svg

HEIGHTS = st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=12).map(sorted)


@given(HEIGHTS)
def test_names_are_kept_apart_in_their_order_and_inside(heights):
    moved = spread(heights, 0.06)
    assert all(b - a >= 0.06 - 1e-9 for a, b in pairwise(moved))
    assert all(0 <= each <= 1 for each in moved)


def test_names_that_are_apart_stay_where_they_are():
    assert spread([0.2, 0.5, 0.8], 0.06) == [0.2, 0.5, 0.8]


def test_lines_that_lie_on_each_other_are_drawn_and_marked():
    flat = [Curve(name, [0, 1, 2], [0, 0, 0]) for name in ("a", "b", "c")]
    ticks, marks = {0: "1/1", 2: "now"}, {1: "v1.0.0"}
    shown = Curves(title="t", across="runs", curves=flat, ticks=ticks, marks=marks)
    text = svg(shown, "lines")
    assert text == svg(shown, "lines")
    assert {f"series-{index}" for index in range(3)} <= set(re.findall(r"--(series-\d)", text))
    assert all(each.startswith("lines-") for each in re.findall(r' id="([^"]+)"', text))
