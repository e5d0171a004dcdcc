"""Where valgrind is missing or fails, costs are timed by the clock, and the reason is shown."""

import io
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from measurements import measurement, report
from rich.console import Console
from stand_in_tools import program

from benchmarks.measure import callgrind
from benchmarks.measure.measure import NO_VALGRIND, Baseline, count_baseline
from benchmarks.report import sentences, terminal
from pipeline.datasets.dataset import Dataset
from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress
from pipeline.workspace import Workspace

STARTUP = "valgrind: failed to start tool 'callgrind'"
WRITES = (
    'for word; do case "$word" in --callgrind-out-file=*) echo "{}" > "${{word#*=}}";; esac; done\n'
)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stand-ins are shell scripts")


def itself(name):
    return name


@pytest.fixture
def space(tmp_path):
    """A workspace whose Lune needs not be there, for no stand-in runs it."""
    images, digits = np.zeros((40, 28, 28), np.uint8), np.zeros(40, np.uint8)
    dataset = Dataset("synthetic", "digest", images, digits, images, digits)
    tools = SimpleNamespace(path=itself, version=itself)
    progress = Progress(Console(file=io.StringIO(), width=1000))
    return Workspace(tmp_path / "build", dataset, None, progress, tools, None)


def stand_in(folder, monkeypatch, script):
    program(folder / "bin" / "valgrind", script)
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=os.pathsep)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (f'echo "{STARTUP}" >&2; exit 1', "valgrind ended with exit code 1"),
        ("kill -ILL $$", "valgrind was ended by signal 4"),
        ("exit 0", "valgrind wrote no counts"),
        (WRITES.format("version: 1"), "callgrind counted between 0 calls of sinh"),
    ],
)
def test_a_valgrind_that_fails_gives_way_to_the_clock(script, why, space, tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, f"#!/bin/sh\n{script}")
    baseline = count_baseline(space)
    assert baseline.instructions is None
    assert baseline.not_counted.startswith(why)
    shown = space.progress.console.file.getvalue()
    assert f"Costs are timed, not counted: {why}" in shown
    assert (STARTUP in shown) == (STARTUP in script)


def test_a_valgrind_that_cannot_be_started_gives_way_to_the_clock(space, tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, "\x7fELF of another machine")
    assert count_baseline(space) == Baseline(None, "valgrind could not be started")


def test_a_missing_valgrind_gives_way_to_the_clock(space, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert count_baseline(space) == Baseline(None, NO_VALGRIND)


def test_a_lune_that_cannot_be_had_is_no_reason_to_use_the_clock(space, tmp_path, monkeypatch):
    def fail(name):
        raise PocketDigitsError("lune could not be built")

    stand_in(tmp_path, monkeypatch, "#!/bin/sh\nexit 0")
    space.tools.path = fail
    with pytest.raises(PocketDigitsError, match="lune could not be built"):
        count_baseline(space)


def test_another_version_of_valgrind_is_tried_again(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, "#!/bin/sh\necho valgrind-3.19.0")
    assert callgrind.version() == "3.19.0"
    stand_in(tmp_path, monkeypatch, "#!/bin/sh\nexit 1")
    assert callgrind.version() is None


def test_the_report_says_why_nothing_was_counted():
    why = "valgrind was ended by signal 4"
    timed = measurement(
        cost_method="wall-clock",
        instructions_per_inference=None,
        baseline_instructions=None,
        not_measured={"instructions_per_inference": why},
    )
    console = Console(file=io.StringIO(), width=1000)
    console.print(terminal.tables(report(timed)))
    assert f"Instructions were not counted: {why}." in console.file.getvalue()
    assert ("instructions_per_inference", why) in sentences.unmeasured(report(timed))
