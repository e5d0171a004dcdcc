"""Keeps off the screen what a library prints past Python while it is loaded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STDERR = 2


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what this process writes to stderr: TensorFlow greets there, however it is set."""
    kept = os.dup(STDERR)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
