"""What one inference costs a player's device, against the usual way to write it in Luau.

With valgrind, instructions are counted: the difference of two run lengths cancels what starting
and loading cost, and repeats to about 0.001 %. Without it (valgrind is for Linux), wall time of
network and baseline in alternating rounds stands in, with the upper end of its confidence
interval for the gate.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import lune as lune_scripts
from benchmarks.measurement import CostMethod
from pipeline.errors import PocketDigitsError

IMAGES = 32
IMAGES_SEED = 1
NETWORK_ROUNDS = (1, 9)
BASELINE_ROUNDS = (1, 2)
TIMED_ROUNDS = 15
# The 4th and 12th of 15 sorted values enclose the median with 96 % probability (binomial).
UPPER_RANK = 11


@dataclass(frozen=True)
class Cost:
    """Per inference: instructions (where counted), microseconds, and the ratio to the baseline."""

    method: CostMethod
    instructions: float | None
    microseconds: float
    ratio: float
    ratio_upper: float
    load_ms: float


def has_assertions(lune: Path) -> bool:
    """Whether a Lune's interpreter was built with Luau's assertions, which no player runs.

    Cargo builds it so by default, and instructions are then half as many again; the toolchain's
    own build leaves them out. An assertion's text is in the program exactly where it is checked.
    """
    return b"isLua(L->ci)" in lune.read_bytes()


def image_mix(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the fixed, seeded mix of images that every cost is taken over."""
    chosen = np.random.default_rng(IMAGES_SEED).choice(len(images), IMAGES, replace=False)
    return images[np.sort(chosen)]


def has_callgrind() -> bool:
    """Whether instructions can be counted on this machine."""
    return shutil.which("valgrind") is not None


def measure(
    lune: Path, place: Path, model: str, images: NDArray[np.uint8], baseline: float | None
) -> Cost:
    """Measure one network of a place over `image_mix(images)`.

    `baseline` is what `count_baseline` returned; None takes the wall clock instead.
    """
    with _image_file(images) as file:
        timed = json.loads(
            lune_scripts.run(lune, "time", place.resolve(), model, file, str(TIMED_ROUNDS))
        )
        microseconds = float(np.median(timed["network_us"]))
        if baseline is None:
            ratios = np.sort(np.divide(timed["network_us"], timed["baseline_us"]))
            return Cost(
                method="wall-clock",
                instructions=None,
                microseconds=microseconds,
                ratio=float(np.median(ratios)),
                ratio_upper=float(ratios[UPPER_RANK]),
                load_ms=timed["load_ms"],
            )
        instructions = _count(lune, ("network", place.resolve(), model, file), NETWORK_ROUNDS)
    ratio = instructions / baseline
    return Cost("callgrind", instructions, microseconds, ratio, ratio, timed["load_ms"])


def count_baseline(lune: Path, images: NDArray[np.uint8]) -> float:
    """Return the baseline's instructions per inference over `image_mix(images)`."""
    with _image_file(images) as file:
        return _count(lune, ("baseline", "-", "-", file), BASELINE_ROUNDS)


def _count(lune: Path, subject: tuple[str | Path, ...], rounds: tuple[int, int]) -> float:
    with ThreadPoolExecutor(len(rounds)) as side_by_side:  # which changes no count
        short, long = side_by_side.map(
            lambda count: _instructions(lune, (*subject, str(count))), rounds
        )
    return (long - short) / ((rounds[1] - rounds[0]) * IMAGES)


def _instructions(lune: Path, arguments: tuple[str | Path, ...]) -> int:
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as folder:
        counts = Path(folder) / "callgrind.out"
        callgrind = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}")
        lune_scripts.run(lune, "count", *arguments, under=callgrind)
        text = counts.read_text(encoding="utf-8", errors="replace")
    total = re.search(r"^totals: (\d+)", text, re.MULTILINE)
    if total is None:
        raise PocketDigitsError(
            "callgrind wrote no total of instructions; check that `valgrind --tool=callgrind true`"
            " works, or take valgrind off PATH to have the wall clock used instead"
        )
    return int(total[1])


@contextmanager
def _image_file(images: NDArray[np.uint8]) -> Iterator[Path]:
    """The mix of images as a temporary file for Lune."""
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as folder:
        path = Path(folder) / "images"
        path.write_bytes(image_mix(images).tobytes())
        yield path
