"""A run says of which commit it is, and with what it was measured."""

import subprocess

import pytest

from benchmarks.measure import environment
from pipeline import toolchain


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository of one commit."""

    def git(*arguments):
        settings = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        command = ["git", *settings, *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)

    git("init", "--quiet")
    (tmp_path / "file").write_text("one")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    monkeypatch.setattr(environment, "REPOSITORY", tmp_path)
    return tmp_path, git("rev-parse", "HEAD").stdout.strip()


def test_the_commit_is_told_in_full_and_in_short(repository):
    _, commit = repository
    found = environment.environment()
    assert (found.commit, found.edited) == (commit, False)
    assert found.title == f"commit {commit[:9]}"


def test_edited_files_are_told(repository):
    folder, _ = repository
    (folder / "file").write_text("two")
    assert environment.environment().title.endswith(" with edited files")


def test_outside_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "REPOSITORY", tmp_path)
    found = environment.environment()
    assert (found.commit, found.edited) == (None, False)
    assert found.title == "no commit (outside git)"


def test_the_versions_are_those_in_use():
    found = environment.environment()
    assert found.tools["lune"] == toolchain.pinned("lune").version
    assert found.python.count(".") == 2
    assert "keras" in found.libraries
    assert " cores, " in found.machine
