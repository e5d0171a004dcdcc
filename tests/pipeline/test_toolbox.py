"""Tools in the background of a run: one that cannot be had ends it at once."""

import os
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, Future
from io import StringIO
from pathlib import Path

import psutil
import pytest
from release_runs import CONFIG, OFFLINE
from rich.console import Console
from stand_in_tools import program
from waiting import until

from pipeline import toolchain
from pipeline.errors import PocketDigitsError, Stopped
from pipeline.fingerprint import REPOSITORY
from pipeline.progress import Progress
from pipeline.toolbox import Toolbox

SECONDS_TO_END = 300  # when a release that should have ended is killed


@pytest.fixture
def progress():
    with Progress(Console(file=StringIO())) as shown:
        yield shown


@pytest.fixture
def asked(monkeypatch):
    """Have rojo refused and the others found, and return the names that were asked for."""
    names = []

    def resolve(name, report, stop):
        names.append(name)
        if name == "rojo":
            raise PocketDigitsError("rojo is missing")
        return Path(name)

    monkeypatch.setattr(toolchain, "resolve", resolve)
    return names


def test_nothing_is_tried_before_it_is_needed(progress, asked):
    with Toolbox(["lune"], progress) as tools:
        assert asked == []
        assert tools.path("lune") == Path("lune")


def test_a_tool_that_cannot_be_had_ends_a_wait_for_work_that_never_ends(progress, asked):
    endless = Future()
    with Toolbox(["rojo"], progress) as tools, pytest.raises(PocketDigitsError, match="rojo"):
        tools.wait([endless])


def test_after_a_failure_no_other_tool_is_tried(progress, asked):
    with Toolbox(["darklua", "rojo", "lune"], progress) as tools:
        with pytest.raises(PocketDigitsError, match="rojo is missing"):
            tools.path("lune")
        assert tools.path("darklua") == Path("darklua")
    assert asked == ["darklua", "rojo"]


@pytest.fixture
def slow(monkeypatch):
    """Have every tool take for ever, and return an event for the begin and one for the end."""
    begun, stopped = threading.Event(), threading.Event()

    def resolve(name, report, stop):
        begun.set()
        if stop.wait(60):
            stopped.set()
        raise Stopped(name)

    monkeypatch.setattr(toolchain, "resolve", resolve)
    return begun, stopped


def test_work_that_fails_ends_a_wait_while_tools_are_built(progress, slow):
    failed, endless = Future(), Future()
    failed.set_exception(PocketDigitsError("diverged"))
    with Toolbox(["lune"], progress) as tools, pytest.raises(PocketDigitsError, match="diverged"):
        tools.wait([endless, failed])


def test_finished_work_does_not_wait_for_tools(progress, slow):
    done = Future()
    done.set_result(None)
    with Toolbox(["lune"], progress) as tools:
        tools.wait([done])


def test_leaving_stops_a_build_and_begins_no_other(progress, slow):
    begun, stopped = slow
    done = Future()
    done.set_result(None)
    with Toolbox(["rojo", "lune"], progress) as tools:
        tools.wait([done])
        assert begun.wait(60)
    with pytest.raises(Stopped):
        tools.path("rojo")
    with pytest.raises(CancelledError):
        tools.path("lune")
    assert stopped.is_set()


@pytest.fixture
def release(tmp_path):
    """Return a function that begins a long release on a machine where cargo is this script."""
    if os.name == "nt":
        pytest.skip("the stand-in programs are POSIX scripts")

    def start(cargo):
        program(tmp_path / "path" / "cargo", f"#!/bin/sh\n{cargo}")
        (tmp_path / "networks.yaml").write_text(CONFIG.replace("epochs: 8", "epochs: 100000"))
        words = [
            *(sys.executable, "-m", "release", "release", "linear", "--dataset", "synthetic"),
            *("--config", tmp_path / "networks.yaml"),
            *("--build", tmp_path / "build", "--dist", tmp_path / "dist"),
        ]
        path = [tmp_path / "path", Path(sys.executable).parent, "/usr/bin", "/bin"]
        environment = {
            **os.environ,
            **OFFLINE,
            "PATH": os.pathsep.join(map(str, path)),
            "POCKET_DIGITS_CACHE": str(tmp_path / "cache"),
        }
        process = subprocess.Popen(
            words,
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        timers.append(threading.Timer(SECONDS_TO_END, process.kill))
        timers[-1].start()
        return process

    timers = []
    yield start
    for timer in timers:
        timer.cancel()


@pytest.mark.slow
def test_a_release_whose_cargo_fails_ends_in_the_middle_of_its_training(release, tmp_path):
    fail = tmp_path / "fail"
    waits = f'while [ ! -e "{fail}" ]; do /bin/sleep 0.1; done'
    lines = []
    with release(f"{waits}\necho broken >&2\nexit 9\n") as run:
        for line in run.stdout:
            lines.append(line)
            if "… get rojo" in line:
                fail.touch()
    assert run.returncode == 1
    text = "".join(lines)
    assert "train linear, seed 2: stopped" in text
    assert "ended with exit code 9" in text
    assert text.count("missing") == 1


@pytest.mark.slow
def test_a_release_that_is_ended_leaves_no_cargo(release):
    lines, cargo = [], []
    with release("/bin/sleep 600 & wait\n") as run:
        for line in run.stdout:
            lines.append(line)
            if "… get rojo" in line:
                (worker,) = until(lambda: shells(run.pid))
                cargo += [worker, *until(worker.children)]
                run.terminate()
    assert run.returncode == 130
    assert "finished stages are kept" in lines[-1], lines
    _, alive = psutil.wait_procs(cargo, timeout=60)
    assert not alive


def shells(parent):
    return [each for each in psutil.Process(parent).children() if "install" in each.cmdline()]
