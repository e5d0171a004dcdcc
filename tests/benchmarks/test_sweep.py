"""Sweeps on Dask: what is finished stays so, whoever is killed."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import smoke_config
from distributed import Client

from benchmarks.measure import predict
from benchmarks.studies.sweep import run
from benchmarks.studies.sweep import task as sweep_task
from benchmarks.studies.sweep.task import Job
from pipeline import config
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

SEEDS = 3
PATIENCE = 600  # seconds, for a machine that has other things to do


KNOWN = config.load()
SMOKE = KNOWN.recipes["smoke"]


@pytest.fixture
def job():
    architecture = KNOWN.architectures["perceptron"].under(SMOKE).architecture
    return Job(architecture, SMOKE, "synthetic", "0" * 64, "build", sweep_task.surroundings())


def test_the_same_job_has_the_same_key(job):
    assert job.key == replace(job).key
    assert job.key.startswith("perceptron-seed-1-")


@pytest.mark.parametrize(
    "changed",
    [
        lambda job: replace(job, architecture=job.architecture.with_seed(2)),
        lambda job: replace(job, dataset="1" * 64),
        lambda job: replace(job, build="elsewhere"),
        lambda job: replace(job, surroundings=job.surroundings | {"keras": "0.1"}),
    ],
    ids=["seed", "dataset", "build", "surroundings"],
)
def test_what_gives_other_files_has_another_key(job, changed):
    assert changed(job).key != job.key


def test_another_limit_has_the_same_key_since_workers_do_not_judge(job):
    lower = SMOKE.model_copy(update={"accuracy_floor": 0.1})
    entry = KNOWN.architectures["perceptron"].under(lower)
    assert entry.limits != KNOWN.architectures["perceptron"].under(SMOKE).limits
    assert replace(job, architecture=entry.architecture).key == job.key


def test_a_worker_that_is_not_what_the_client_is_refuses(job):
    other = job.surroundings | {"keras": "0.1", "code": "other"}
    with pytest.raises(PocketDigitsError, match="another code, keras than the client"):
        sweep_task.make(replace(job, surroundings=other))


def test_files_that_come_from_another_disk_replace_older_stages_whole(tmp_path):
    there, here = tmp_path / "there", tmp_path / "here"
    for folder, text in ((there, "new"), (here, "old")):
        for stage in sweep_task.STAGES:
            (folder / stage).mkdir(parents=True)
            (folder / stage / "stage.json").write_text(text)
    (here / "trained" / "left-over").write_text("old")
    sweep_task.write(sweep_task.read(there), here)
    assert sweep_task.read(here) == sweep_task.read(there)
    assert not list(here.glob(".*"))


def start(folder, configuration, seeds, *where):
    path = os.pathsep.join(
        each for each in os.get_exec_path() if not shutil.which("valgrind", path=each)
    )
    words = ("perceptron", "--seeds", seeds, "--recipe", "smoke", *where)
    files = ("--dataset", "synthetic", "--config", configuration, "--build", folder / "build")
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks", "sweep", *map(str, (*words, *files))],
            cwd=REPOSITORY,
            env={**os.environ, "PATH": path},
            stdout=log,
            stderr=log,
        )


def until(told, client=None):
    """Return the first true thing that is told, while the client runs."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answer := told():
            return answer
        assert client is None or client.poll() is None, "the sweep ended too early"
        time.sleep(0.02)
    raise AssertionError(f"{told} has told nothing for {PATIENCE} s")


def workers(client):
    return [child for child in psutil.Process(client.pid).children() if is_worker(child)]


def is_worker(process):
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


@pytest.mark.slow
def test_a_killed_worker_and_a_killed_client_lose_nothing_that_was_finished(
    tmp_path, lune, rojo, darklua
):
    seeds = tmp_path / "build" / "sweep" / "smoke" / "perceptron"
    configuration = smoke_config.write(tmp_path)

    def finished():
        return {
            path: path.stat().st_mtime_ns
            for path in seeds.glob("seed-*/*/stage.json")
            if (path.parents[1] / predict.FOLDER / "stage.json").exists()
        }

    client = start(tmp_path, configuration, SEEDS, "--workers", 2)
    until(lambda: len(list(seeds.glob("seed-*/.trained.new"))) == 2, client)  # both are at work
    workers(client)[0].kill()
    until(finished, client)
    left = workers(client)
    client.kill()
    client.wait()
    _, alive = psutil.wait_procs(left, timeout=PATIENCE)
    assert not alive
    kept = finished()
    assert kept

    again = start(tmp_path, configuration, SEEDS, "--workers", 2)
    assert again.wait(PATIENCE) == 0, (tmp_path / "log").read_text()
    now = finished()
    assert {path: now[path] for path in kept} == kept
    report = json.loads((seeds.parent / "report.json").read_bytes())
    (row,) = report["rows"]
    assert row["seeds"] == [1, 2, 3]
    assert row["accuracy_worst"] <= row["accuracy_mean"]


def test_workers_are_not_looked_into_while_they_work():
    with run.cluster(None, 1, "1 GiB") as client:
        looked_into = client.run(lambda dask_worker: "profile" in dask_worker.periodic_callbacks)
    assert list(looked_into.values()) == [False]


def dask(folder, name, *words, **variables):
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", name, *map(str, words)],
            cwd=folder,
            env={**os.environ, **variables},
            stdout=log,
            stderr=log,
        )


@pytest.fixture
def scheduler(tmp_path):
    """Return the address of one that knows nothing of this project; its workers have a checkout."""
    for name in ("benchmarks", "pipeline", "roblox"):
        shutil.copytree(REPOSITORY / name, tmp_path / "checkout" / name)
    shutil.copy(REPOSITORY / "rokit.toml", tmp_path / "checkout")
    file, quiet = tmp_path / "scheduler.json", ("--no-dashboard", "--host", "127.0.0.1")
    started = [dask(tmp_path, "scheduler", "--port", 0, "--scheduler-file", file, *quiet)]
    until(lambda: file.exists() and file.read_text().endswith("}"), started[0])  # whole
    address = json.loads(file.read_text())["address"]
    words = (address, "--nthreads", 1, "--nworkers", 1, *quiet)
    variables = {
        "PYTHONPATH": str(tmp_path / "checkout"),
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    }
    started.append(dask(tmp_path, "worker", *words, **variables))
    with Client(address) as client:
        client.wait_for_workers(1, timeout=PATIENCE)
    yield address
    for process in reversed(started):
        process.terminate()
        process.wait()


@pytest.mark.slow
def test_a_scheduler_without_this_code_has_its_workers_train(
    tmp_path, scheduler, lune, rojo, darklua
):
    client = start(tmp_path, smoke_config.write(tmp_path), 2, "--scheduler", scheduler)
    assert client.wait(PATIENCE) == 0, (tmp_path / "log").read_text()
    below = Path("build", "sweep", "smoke")
    report = json.loads((tmp_path / below / "report.json").read_bytes())
    assert report["rows"][0]["seeds"] == [1, 2]
    there = tmp_path / "checkout" / below / "perceptron" / "seed-1"
    assert sweep_task.read(there) == sweep_task.read(tmp_path / below / "perceptron" / "seed-1")
