"""Downloads a dataset's file, whole or not at all, and gives up soon where nothing answers."""

import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from pipeline.artifacts import full_disk_explained

SECONDS_TO_ANSWER = 8.0
SECONDS_BETWEEN_BYTES = 15.0
RETRIES = 2

Progress = Callable[[float, str], None]


def fetch(url: str, target: Path, sha256: str | None, what: str, progress: Progress | None) -> None:
    """Download `url` to `target`, trying again after a passing failure.

    `sha256` is of the whole file; None leaves checking it to the caller. `progress` receives the
    fraction that is done, and a short text that names `what`.

    Raises OSError or ValueError where it cannot be had or is another file, and PocketDigitsError
    when the disk is full.
    """
    downloader = pooch.HTTPDownloader(
        progressbar=_Progress(what, progress) if progress else False,
        chunk_size=1 << 16,
        timeout=(SECONDS_TO_ANSWER, SECONDS_BETWEEN_BYTES),
    )
    pooch.get_logger().setLevel("WARNING")  # it would announce what `progress` shows
    source = pooch.create(
        path=target.parent,
        base_url="",
        registry={target.name: sha256 and f"sha256:{sha256}"},
        urls={target.name: url},
        retry_if_failed=RETRIES,
    )
    with full_disk_explained(target):
        _reach(url)
        source.fetch(target.name, downloader=downloader)


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

    def __init__(self, what: str, progress: Progress) -> None:
        self._what = what
        self._progress = progress
        self.total = 0  # set by pooch when the server answers
        self._done = 0

    def update(self, count: int) -> None:
        self._done = min(self._done + count, self.total)
        fraction = self._done / self.total if self.total else 0.0
        megabytes = f"{self._done / 1e6:.1f} of {self.total / 1e6:.1f} MB"
        self._progress(fraction, f"downloading {self._what}, {megabytes}")

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Nothing is open."""
