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
class Provenance:
    """Version, full commit (None outside git), and the dataset that trained the networks."""

    version: str
    commit: str | None
    dataset: str

    def __str__(self) -> str:
        commit = f", commit {self.commit}" if self.commit else ""
        return f"pocket-digits {self.version}{commit}, trained on {self.dataset}"


def version(repository: Path = REPOSITORY) -> str:
    """Return `1.2.3` at the clean tag v1.2.3, else the next patch's `1.2.4-dev.N.gCOMMIT`.

    N counts the commits since the tag. A tag may also be v1.2.3-rc.1 (alpha, beta); any other is
    ignored. A tree with uncommitted changes ends in `.dirty`; one outside git is `0.0.0-dev`.
    """
    described = _describe(repository)
    if described is None:
        return UNTAGGED
    if described.distance == 0 and not described.dirty:
        return described.serialize(metadata=False, style=Style.SemVer)
    base = described.base if described.stage else described.bump().base
    # The g, as git has it, because digits alone must not begin with 0 in a semantic version.
    commit = f".g{described.commit[:COMMIT_DIGITS]}" if described.commit else ""
    dirty = ".dirty" if described.dirty else ""
    return f"{base}-dev.{described.distance}{commit}{dirty}"


def commit(repository: Path = REPOSITORY) -> str | None:
    """Return the full commit that is checked out, or None outside git."""
    described = _describe(repository)
    return None if described is None else described.commit


def is_release(version: str) -> bool:
    """Whether a version comes from a tag, not from a tree in development."""
    return re.fullmatch(RELEASE, version) is not None


def _describe(repository: Path) -> Version | None:
    try:
        return Version.from_git(f"^v{RELEASE}$", full_commit=True, path=repository)
    except RuntimeError:
        return None
