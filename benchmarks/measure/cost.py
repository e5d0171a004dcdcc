"""What one inference costs a player's device, against the baseline's.

With valgrind, instructions are counted. Where it is missing (it is for Linux) or fails, wall time
of network and baseline in alternating rounds stands in, with the upper end of its confidence
interval for the gate.
"""

import json
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmarks import lune as lune_scripts
from benchmarks.measure import callgrind
from benchmarks.measure.stimuli import IMAGES, packed
from pipeline.layers import Strict

TIMED_ROUNDS = 15
# The 4th and 12th of 15 sorted values enclose the median with 96 % probability (binomial).
UPPER_RANK = 11
LOADS = 9

CostMethod = Literal["callgrind", "wall-clock"]


class Costs(Strict):
    """Of one forward pass, which costs the same every time.

    `cost_ratio` is against the baseline (784 → 256 → 10 in nested tables and dense loops) in the
    same run; the gate uses `cost_ratio_upper`, which differs where only wall time could be had.
    The incremental figures are of a prediction after 20 pixels changed. Loading is a fresh
    `require` and `load`, the collector at rest; times are medians.
    """

    cost_method: CostMethod
    load_instructions: float | None
    load_ms: float
    microseconds_per_inference: float
    instructions_per_inference: float | None
    incremental_instructions: float | None
    estimated_cycles: float | None = Field(
        default=None, description="by callgrind's model of a phone's caches"
    )
    cost_ratio: float
    cost_ratio_upper: float
    incremental_ratio: float
    baseline_microseconds: float
    baseline_instructions: float | None
    vm_assertions: bool = Field(
        description="Lune's interpreter checks assertions, so that costs are not a player's"
    )

    @property
    def is_counted(self) -> bool:
        """Whether costs are counted instructions, not wall time."""
        return self.cost_method == "callgrind"

    @property
    def cost_share(self) -> str:
        """What the ratios are, for people."""
        what = "instructions" if self.is_counted else "wall time"
        return f"{what}, as a share of the baseline’s"


def has_assertions(lune: Path) -> bool:
    """Whether a Lune's interpreter was built with Luau's assertions, which no player runs.

    Cargo builds it so by default, and instructions are then half as many again; the toolchain's
    own build leaves them out. An assertion's text is in the program exactly where it is checked.
    """
    return b"isLua(L->ci)" in lune.read_bytes()


def measure(
    lune: Path, place: Path, model: str, images: NDArray[np.uint8], baseline: float | None
) -> Costs:
    """Measure one network of a place over the fixed mix of `images`.

    `baseline` is what `count_baseline` returned; None takes the wall clock instead. Raises
    CountError when valgrind, which counted the baseline, fails here.
    """
    subject, file = (place.resolve(), model), packed(images)
    options = (str(TIMED_ROUNDS), str(LOADS))
    timed = json.loads(lune_scripts.run(lune, "time", *subject, file, *options))
    baseline_us = np.array(timed["baseline_us"])
    ratios = np.sort(timed["network_us"] / baseline_us)
    ratio, upper = float(np.median(ratios)), float(ratios[UPPER_RANK])
    incremental_ratio = float(np.median(timed["changed_us"] / baseline_us))
    load = instructions = incremental = cycles = None
    if baseline is not None:
        loads, others, changes = callgrind.count(lune, "network", *subject, file)
        load = float(loads.instructions)
        instructions, cycles = others.instructions / IMAGES, others.cycles / IMAGES
        # Before it changes, each image is another one; a change is two predictions.
        incremental = (changes.instructions - others.instructions) / (IMAGES * 2)
        ratio = upper = instructions / baseline
        incremental_ratio = incremental / baseline
    return Costs(
        cost_method="wall-clock" if baseline is None else "callgrind",
        load_instructions=load,
        load_ms=float(np.median(timed["load_ms"])),
        microseconds_per_inference=float(np.median(timed["network_us"])),
        instructions_per_inference=instructions,
        incremental_instructions=incremental,
        estimated_cycles=cycles,
        cost_ratio=ratio,
        cost_ratio_upper=upper,
        incremental_ratio=incremental_ratio,
        baseline_microseconds=float(np.median(baseline_us)),
        baseline_instructions=baseline,
        vm_assertions=has_assertions(lune),
    )


def count_baseline(lune: Path, images: NDArray[np.uint8]) -> float:
    """Return the baseline's instructions per inference over the fixed mix of `images`.

    Raises CountError when valgrind fails.
    """
    _, others, _ = callgrind.count(lune, "baseline", "-", "-", packed(images))
    return others.instructions / IMAGES
