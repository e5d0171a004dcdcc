"""Downloads a file, all of it or nothing, and gives up soon if no server answers."""

import threading
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests

from pipeline.artifacts import full_disk_explained
from pipeline.progress import Update

SECONDS_TO_ANSWER = 8.0
SECONDS_BETWEEN_BYTES = 15.0
RETRIES = 2


def fetch(url: str, target: Path, sha256: str | None, what: str, progress: Update | None) -> None:
    """Download `url` to `target`, with retries.

    `sha256` is that of the file; None leaves the check to the caller. `progress` receives the share
    that is done, and a short text that names `what`.

    Raises OSError or ValueError if the download fails or is another file, and PocketDigitsError
    if the disk is full.
    """
    downloader = pooch.HTTPDownloader(
        progressbar=_Progress(what, progress) if progress else False,
        chunk_size=1 << 16,
        timeout=(SECONDS_TO_ANSWER, SECONDS_BETWEEN_BYTES),
    )
    pooch.get_logger().setLevel("WARNING")  # `progress` shows the download instead
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
    """Raise an OSError within SECONDS_TO_ANSWER if nothing answers at `url`.

    Behind a firewall, looking up a name and trying its addresses can take minutes, and no timeout
    limits that, so a thread does it, which may be abandoned.
    """
    host = urlsplit(url).netloc
    failures: list[OSError] = [
        TimeoutError(f"no answer from {host} within {SECONDS_TO_ANSWER:g} seconds")
    ]

    def request() -> None:
        try:
            requests.head(url, timeout=SECONDS_TO_ANSWER)
        except OSError:
            failures[0] = ConnectionError(f"no connection to {host}")
        else:
            failures.clear()

    thread = threading.Thread(target=request, daemon=True)
    thread.start()
    thread.join(SECONDS_TO_ANSWER)
    if failures:
        raise failures[0]


class _Progress:
    """A progress bar for pooch, which counts bytes and reports the share."""

    def __init__(self, what: str, progress: Update) -> None:
        self._what = what
        self._progress = progress
        self.total = 0  # set by pooch when the server answers
        self._done = 0

    def update(self, count: int) -> None:
        self._done = min(self._done + count, self.total)
        share = self._done / self.total if self.total else 0.0
        megabytes = f"{self._done / 1e6:.1f} of {self.total / 1e6:.1f} MB"
        self._progress(share, f"downloading {self._what}, {megabytes}")

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        """Do nothing: there is nothing to close."""
