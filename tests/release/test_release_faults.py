"""What can go wrong around a release: each ends in a message, and in the same files as ever."""

import errno
import os
import random
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from filelock import FileLock
from release_runs import hashes, reproducible, run, start

from pipeline import toolchain
from pipeline.errors import PocketDigitsError
from release import bundle
from release.bundle import require_replaceable
from release.release import Release

SHARE_TO_KILL_WITHIN = 1.2  # of what an undisturbed run takes
ONE = ("linear", "--seeds", "1")


@pytest.fixture(scope="module")
def alone(released, tmp_path_factory):
    """The release of one network, undisturbed."""
    folder = shutil.copytree(released, tmp_path_factory.mktemp("alone") / "release")
    result = run(folder, *ONE, dist="alone")
    assert result.exit_code == 0, result.output
    return folder / "alone"


def finished(process):
    error = process.communicate()[1]
    assert process.returncode == 0, error.decode()


@pytest.fixture(scope="module")
def elsewhere(released, tmp_path_factory):
    """Return the release of another user in other places, and the seconds that it took."""
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(released / "networks.yaml", folder)
    home = folder / "home"
    home.mkdir()
    cache = os.environ.get("POCKET_DIGITS_CACHE") or str(toolchain.cache())
    other = {
        "POCKET_DIGITS_CACHE": cache,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "USER": "somebody",
        "LOGNAME": "somebody",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "4711",
    }
    began = time.monotonic()
    finished(start(folder, *ONE, **other))
    return folder / "dist", time.monotonic() - began


@pytest.mark.slow
def test_another_user_time_zone_locale_and_hash_seed_give_the_same_bytes(alone, elsewhere):
    dist, _ = elsewhere
    assert reproducible(dist) == reproducible(alone)
    assert len(reproducible(alone)) == 7


@pytest.mark.slow
def test_killed_at_random_moments_and_repeated_ends_with_the_same_files(
    alone, elsewhere, released, tmp_path, pytestconfig
):
    folder = tmp_path
    shutil.copy(released / "networks.yaml", folder)
    _, undisturbed = elsewhere
    moments = random.Random(8)
    kills = 0
    while kills < pytestconfig.getoption("--kills"):
        if (folder / "dist").exists():  # begin anew, with nothing
            shutil.rmtree(folder / "dist")
            shutil.rmtree(folder / "build")
        process = start(folder, *ONE)
        try:
            process.wait(moments.uniform(0, undisturbed * SHARE_TO_KILL_WITHIN))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        else:
            finished(process)
        if (folder / "dist").exists():  # then all of it
            Release.read(folder / "dist")
            assert reproducible(folder / "dist") == reproducible(alone)
    finished(start(folder, *ONE))
    assert reproducible(folder / "dist") == reproducible(alone)


def test_an_edited_weights_file_is_named_and_made_again(work):
    before = hashes(work / "dist")
    weights = work / "build" / "linear" / "seed-1" / "quantized" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\0")
    result = run(work)
    assert result.exit_code == 0, result.output
    assert f"{weights.parent}: {weights.name} was changed by hand" in result.output
    assert hashes(work / "dist") == before


def test_a_clock_that_was_set_back_changes_nothing(work):
    before = hashes(work / "dist")
    in_years = time.time() + 1e9
    for path in (work / "build").rglob("*"):
        os.utime(path, (in_years, in_years))
    result = run(work)
    assert result.exit_code == 0, result.output
    assert "✓ train" not in result.output
    assert "✓ measure" not in result.output
    assert hashes(work / "dist") == before


@pytest.mark.parametrize("remade", [True, False], ids=["all files", "the copy in dist alone"])
def test_a_disk_that_gets_full_leaves_the_older_release(remade, work, tmp_path, monkeypatch):
    def full(source, target, **_):
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if remade:
        shutil.rmtree(work / "build" / bundle.STAGE)
        dist = work / "dist"
    else:
        dist = tmp_path / "dist"
        shutil.copytree(work / "dist", dist)
        (dist / "SHA256SUMS").write_bytes(b"edited")
    before = hashes(dist)
    monkeypatch.setattr(shutil, "copyfile", full)
    result = run(work, dist=dist)
    assert result.exit_code == 1
    assert "the disk is full" in result.output
    assert hashes(dist) == before
    assert not list(dist.parent.glob(".dist.new*"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="becomes another user in a process of its own")
def test_a_read_only_release_is_refused_before_anything_begins():
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        Path(folder).chmod(0o755)
        dist = Path(folder, "dist")
        dist.mkdir()
        (dist / "manifest.json").touch()
        dist.chmod(0o555)
        child = os.fork()
        if child == 0:
            try:
                if os.getuid() == 0:  # who may write everywhere
                    os.setuid(65534)
                require_replaceable(dist)
            except PocketDigitsError as error:
                os._exit(7 if f"{dist}: read-only" in str(error) else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        dist.chmod(0o755)
        require_replaceable(dist)


def test_two_runs_in_one_build_folder_are_refused(work):
    with FileLock(work / "build" / ".lock"):
        result = run(work)
    assert result.exit_code == 1
    assert "another run is at work" in result.output
