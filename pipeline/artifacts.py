"""Folders and files that are either whole or not there, and know what they were made from.

A stage is a folder with a `stage.json` beside the files it describes: the inputs it was made
from, their fingerprint, and the SHA-256 of every file. It is made under a hidden name and moved
into place when complete, so a run may be killed at any moment: the next one finds the old folder,
the new one or none, never a part of one. Use: `run_stage`, then `fingerprint` as an input of the
next.
"""

import errno
import json
import os
import shutil
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
    """Make `folder` from `inputs`, unless it is already what they make.

    `inputs` is anything JSON can hold: everything that `make` depends on, by value or by hash.
    `make` fills the empty folder it is given. A file that was since edited, added or removed has
    the stage made again, and `on_damage` is told its path in the folder. Returns True when it was
    made, False when it was skipped as unchanged.

    Raises PocketDigitsError when the disk is full; whatever else `make` raises passes through.
    Either way `folder` is left as it was.
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
    """Return the fingerprint of what a finished stage holds, whatever it was made from.

    Raises PocketDigitsError when `folder` is not a finished stage.
    """
    record = _read_record(folder)
    if record is None:
        raise PocketDigitsError(
            f"{folder} has no readable {RECORD}, so it is not a finished stage. "
            "Delete the folder and run again."
        )
    return value_hash(record["files"])


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write a file (text as UTF-8, newlines as given) so that it is seen whole or not at all.

    For one writer at a time. Raises PocketDigitsError when the disk is full.
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
    """Move the folder `new` to `target`, in place of what may be there.

    A kill in between leaves `target` as the old folder, the new one, or none; a failure leaves
    the old one. Both must be on one file system.
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
def full_disk_explained(path: Path) -> Iterator[None]:
    """Turn a full disk met while writing `path` into a PocketDigitsError."""
    try:
        yield
    except Exception as error:
        # HDF5 and safetensors report it in words only.
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
    """Return the files that are not as they were made; None where nothing was made of `inputs`."""
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
