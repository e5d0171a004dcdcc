"""The history's branch: begun, added to, and whole after pushes that race."""

import subprocess
from datetime import datetime, timezone

import pytest
from measurements import measurement, report

from benchmarks.verdict import branch, history
from pipeline.errors import PocketDigitsError

NIGHT = datetime(2026, 1, 1, 3, 17, tzinfo=timezone.utc)


def git(folder, *words):
    done = subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


@pytest.fixture
def remote(tmp_path):
    """Return a bare repository whose main branch has one commit."""
    bare = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    first = clone(bare, tmp_path / "first")
    tree = git(first, "mktree", "--missing")
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    commit = git(first, *identity, "commit-tree", tree, "-m", "first")
    git(first, "push", "--quiet", "origin", f"{commit}:refs/heads/main")
    return bare


def clone(remote, folder):
    git(remote.parent, "clone", "--quiet", "--depth=1", remote.as_uri(), str(folder))
    return folder


def lines(size):
    return history.lines_of(report(measurement(model_luau_bytes=size)), NIGHT)


def sizes(repository, tmp_path):
    file = tmp_path / "found" / branch.FILE
    branch.fetch(repository, file)
    return sorted(line.model_luau_bytes for line in history.load(file).lines)


def test_without_a_branch_the_history_is_empty(remote, tmp_path):
    assert sizes(clone(remote, tmp_path / "here"), tmp_path) == []


def test_each_night_adds_its_lines_and_leaves_what_is_checked_out(remote, tmp_path):
    here = clone(remote, tmp_path / "here")
    before = git(here, "status", "--porcelain=v2", "--branch")
    branch.push(here, lines(1000), "one")
    branch.push(here, lines(1001), "two")
    assert sizes(here, tmp_path) == [1000, 1001]
    assert git(here, "status", "--porcelain=v2", "--branch") == before
    assert git(remote, "log", "--format=%s", branch.BRANCH).split() == ["two", "one"]
    assert git(remote, "ls-tree", "--name-only", branch.BRANCH) == branch.FILE


def test_the_same_run_again_makes_no_commit(remote, tmp_path):
    here = clone(remote, tmp_path / "here")
    branch.push(here, lines(1000), "one")
    branch.push(clone(remote, tmp_path / "there"), lines(1000), "again")
    assert git(remote, "log", "--format=%s", branch.BRANCH) == "one"


@pytest.mark.parametrize("begun", [False, True])
def test_of_two_pushes_that_race_both_are_kept(remote, tmp_path, monkeypatch, begun):
    here, there = (clone(remote, tmp_path / name) for name in ("here", "there"))
    if begun:
        branch.push(here, lines(999), "before")
    commit, raced = branch._commit, []

    def while_another_pushes(*arguments, **options):
        made = commit(*arguments, **options)
        if not raced:
            raced.append(True)
            branch.push(there, lines(1001), "quicker")
        return made

    monkeypatch.setattr(branch, "_commit", while_another_pushes)
    branch.push(here, lines(1000), "slower")
    assert sizes(here, tmp_path) == [999, 1000, 1001] if begun else [1000, 1001]


def test_a_remote_that_refuses_every_time_is_told(remote, tmp_path):
    here = clone(remote, tmp_path / "here")
    git(remote, "config", "receive.denyNonFastForwards", "true")
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no, thank you >&2\nexit 1\n", newline="\n")
    hook.chmod(0o755)
    with pytest.raises(PocketDigitsError, match="no, thank you"):
        branch.push(here, lines(1000), "one")
