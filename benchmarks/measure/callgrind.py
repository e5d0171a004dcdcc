"""Counts the interpreter's instructions under valgrind.

`count.luau` calls libm's `sinh` where a stretch to be counted begins or ends, and callgrind writes
out what it has counted whenever that is called. So one run gives every figure. What comes before,
starting and warming up, is not even watched, which would take it several times as long.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import lune as lune_scripts
from pipeline import command
from pipeline.artifacts import scratch_folder
from pipeline.errors import PocketDigitsError

LUAU_THREAD = "1"
STRETCHES = 3  # of count.luau: of loads, of other images, and of changed ones
# The same caches on every machine: those of a phone's small cores.
CACHES = ("--cache-sim=yes", "--I1=32768,4,64", "--D1=32768,4,64", "--LL=1048576,16,64")
EVENTS = ("Ir", "Dr", "Dw", "I1mr", "D1mr", "D1mw", "ILmr", "DLmr", "DLmw")


class CountError(PocketDigitsError):
    """Valgrind ended without counts: `why` in a few words, `details` as its own error."""

    def __init__(self, why: str, details: PocketDigitsError | str = "") -> None:
        self.why, self.details = why, str(details)
        super().__init__(
            f"{why}; check that `valgrind --tool=callgrind true` works and that Lune is linked with"
            " the system's libm, or take valgrind off PATH to have the wall clock used instead"
            f"\n{details}".rstrip()
        )


@dataclass(frozen=True)
class Count:
    """Instructions of a stretch, and the cycles that they are estimated to take."""

    instructions: int
    cycles: int


def is_here() -> bool:
    """Whether valgrind is on PATH, working or not."""
    return shutil.which("valgrind") is not None


def version() -> str | None:
    """Return valgrind's version; None where it is missing or cannot even say that."""
    if not is_here():
        return None
    try:
        return command.run("valgrind", "--version").strip().removeprefix("valgrind-")
    except PocketDigitsError:
        return None


def count(lune: Path, *subject: str | Path | bytes) -> list[Count]:
    """Return what three things cost; `subject` are the arguments of count.luau.

    They are loading the network, predicting every image, and predicting each of them, then its
    changed twin, then it again. Raises CountError when valgrind ends without these counts.
    """
    with scratch_folder() as folder:
        counts = folder / "callgrind.out"
        valgrind = (
            *("valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={counts}", *CACHES),
            *("--combine-dumps=yes", "--dump-line=no", "--dump-before=*sinh*"),
            *("--separate-threads=yes", "--instr-atstart=no"),
        )
        try:
            lune_scripts.run(lune, "count", *subject, under=valgrind)
        except command.ProgramError as error:
            raise CountError(f"valgrind {error.how}", error) from error
        except PocketDigitsError as error:
            raise CountError("valgrind could not be started", error) from error
        if not counts.is_file():
            raise CountError("valgrind wrote no counts")
        text = counts.read_text(encoding="utf-8", errors="replace")
    return stretches(text)


def stretches(text: str) -> list[Count]:
    """Read what callgrind wrote: the counts between each call of `sinh` and the next.

    A call may count as several, of functions that libm calls one after the other. Only the thread
    that runs Luau counts: Lune's others wake up now and then, as the clock has it.
    """
    found = re.findall(r"^thread: (\d+)$|^totals: (.+)$", text, re.MULTILINE)
    threads = [thread for thread, _ in found[::2]]
    totals = [list(map(int, line.split())) for _, line in found[1::2]]
    parts = [each for thread, each in zip(threads, totals, strict=True) if thread == LUAU_THREAD]
    calls = max(len(parts) - 1, 0)
    each, rest = divmod(calls, STRETCHES + 1)
    if each < 1 or rest:
        raise CountError(
            f"callgrind counted between {calls} calls of sinh, expected {STRETCHES + 1}, or some"
            " for each"
        )
    return [
        _count(np.sum([_padded(part) for part in parts[first : first + each]], axis=0))
        for first in range(1, 1 + each * STRETCHES, each)
    ]


def _padded(part: list[int]) -> list[int]:
    return part + [0] * (len(EVENTS) - len(part))  # callgrind leaves off zeros at the end


def _count(events: NDArray[np.int64]) -> Count:
    """Take 1 cycle for what the first cache holds, 5 for the last one, 35 for memory."""
    of = dict(zip(EVENTS, map(int, events), strict=True))
    accesses = of["Ir"] + of["Dr"] + of["Dw"]
    past_first = of["I1mr"] + of["D1mr"] + of["D1mw"]
    past_last = of["ILmr"] + of["DLmr"] + of["DLmw"]
    cycles = accesses - past_first + 5 * (past_first - past_last) + 35 * past_last
    return Count(of["Ir"], cycles)
