"""Worker processes: progress and errors come back, and a stop does not wait."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from waiting import until

from pipeline.errors import PocketDigitsError, Stopped
from pipeline.fingerprint import REPOSITORY
from pipeline.workers import workers


def ignore(share, detail):
    pass


def write_process(path, update):
    update(0.5, "half")
    path.write_text(f"{os.getpid()} {os.environ['OMP_NUM_THREADS']}")
    update(1.0, "all")


def refuse(update):
    raise PocketDigitsError("net: a weight became NaN")


def die(update):
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(600)


def sleep(update):
    update(0.0, "")
    time.sleep(600)


def test_work_is_done_in_another_process_of_one_thread(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    path = tmp_path / "process"
    with workers() as pool:
        pool.run(write_process, path, update=ignore)
    process, threads = path.read_text().split()
    assert int(process) != os.getpid()
    assert threads == "1"


def test_all_progress_arrives_in_order_before_the_call_returns(tmp_path):
    updates = []
    with workers() as pool:
        pool.run(write_process, tmp_path / "x", update=lambda *each: updates.append(each))
        assert updates == [(0.5, "half"), (1.0, "all")]


def test_an_error_comes_back_as_it_was_raised():
    with workers() as pool, pytest.raises(PocketDigitsError, match="net: a weight became NaN"):
        pool.run(refuse, update=ignore)


def test_a_worker_that_was_killed_is_a_failure_that_the_user_can_fix():
    with (
        workers() as pool,
        pytest.raises(PocketDigitsError, match="because memory ran out"),
    ):
        pool.run(die, update=ignore)


def test_leaving_stops_running_work():
    begun, stopped = threading.Event(), []

    def work(pool):
        with pytest.raises(Stopped) as caught:
            pool.run(sleep, update=lambda *_: begun.set())
        stopped.append(caught)

    with workers() as pool:
        busy = threading.Thread(target=work, args=(pool,))
        busy.start()
        assert begun.wait(60)
    busy.join(60)
    assert stopped


def test_after_the_end_no_work_begins():
    with workers() as pool:
        pass
    with pytest.raises(Stopped):
        pool.run(sleep, update=ignore)


SLEEPER = """
import sys
from pathlib import Path
sys.path[:0] = ["tests/pipeline", "tests/support"]
import test_workers
from pipeline.workers import workers

if __name__ == "__main__":
    with workers() as pool:
        pool.run(test_workers.say_and_sleep, Path(sys.argv[1]), update=test_workers.ignore)
"""


def say_and_sleep(path, update):
    path.write_text(str(os.getpid()))
    time.sleep(600)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc to see a process end")
def test_a_worker_ends_with_a_parent_that_was_killed(tmp_path):
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    said = tmp_path / "process"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, tmp_path / "sleeper.py", said]
    parent = subprocess.Popen(command, cwd=REPOSITORY, env=environment)
    until(said.exists)
    parent.kill()
    parent.wait()
    worker = int(until(said.read_text))
    until(lambda: not Path(f"/proc/{worker}").exists())
