"""The version of what is built: the git tag, or a development version that cannot be published."""

from __future__ import annotations

from dunamai import Style, Version

from pipeline.hashes import REPOSITORY

UNTAGGED = "0.0.0-dev"


def version() -> str:
    """Return `1.2.3` at the clean tag v1.2.3, else the next patch's `1.2.4-dev.N.COMMIT`.

    A tree with uncommitted changes ends in `.dirty`; one outside git is `0.0.0-dev`.
    """
    try:
        found = Version.from_git(path=REPOSITORY)
    except RuntimeError:
        return UNTAGGED
    if found.distance == 0 and not found.dirty:
        return found.serialize(metadata=False, style=Style.SemVer)
    dirty = ".dirty" if found.dirty else ""
    return f"{found.bump().base}-dev.{found.distance}.{found.commit}{dirty}"


def commit() -> str | None:
    """Return the full commit that is checked out, or None outside git."""
    try:
        return Version.from_git(path=REPOSITORY, full_commit=True).commit
    except RuntimeError:
        return None
