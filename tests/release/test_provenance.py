"""Which version a tree has: from git's tags, in repositories made for the test."""

import re

import pytest

from pipeline.command import run
from release.provenance import UNTAGGED, Checkout, checkout, is_release

SEMANTIC = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
)


class Repository:
    def __init__(self, folder):
        self.folder = folder
        self.git("init", "--quiet")

    def git(self, *words):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "tag.gpgSign=false")
        return run("git", *who, *words, cwd=self.folder).strip()

    def commit(self):
        self.git("commit", "--quiet", "--no-gpg-sign", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def tag(self, name):
        self.git("tag", "--annotate", name, "--message", name)


def version(folder):
    return checkout(folder).version


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path)
    made.commit()
    return made


@pytest.mark.parametrize("tag", ["v1.2.3", "v0.1.0", "v1.2.3-rc.1", "v10.0.0-alpha.12"])
def test_clean_tree_at_a_tag_has_its_version(repository, tag):
    repository.tag(tag)
    assert version(repository.folder) == tag[1:]
    assert is_release(tag[1:])


@pytest.mark.parametrize("tag", ["v1.2", "1.2.3", "v1.2.3.4", "v1.2.3-final", "nightly"])
def test_tag_that_is_no_semantic_version_is_passed_over(repository, tag):
    repository.tag(tag)
    assert version(repository.folder).startswith("0.0.1-dev.1.g")


def test_release_is_preferred_to_its_candidate_on_the_same_commit(repository):
    repository.tag("v1.2.3-rc.1")
    repository.tag("v1.2.3")
    assert version(repository.folder) == "1.2.3"


def test_tree_after_a_tag_has_a_development_version_of_the_next(repository):
    repository.tag("v1.2.3")
    repository.commit()
    head = repository.commit()
    assert checkout(repository.folder) == Checkout(f"1.2.4-dev.2.g{head[:10]}", head)


@pytest.mark.parametrize("tracked", [True, False], ids=["tracked", "untracked"])
def test_tree_with_changes_at_a_tag_is_dirty_and_no_release(repository, tracked):
    repository.tag("v1.2.3")
    (repository.folder / "file").write_text("new")
    if tracked:
        repository.git("add", "file")
    dirty = version(repository.folder)
    assert re.fullmatch(r"1\.2\.4-dev\.0\.g[0-9a-f]{10}\.dirty", dirty)
    assert not is_release(dirty)


def test_folder_outside_git_has_no_commit(tmp_path):
    assert checkout(tmp_path) == Checkout(UNTAGGED, None)
    assert not is_release(UNTAGGED)


def test_every_version_is_semantic(repository, tmp_path):
    seen = [UNTAGGED, version(repository.folder)]
    for tag in ("v1.2.3-rc.1", "v1.2.3"):
        repository.tag(tag)
        repository.commit()
        seen.append(version(repository.folder))
    assert [one for one in seen if not SEMANTIC.fullmatch(one)] == []
