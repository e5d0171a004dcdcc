"""Digits that 30 people drew with a pen, as strokes: for measuring only, never for training.

The first half of UCI's Pen-Based Recognition of Handwritten Digits (Alpaydin and Alimoglu,
doi 10.24432/C5MG6K, CC BY 4.0) in its original form, from the first place that has it: a named
file, our own cache, or its download. Use: `read(find())`; `PendigitsUnavailable` says why nothing
can be measured on them.
"""

import hashlib
import os
import zipfile
import zlib
from pathlib import Path

from unlzw3 import unlzw

from benchmarks.drawings.unipen import Drawing, parse
from pipeline.artifacts import scratch_folder, write_atomically
from pipeline.datasets.download import fetch
from pipeline.errors import PocketDigitsError
from pipeline.progress import Update
from pipeline.toolchain import cache

VARIABLE = "POCKET_DIGITS_PENDIGITS"
URL = "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip"
FILE = "pendigits-orig.tra"
MEMBER = f"{FILE}.Z"  # in the archive, packed by Unix' compress
SHA256 = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"


class PendigitsUnavailable(PocketDigitsError):  # noqa: N818 - a state of the world, not a mistake
    """The drawings are not on this machine and could not be downloaded; the message says why."""


def find(on_progress: Update | None = None) -> Path:
    """Return the file of drawings, checked by its SHA-256.

    It is the one that POCKET_DIGITS_PENDIGITS names, else the cached one, else downloaded.
    `on_progress` receives the fraction of the download that is done, and a short text.

    Raises PendigitsUnavailable when it is not here and cannot be downloaded. Raises
    PocketDigitsError, and looks no further, when a file is here but is another.
    """
    if named := os.environ.get(VARIABLE):
        path = Path(named).expanduser()
        return _checked(path, f"Set {VARIABLE} to a good {FILE}, or unset it to have one found.")
    cached = cached_file()
    if not cached.exists():
        _download(cached, on_progress)
    return _checked(cached, f"Delete {cached} and run again to have it downloaded afresh.")


def cached_file() -> Path:
    """Return where a downloaded file is kept."""
    return cache() / "datasets" / FILE


def read(path: Path) -> tuple[Drawing, ...]:
    """Read every drawing of a file that was found."""
    return parse(path.read_text(encoding="ascii"))


def _checked(path: Path, remedy: str) -> Path:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise PocketDigitsError(f"{path}: {error.strerror}. {remedy}") from error
    if found != SHA256:
        raise PocketDigitsError(
            f"{path}: damaged, cut short, or not {FILE}: found SHA-256 {found}, expected {SHA256}."
            f" {remedy}"
        )
    return path


def _download(target: Path, on_progress: Update | None) -> None:
    try:
        text = _fetch(on_progress)
    except (OSError, ValueError, LookupError, zipfile.BadZipFile, zlib.error) as error:
        raise PendigitsUnavailable(
            f"the digits that people drew could not be downloaded from {URL} ({error}). Connect to"
            f" the network and run again, or set {VARIABLE} to a {FILE} that you have."
        ) from error
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, text)


def _fetch(on_progress: Update | None) -> bytes:
    with scratch_folder() as folder:
        archive = folder / "pendigits.zip"
        fetch(URL, archive, None, "digits that people drew", on_progress)
        with zipfile.ZipFile(archive) as file:
            text: bytes = unlzw(file.read(MEMBER))
    if (found := hashlib.sha256(text).hexdigest()) != SHA256:
        raise ValueError(f"its {FILE} has SHA-256 {found}, expected {SHA256}")
    return text
