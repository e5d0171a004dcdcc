"""MNIST, from a named file, Keras' cache or a download, whichever comes first.

Each array is checked by its SHA-256, so a repacked file is as good as Keras' own, and a damaged
one is never used.
"""

import hashlib
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from pipeline.arrays import Uint8
from pipeline.datasets.dataset import Dataset
from pipeline.datasets.download import fetch
from pipeline.errors import PocketDigitsError
from pipeline.progress import Update

VARIABLE = "POCKET_DIGITS_MNIST"
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
ARRAYS = {  # shape, SHA-256 of the raw uint8 values
    "x_train": (
        (60000, 28, 28),
        "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    ),
    "y_train": (
        (60000,),
        "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    ),
    "x_test": (
        (10000, 28, 28),
        "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    ),
    "y_test": (
        (10000,),
        "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    ),
}


class MnistUnavailable(PocketDigitsError):  # noqa: N818 - a state of the world, not a mistake
    """MNIST is not on this machine and could not be downloaded; the message says why."""


def load(on_progress: Update | None = None) -> Dataset:
    """Return MNIST from POCKET_DIGITS_MNIST, else from Keras' cache, else from a download.

    `on_progress` receives the share of the download that is done, and a short text.

    Raises MnistUnavailable if it is not on this machine and cannot be downloaded. Raises
    PocketDigitsError, without trying the next source, if a file exists but is not MNIST.
    """
    if named := os.environ.get(VARIABLE):
        remedy = f"Set {VARIABLE} to a good mnist.npz, or unset it to download MNIST."
        return _read(Path(named).expanduser(), remedy)
    cached = keras_cache() / "mnist.npz"
    if not cached.exists():
        _download(cached, on_progress)
    return _read(cached, f"Delete {cached} and run again to download it.")


def keras_cache() -> Path:
    """Return the folder where Keras keeps its datasets."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def _read(path: Path, remedy: str) -> Dataset:
    if not path.exists():
        raise PocketDigitsError(f"{path}: there is no such file. {remedy}")
    arrays: dict[str, Uint8] = {}
    try:
        # Arrays are read one by one, because damage shows only when its part of the file is read.
        with path.open("rb") as stream, np.lib.npyio.NpzFile(stream) as file:
            for name in ARRAYS:
                arrays[name] = np.asarray(file[name])
    except KeyError as error:
        raise PocketDigitsError(
            f"{path}: holds no array {name}; expected {', '.join(ARRAYS)}. {remedy}"
        ) from error
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError) as error:
        raise PocketDigitsError(
            f"{path}: damaged, cut short, or no .npz file at all ({error}). {remedy}"
        ) from error
    for name, array in arrays.items():
        _check(path, name, array, remedy)
    all_hashes = "".join(sha256 for _, sha256 in ARRAYS.values())
    return Dataset("mnist", hashlib.sha256(all_hashes.encode()).hexdigest(), **arrays)


def _check(path: Path, name: str, array: Uint8, remedy: str) -> None:
    shape, sha256 = ARRAYS[name]
    expected = f"uint8 {shape} with SHA-256 {sha256}"
    values = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    found = f"{array.dtype} {array.shape} with SHA-256 {values}"
    if found != expected:
        raise PocketDigitsError(
            f"{path}: its {name} is not MNIST's: found {found}, expected {expected}. {remedy}"
        )


def _download(target: Path, on_progress: Update | None) -> None:
    try:
        fetch(URL, target, FILE_SHA256, "MNIST", on_progress)
    except (OSError, ValueError) as error:  # no connection, a refusal, a body that is not MNIST
        raise MnistUnavailable(
            f"MNIST could not be downloaded from {URL} ({error}). Connect to the network and run "
            f"again, or set {VARIABLE} to an mnist.npz that you have."
        ) from error
