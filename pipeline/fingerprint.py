"""Hashes of values, files and folders: SHA-256 in hexadecimal."""

import hashlib
import json
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def value_hash(value: object) -> str:
    """Return the hash of anything that JSON can hold."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file below `folder`, by relative path."""
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha256.update(chunk)
    return sha256.hexdigest()
