"""Predictions of digits that people drew → metrics: by size, digit and writer, and how sure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmarks.drawings.placement import USUAL_SIZE
from benchmarks.predictions import Confusion, Predictions, calibration_error, confusion
from pipeline.architecture import Share
from pipeline.layers import Strict

SURE = 0.9  # confidence beyond which a mistake is a confident one
ALONE = "alone"  # the spacing of a number of one digit
OOD = "ood"  # that of a letter or a shape
SPACING, LENGTH = "normal", 3  # of the numbers that reports show

Integers = NDArray[np.integer]
Key = TypeVar("Key")
BySpacing = Annotated[dict[str, dict[int, Share]], Field(description="then by how many digits")]


@dataclass(frozen=True)
class NumberPrediction:
    """A number's digits as written and as predicted; `confident` where one is not uncertain.

    Of a letter or a shape, `written` is its name.
    """

    spacing: str
    written: str
    predicted: str
    confident: bool


@dataclass(frozen=True)
class DrawingPredictions(Predictions):
    """Predictions of n drawings, of numbers, and of letters and shapes; arrays are (n,)."""

    drawing: Integers  # index in the list of drawings
    size: Integers  # pixels of 28
    digit: NDArray[np.uint8]  # as drawn
    writer: Integers
    numbers: tuple[NumberPrediction, ...]

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything but the numbers, by name."""
        return {name: each for name, each in vars(self).items() if name != "numbers"}

    def only(self, rows: NDArray[np.bool_]) -> "DrawingPredictions":
        """Keep some of the drawings."""
        kept: dict[str, Any] = {name: array[rows] for name, array in self.arrays.items()}
        return replace(self, **kept)

    @property
    def usual(self) -> "DrawingPredictions":
        """Every drawing at the usual size."""
        return self.only(self.size == USUAL_SIZE)

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Which drawings are read right, (n,)."""
        return np.equal(self.labels, self.digit)


class DrawingMetrics(Strict):
    """How a network reads digits that people drew on its canvas.

    All `digits` of all `writers` were drawn `USUAL_SIZE` pixels tall or wide on a canvas of 28, and
    every metric is over them, but for `by_size`, which is over the same `sample` of them at every
    size. Numbers, composed of one writer's digits, count when all their digits are right, in order:
    `numbers_each` of every length at every spacing. `alone` is the share of `sample` single digits
    that are read as that one digit by `PocketDigits.read`, which finds a number's digits itself.
    `ood` is the share of each letter and shape, none of them learned, that is called a digit, or
    several, without doubt.
    """

    digits: int
    writers: int
    accuracy: Share
    by_digit: dict[int, Share]
    by_writer: dict[int, Share]
    confusion: Confusion
    calibration_error: Share
    confidently_wrong: Share = Field(description=f"wrong with a confidence above {SURE}")
    passes: float = Field(ge=1, description="forward passes per drawing, mean")
    coverage: Share = Field(description="not uncertain")
    covered_error: Share | None = Field(description="wrong of what is not uncertain")
    sample: int
    by_size: dict[int, Share]
    alone: Share
    numbers_each: int
    numbers: BySpacing
    numbers_split: BySpacing = Field(description="as many digits found as written, right or not")
    ood: dict[str, Share]

    @property
    def worst_writer(self) -> float:
        """The accuracy on the writer who is read worst."""
        return min(self.by_writer.values())

    @property
    def worst_size(self) -> float:
        """The accuracy at the size that is read worst."""
        return min(self.by_size.values())

    @property
    def number_accuracy(self) -> float:
        """The share of numbers of LENGTH digits at SPACING that are read right."""
        return self.numbers[SPACING][LENGTH]

    @property
    def ood_coverage(self) -> float:
        """The share of all letters and shapes that is called a digit without doubt."""
        return float(np.mean(list(self.ood.values())))

    @property
    def mistakes(self) -> int:
        """How many drawings are read wrong."""
        return round((1 - self.accuracy) * self.digits)


def metrics(drawn: DrawingPredictions) -> DrawingMetrics:
    """Return every metric of one network."""
    usual, correct = drawn.usual, drawn.usual.correct
    sample = np.intersect1d(usual.drawing, drawn.drawing[drawn.size != USUAL_SIZE])
    sampled = drawn.only(np.isin(drawn.drawing, sample))
    covered = ~usual.uncertain
    written = [each for each in drawn.numbers if each.spacing != OOD]
    lengths = [len(each.written) for each in written if each.spacing != ALONE]
    numbers = _by_spacing(written, lambda each: each.predicted == each.written)
    split = _by_spacing(written, lambda each: len(each.predicted) == len(each.written))
    return DrawingMetrics(
        digits=len(correct),
        writers=len(np.unique(usual.writer)),
        accuracy=float(correct.mean()),
        by_digit=_by(usual.digit, correct),
        by_writer=_by(usual.writer, correct),
        confusion=confusion(usual.labels, usual.digit),
        calibration_error=calibration_error(usual, usual.digit),
        confidently_wrong=float(np.mean(~correct & (usual.confidence > SURE))),
        passes=float(usual.passes.mean()),
        coverage=float(covered.mean()),
        covered_error=float(np.mean(~correct[covered])) if covered.any() else None,
        sample=len(sample),
        by_size=_by(sampled.size, sampled.correct),
        alone=numbers.pop(ALONE)[1],
        numbers_each=len(lengths) // (len(numbers) * len(set(lengths))),
        numbers=numbers,
        numbers_split={spacing: split[spacing] for spacing in numbers},
        ood=_shares((one.written, one.confident) for one in drawn.numbers if one.spacing == OOD),
    )


def _by(key: Integers, correct: NDArray[np.bool_]) -> dict[int, float]:
    return {int(each): float(correct[key == each].mean()) for each in np.unique(key)}


def _by_spacing(
    numbers: Sequence[NumberPrediction], counts: Callable[[NumberPrediction], bool]
) -> dict[str, dict[int, float]]:
    """Return the share of numbers that count, by spacing and by how many digits were written."""
    return {
        spacing: _shares(
            (len(each.written), counts(each)) for each in numbers if each.spacing == spacing
        )
        for spacing in dict.fromkeys(each.spacing for each in numbers)
    }


def _shares(counted: Iterable[tuple[Key, bool]]) -> dict[Key, float]:
    """Return the share that counts, by key."""
    by_key: dict[Key, list[bool]] = {}
    for key, counts in counted:
        by_key.setdefault(key, []).append(counts)
    return {key: float(np.mean(found)) for key, found in by_key.items()}
