"""Writes `.keras` files whose bytes depend on the network alone."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from pipeline.artifacts import scratch_folder

SHARED_OBJECT = re.compile(rb'("shared_object_id": )(\d+)')
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def save(network: Any, path: Path) -> None:  # noqa: ANN401 - Keras has no types
    """Save a Keras network; equal networks give equal bytes.

    Keras' own files always differ: it stamps entries and metadata with the time, and identifies
    shared objects by their memory address.
    """
    with scratch_folder() as scratch:
        saved = scratch / "network.keras"
        network.save(saved)
        path.write_bytes(_reproducible(saved.read_bytes()))


def _reproducible(keras_file: bytes) -> bytes:
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(keras_file)) as old, zipfile.ZipFile(clean, "w") as new:
        for name in sorted(old.namelist()):
            data = old.read(name)
            if name == "metadata.json":
                metadata = json.loads(data)
                del metadata["date_saved"]
                data = json.dumps(metadata, sort_keys=True).encode()
            elif name == "config.json":
                data = _with_numbered_objects(data)
            new.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), data)
    return clean.getvalue()


def _with_numbered_objects(keras_config: bytes) -> bytes:
    numbers: dict[bytes, int] = {}
    return SHARED_OBJECT.sub(
        lambda match: b"%s%d" % (match[1], numbers.setdefault(match[2], len(numbers))), keras_config
    )
