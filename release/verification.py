"""The record that a release was rebuilt and is the same, byte for byte: `verified.json`."""

from pathlib import Path

from pydantic import ValidationError

from pipeline import artifacts
from pipeline.fingerprint import file_hash
from pipeline.layers import Strict
from release.files import MANIFEST_FILE

VERIFICATION_FILE = "verified.json"


class Verification(Strict):
    """Names the release that was rebuilt, by its manifest, and so by all its files."""

    manifest_sha256: str


def record(dist: Path, build: Path) -> None:
    """Record in the build folder that `dist` was rebuilt and is the same."""
    verification = Verification(manifest_sha256=file_hash(dist / MANIFEST_FILE))
    build.mkdir(parents=True, exist_ok=True)
    text = verification.model_dump_json(indent=2) + "\n"
    artifacts.write_atomically(build / VERIFICATION_FILE, text)


def reason_unverified(dist: Path, build: Path) -> str | None:
    """Return why `dist` does not count as verified, or None when it does."""
    path = build / VERIFICATION_FILE
    try:
        verification = Verification.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        why = f"there is no {path}"
    except ValidationError:
        why = f"{path} is no record of this version"
    else:
        if verification.manifest_sha256 == file_hash(dist / MANIFEST_FILE):
            return None
        why = f"{path} is of another release"
    return f"it was not verified: {why}; run `nox -s verify -- {dist}`"
