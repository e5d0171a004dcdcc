"""MNIST, from the first place that has it: a named file, Keras' cache, or its download.

Pixels and labels are checked by the SHA-256 of each array, so a repacked file is as good as
Keras' own and a damaged one is never trained on. Use: `load()`; `MnistUnavailable` says why
another dataset must take over.
"""

import hashlib
import os
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pooch
import requests

from pipeline.artifacts import full_disk_explained
from pipeline.datasets.dataset import Dataset
from pipeline.errors import PocketDigitsError

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
SECONDS_TO_ANSWER = 8.0
SECONDS_BETWEEN_BYTES = 15.0
RETRIES = 2

Bytes = npt.NDArray[np.uint8]
Progress = Callable[[float, str], None]


class MnistUnavailable(PocketDigitsError):  # noqa: N818 - a state of the world, not a mistake
    """MNIST is not on this machine and could not be downloaded; the message says why."""


def load(on_progress: Progress | None = None) -> Dataset:
    """Return MNIST from POCKET_DIGITS_MNIST, else Keras' cache, else its download.

    `on_progress` receives the fraction of the download that is done, and a short text.

    Raises MnistUnavailable when it is not here and cannot be downloaded. Raises
    PocketDigitsError, and looks no further, when a file is here but is not MNIST.
    """
    if named := os.environ.get(VARIABLE):
        remedy = f"Set {VARIABLE} to a good mnist.npz, or unset it to have MNIST downloaded."
        return _read(Path(named).expanduser(), remedy)
    cached = keras_cache() / "mnist.npz"
    if not cached.exists():
        _download(cached, on_progress)
    return _read(cached, f"Delete {cached} and run again to have it downloaded afresh.")


def keras_cache() -> Path:
    """Return the folder where Keras keeps its datasets."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def _read(path: Path, remedy: str) -> Dataset:
    if not path.exists():
        raise PocketDigitsError(f"{path}: there is no such file. {remedy}")
    arrays: dict[str, Bytes] = {}
    try:
        # Arrays are read one by one: damage shows only when its part of the file is read.
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
    digest = hashlib.sha256("".join(sha256 for _, sha256 in ARRAYS.values()).encode()).hexdigest()
    return Dataset("mnist", digest, **arrays)


def _check(path: Path, name: str, array: Bytes, remedy: str) -> None:
    shape, sha256 = ARRAYS[name]
    expected = f"uint8 {shape} with SHA-256 {sha256}"
    values = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    found = f"{array.dtype} {array.shape} with SHA-256 {values}"
    if found != expected:
        raise PocketDigitsError(
            f"{path}: its {name} is not MNIST's: found {found}, expected {expected}. {remedy}"
        )


def _download(target: Path, on_progress: Progress | None) -> None:
    progress = _Progress(on_progress) if on_progress else False
    downloader = pooch.HTTPDownloader(
        progressbar=progress,
        chunk_size=1 << 16,
        timeout=(SECONDS_TO_ANSWER, SECONDS_BETWEEN_BYTES),
    )
    pooch.get_logger().setLevel("WARNING")  # it would announce what on_progress shows
    source = pooch.create(
        path=target.parent,
        base_url="",
        registry={target.name: f"sha256:{FILE_SHA256}"},
        urls={target.name: URL},
        retry_if_failed=RETRIES,
    )
    try:
        with full_disk_explained(target):
            _reach(URL)
            source.fetch(target.name, downloader=downloader)
    except (OSError, ValueError) as error:  # no connection, a refusal, a body that is not MNIST
        raise MnistUnavailable(
            f"MNIST could not be downloaded from {URL} ({error}). Connect to the network and run "
            f"again, or set {VARIABLE} to an mnist.npz that you have."
        ) from error


def _reach(url: str) -> None:
    """Raise an OSError within SECONDS_TO_ANSWER when nothing answers at `url`.

    Looking a name up and trying its addresses one after another can take minutes behind a
    firewall, and no timeout bounds it; so it is done in a thread that may be left behind.
    """
    host = urlsplit(url).netloc
    failures: list[OSError] = [
        TimeoutError(f"no answer from {host} within {SECONDS_TO_ANSWER:g} seconds")
    ]

    def ask() -> None:
        try:
            requests.head(url, timeout=SECONDS_TO_ANSWER)
        except OSError:
            failures[0] = ConnectionError(f"no connection to {host}")
        else:
            failures.clear()

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(SECONDS_TO_ANSWER)
    if failures:
        raise failures[0]


class _Progress:
    """What pooch calls a progress bar: is told of bytes, passes on the fraction."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self.total = 0  # set by pooch when the server answers
        self._done = 0

    def update(self, count: int) -> None:
        self._done = min(self._done + count, self.total)
        fraction = self._done / self.total if self.total else 0.0
        megabytes = f"{self._done / 1e6:.1f} of {self.total / 1e6:.1f} MB"
        self._on_progress(fraction, f"downloading MNIST, {megabytes}")

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing is open."""
