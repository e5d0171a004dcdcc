"""Atomic stage folders and files, and a record of their inputs.

A stage is a folder with a `stage.json`, which records the stage's inputs, their fingerprint and
the SHA-256 of every file. `run_stage` fills it under a hidden name and moves it into place when it
is complete. A run may be killed at any moment: the next one finds the old folder, the new one or
none, never a partial one. The `fingerprint` of a finished stage is an input of the next.
"""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import file_hashes, value_hash

RECORD = "stage.json"


def run_stage(
    folder: Path,
    inputs: Mapping[str, Any],
    make: Callable[[Path], None],
    on_damage: Callable[[list[str]], None] | None = None,
) -> bool:
    """Make `folder` unless it is up to date with `inputs`; return whether it was made.

    `inputs` is a JSON value of all that `make` depends on, by value or by fingerprint. `make`
    fills the empty folder that it receives. If files were edited, added or removed since, the
    stage is made again, and `on_damage` receives their paths in the folder.

    Raises PocketDigitsError when the disk is full; other errors of `make` pass through. Either
    way `folder` stays as it was.
    """
    made_from = json.loads(json.dumps(inputs, allow_nan=False))
    with full_disk_explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(_sibling(folder, "lock")):
            new = _sibling(folder, "new")
            _remove(new)  # what a killed run left
            _remove(_sibling(folder, "old"))
            damaged = _damaged(folder, made_from)
            if damaged == []:
                return False
            if damaged and on_damage is not None:
                on_damage(damaged)
            new.mkdir()
            try:
                make(new)
                record = _record(made_from, file_hashes(new))
                write_atomically(new / RECORD, json.dumps(record, indent=2, sort_keys=True) + "\n")
                replace_folder(new, folder)
            finally:
                _remove(new)
            return True


def fingerprint(folder: Path) -> str:
    """Return the fingerprint of a finished stage's files, whatever its inputs were.

    Raises PocketDigitsError when `folder` is not a finished stage.
    """
    record = _read_record(folder)
    if record is None:
        raise PocketDigitsError(
            f"{folder} has no readable {RECORD}, so it is not a finished stage. "
            "Delete the folder and run again."
        )
    return value_hash(record["files"])


def read(path: Path, advice: str) -> bytes:
    """Return a file's bytes. Raises PocketDigitsError, with advice if there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PocketDigitsError(f"{path}: no such file; {advice}") from error
    except OSError as error:
        problem = f"{error.strerror}, expected a file that can be read; name another"
        raise PocketDigitsError(f"{path}: {problem}") from error


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write a file (text as UTF-8, newlines as given) so that readers see all of it or none.

    Supports one writer at a time. Raises PocketDigitsError when the disk is full.
    """
    new = _sibling(path, "new")
    with full_disk_explained(path):
        try:
            with new.open("wb") as file:
                file.write(data.encode() if isinstance(data, str) else data)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def replace_folder(new: Path, target: Path) -> None:
    """Move the folder `new` to `target`, replacing any folder there.

    A kill leaves `target` as the old folder, the new one, or none; a failure leaves the old one.
    Both must be on one file system.
    """
    old = _sibling(target, "old")
    _remove(old)
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    _remove(old)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a new temporary folder, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as folder:
        yield Path(folder)


@contextmanager
def full_disk_explained(path: Path) -> Iterator[None]:
    """Turn the error of a full disk into a PocketDigitsError that names `path`."""
    try:
        yield
    except Exception as error:
        # HDF5 and safetensors report it in the message only.
        full = "No space left on device" in str(error) or (
            isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        )
        if not full or isinstance(error, PocketDigitsError):
            raise
        raise PocketDigitsError(
            f"{path} could not be written: the disk is full. Free some space, then run again; "
            "nothing half-written was left."
        ) from error


def _sibling(path: Path, role: str) -> Path:
    return path.with_name(f".{path.name}.{role}")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _record(inputs: object, files: dict[str, str]) -> dict[str, Any]:
    return {"inputs": inputs, "fingerprint": value_hash(inputs), "files": files}


def _read_record(folder: Path) -> dict[str, Any] | None:
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and "files" in record else None


def _damaged(folder: Path, inputs: object) -> list[str] | None:
    """Return the files that changed since the stage was made; None if not from `inputs`."""
    if not (folder / RECORD).is_file():
        return None
    record = _read_record(folder)
    files = file_hashes(folder)
    del files[RECORD]
    if record == _record(inputs, files):
        return []
    if record is None or record != _record(inputs, record["files"]):
        return None
    recorded = record["files"]
    return sorted(
        name for name in files.keys() | recorded.keys() if files.get(name) != recorded.get(name)
    )
