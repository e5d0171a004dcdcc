"""Where a release comes from: the git tag or a development version, the commit, the dataset."""

import re
from dataclasses import dataclass
from pathlib import Path

from dunamai import Style, Version

from pipeline.fingerprint import REPOSITORY

UNTAGGED = "0.0.0-dev"
COMMIT_DIGITS = 10  # always as many: git's own choice differs between clones of one repository
RELEASE = r"(?P<base>\d+\.\d+\.\d+)(-(?P<stage>alpha|beta|rc)\.(?P<revision>\d+))?"


@dataclass(frozen=True)
class Checkout:
    """The version and the full commit (None outside git) of the files that are checked out."""

    version: str
    commit: str | None


@dataclass(frozen=True)
class Provenance(Checkout):
    """A checkout, and the dataset that trained the networks."""

    dataset: str

    def __str__(self) -> str:
        commit = f", commit {self.commit}" if self.commit else ""
        return f"pocket-digits {self.version}{commit}, trained on {self.dataset}"


def checkout(repository: Path = REPOSITORY) -> Checkout:
    """Return version `1.2.3` at the clean tag v1.2.3, else the next patch's `1.2.4-dev.N.gCOMMIT`.

    N counts the commits since the tag. A tag may also be v1.2.3-rc.1 (alpha, beta); any other is
    ignored. A tree with uncommitted changes ends in `.dirty`; one outside git is `0.0.0-dev`.
    """
    try:
        tree = Version.from_git(f"^v{RELEASE}$", full_commit=True, path=repository)
    except RuntimeError:
        return Checkout(UNTAGGED, None)
    if tree.distance == 0 and not tree.dirty:
        return Checkout(tree.serialize(metadata=False, style=Style.SemVer), tree.commit)
    base = tree.base if tree.stage else tree.bump().base
    # The g, as git has it, because digits alone must not begin with 0 in a semantic version.
    commit = f".g{tree.commit[:COMMIT_DIGITS]}" if tree.commit else ""
    dirty = ".dirty" if tree.dirty else ""
    return Checkout(f"{base}-dev.{tree.distance}{commit}{dirty}", tree.commit)


def is_release(version: str) -> bool:
    """Whether a version comes from a tag, not from a tree in development."""
    return re.fullmatch(RELEASE, version) is not None
