"""The Lune that answers requests for timings; `nox -s latency` is what times with it."""

import os
from pathlib import Path

import numpy as np
import pytest
from lune_clock import LuneClock

from benchmarks.drawings.placement import packed


@pytest.fixture(scope="module")
def clock(lune, built_place, tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    (folder / "images").write_bytes(bytes(range(196)) * 4 * 4)  # two, and two for their changes
    stroke = np.array([[0.4, 0.2], [0.5, 0.8]], np.float32)
    (folder / "drawings").write_bytes(packed([[stroke]]))
    clock = LuneClock()
    clock.start(lune, built_place, folder / "images", folder / "drawings", dict(os.environ))
    yield clock
    clock.stop()


@pytest.mark.parametrize("stage", ["load", "predict", "redraw", "render", "read", "learn"])
def test_each_stage_moves_the_clock(clock, stage):
    before = clock()
    clock.ask(stage, "linear")
    assert clock() > before


@pytest.mark.parametrize(("stage", "model"), [("predict", "baseline"), ("learn", "scratch")])
def test_what_is_no_network_of_the_place_can_be_asked_too(clock, stage, model):
    before = clock()
    clock.ask(stage, model)
    assert clock() > before


@pytest.mark.parametrize(
    ("stage", "model", "told"),
    [("guess", "linear", "no stage guess"), ("predict", "nobody", 'no network "nobody"')],
)
def test_what_cannot_be_timed_is_told_and_the_next_is_answered(clock, stage, model, told):
    with pytest.raises(AssertionError, match=told):
        clock.ask(stage, model)
    clock.ask("render", "linear")


def test_tests_collect_no_timings(request):
    here = Path(__file__).parents[1]
    collected = {item.path.relative_to(here).parts[0] for item in request.session.items}
    assert "latency" not in collected
    assert list((here / "latency").glob("test_*.py")) == []
