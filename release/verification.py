"""The record that a release was rebuilt and is the same, byte for byte: `verified.json`."""

import json
import shlex
from pathlib import Path

from pipeline import artifacts
from pipeline.fingerprint import file_hash
from release.files import MANIFEST_FILE

VERIFICATION_FILE = "verified.json"


def record(dist: Path, build: Path) -> None:
    """Record in the build folder that `dist` was rebuilt and is the same."""
    build.mkdir(parents=True, exist_ok=True)
    artifacts.write_atomically(build / VERIFICATION_FILE, _record(dist))


def reason_unverified(dist: Path, build: Path) -> str | None:
    """Return why `dist` does not count as verified, or None when it does."""
    path = build / VERIFICATION_FILE
    if path.is_file() and path.read_bytes() == _record(dist):
        return None
    reason = f"{path} is of another release" if path.is_file() else f"there is no {path}"
    return f"it was not verified: {reason}; run `nox -s verify -- {shlex.quote(str(dist))}`"


def _record(dist: Path) -> bytes:
    """Return what names a release: its manifest, and so all its files."""
    content = {"manifest_sha256": file_hash(dist / MANIFEST_FILE)}
    return json.dumps(content, indent=2).encode() + b"\n"
