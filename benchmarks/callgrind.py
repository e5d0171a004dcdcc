"""Counts instructions of the interpreter under valgrind, which repeat to about 0.001 %.

The difference of two runs' lengths cancels what starting and loading cost.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import lune as lune_scripts
from pipeline.errors import PocketDigitsError

SIDE_BY_SIDE = 2  # which changes no count


def is_here() -> bool:
    """Whether instructions can be counted on this machine."""
    return shutil.which("valgrind") is not None


def count(
    lune: Path, subject: Sequence[str | Path], lengths: Sequence[tuple[int, int]]
) -> list[int]:
    """Return the instructions of whole runs of `count.luau`, one for each (rounds, changes)."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(lambda length: _run(lune, *subject, *map(str, length)), lengths))


def _run(lune: Path, *arguments: str | Path) -> int:
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as folder:
        counts = Path(folder) / "callgrind.out"
        valgrind = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}")
        lune_scripts.run(lune, "count", *arguments, under=valgrind)
        text = counts.read_text(encoding="utf-8", errors="replace")
    total = re.search(r"^totals: (\d+)", text, re.MULTILINE)
    if total is None:
        raise PocketDigitsError(
            "callgrind wrote no total of instructions; check that `valgrind --tool=callgrind true`"
            " works, or take valgrind off PATH to have the wall clock used instead"
        )
    return int(total[1])
