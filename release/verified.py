"""The record that a release was rebuilt and found to be the same: `verified.json`."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from pipeline import artifacts
from pipeline import fingerprint as hashes
from pipeline.layers import Strict
from release.manifest import MANIFEST_FILE

VERIFIED_FILE = "verified.json"


class Verified(Strict):
    """What was rebuilt: the release that has this manifest, and so these files."""

    manifest_sha256: str


def write(dist: Path, build: Path) -> Path:
    """Note in the build folder that `dist` was rebuilt and is the same, byte for byte."""
    path = build / VERIFIED_FILE
    seen = Verified(manifest_sha256=hashes.file_hash(dist / MANIFEST_FILE))
    build.mkdir(parents=True, exist_ok=True)
    artifacts.write_atomically(path, seen.model_dump_json(indent=2) + "\n")
    return path


def missing(dist: Path, build: Path) -> str | None:
    """Return why `dist` does not count as verified, or None when it does."""
    path = build / VERIFIED_FILE
    todo = f"run `nox -s verify -- {dist}`"
    if not path.is_file():
        return f"it was not verified: there is no {path}; {todo}"
    try:
        seen = Verified.model_validate_json(path.read_bytes())
    except ValidationError:
        return f"it was not verified: {path} is no record of this version; {todo}"
    if seen.manifest_sha256 != hashes.file_hash(dist / MANIFEST_FILE):
        return f"it was not verified: {path} is of another release; {todo}"
    return None
