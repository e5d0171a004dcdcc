"""The version of what is built: the git tag, or a development version that cannot be published."""

from __future__ import annotations

import re
from pathlib import Path

from dunamai import Style, Version

from pipeline.fingerprint import REPOSITORY

UNTAGGED = "0.0.0-dev"
COMMIT_DIGITS = 10  # always as many: git's own choice differs between clones of one repository
RELEASE = r"(?P<base>\d+\.\d+\.\d+)(-(?P<stage>alpha|beta|rc)\.(?P<revision>\d+))?"


def version(repository: Path = REPOSITORY) -> str:
    """Return `1.2.3` at the clean tag v1.2.3, else the next patch's `1.2.4-dev.N.gCOMMIT`.

    N counts the commits since the tag. A tag may also be v1.2.3-rc.1 (alpha, beta); any other is
    passed over. A tree with uncommitted changes ends in `.dirty`; one outside git is `0.0.0-dev`.
    """
    found = _found(repository)
    if found is None:
        return UNTAGGED
    if found.distance == 0 and not found.dirty:
        return found.serialize(metadata=False, style=Style.SemVer)
    base = found.base if found.stage else found.bump().base
    # The g, as git has it, because digits alone must not begin with 0 in a semantic version.
    commit = f".g{found.commit[:COMMIT_DIGITS]}" if found.commit else ""
    dirty = ".dirty" if found.dirty else ""
    return f"{base}-dev.{found.distance}{commit}{dirty}"


def commit(repository: Path = REPOSITORY) -> str | None:
    """Return the full commit that is checked out, or None outside git."""
    found = _found(repository)
    return None if found is None else found.commit


def is_release(version: str) -> bool:
    """Whether a version is one that a tag gave, and not of a tree in development."""
    return re.fullmatch(RELEASE, version) is not None


def _found(repository: Path) -> Version | None:
    try:
        return Version.from_git(f"^v{RELEASE}$", full_commit=True, path=repository)
    except RuntimeError:
        return None
