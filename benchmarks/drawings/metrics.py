"""Answers about digits that people drew → figures: by size, digit and writer, and how sure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmarks.drawings.placement import USUAL_SIZE
from benchmarks.predictions import Answers, calibration_error
from pipeline.architecture import CLASSES, Share
from pipeline.layers import Strict

SURE = 0.9  # confidence beyond which a mistake is a confident one
ALONE = "alone"  # the spacing of a number of one digit
OUTLIER = "outlier"  # that of a letter or a shape

Integers = NDArray[np.integer]
BySpacing = Annotated[dict[str, dict[int, Share]], Field(description="then by how many digits")]


@dataclass(frozen=True)
class Reading:
    """A number as it was written, as digits, and as it was read.

    Of an outlier, its name was written; it is `asserted` to be a number when not every digit that
    was read is uncertain.
    """

    spacing: str
    written: str
    read: str
    asserted: bool


@dataclass(frozen=True)
class Asked:
    """What was shown to a network, (n,) each: which drawing, how large, whose; and its answers."""

    drawing: Integers
    size: Integers  # pixels of 28
    digit: NDArray[np.uint8]
    writer: Integers
    answers: Answers
    readings: tuple[Reading, ...]

    @property
    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything but the readings, by name."""
        shown = {name: getattr(self, name) for name in ("drawing", "size", "digit", "writer")}
        return shown | {f"answered_{name}": array for name, array in vars(self.answers).items()}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]], readings: tuple[Reading, ...]) -> Asked:
        """Join again what `arrays` and `readings` gave."""
        answered = "answered_"
        shown = {name: arrays[name] for name in arrays if not name.startswith(answered)}
        answers = {name.removeprefix(answered): arrays[name] for name in arrays.keys() - shown}
        return cls(**shown, answers=Answers(**answers), readings=readings)  # type: ignore[arg-type]

    def only(self, rows: NDArray[np.bool_]) -> Asked:
        """Keep some of what was shown."""
        kept = {name: array[rows] for name, array in self.arrays.items()}
        return Asked.of(kept, self.readings)


class Drawn(Strict):
    """How a network reads digits that people drew on its canvas.

    All `digits` of all `writers` were drawn `USUAL_SIZE` pixels tall or wide on a canvas of 28, and
    every figure is over them, but for `by_size`, which is over the same `sample` of them at every
    size. Numbers, composed of one writer's digits, count when all their digits are right, in order:
    `numbers_each` of every length at every spacing. `alone` is the share of `sample` single digits
    that are read, by the way that finds the digits of a number, as that one digit. `outliers` are
    letters and shapes which no network has learned from: the share of each that is asserted to be a
    digit, or several.
    """

    digits: int
    writers: int
    accuracy: Share
    by_digit: dict[int, Share]
    by_writer: dict[int, Share]
    confusion: tuple[tuple[int, ...], ...] = Field(description="a row for each digit as drawn")
    calibration_error: Share
    confidently_wrong: Share = Field(description=f"wrong with a confidence above {SURE}")
    looks: float = Field(ge=1, description="at a drawing, on average")
    coverage: Share = Field(description="not uncertain")
    asserted_error: Share | None = Field(description="wrong of what is not uncertain")
    sample: int
    by_size: dict[int, Share]
    alone: Share
    numbers_each: int
    numbers: BySpacing
    numbers_split: BySpacing = Field(description="as many digits found as written, right or not")
    outliers: dict[str, Share]

    @property
    def worst_writer(self) -> float:
        """The share that is read right of the writer who is read worst."""
        return min(self.by_writer.values())

    @property
    def outliers_asserted(self) -> float:
        """The share of all outliers that is asserted to be a digit."""
        return float(np.mean(list(self.outliers.values())))


def figures(asked: Asked) -> Drawn:
    """Return every figure of one network."""
    usual = asked.only(asked.size == USUAL_SIZE)
    sample = np.intersect1d(usual.drawing, asked.drawing[asked.size != USUAL_SIZE])
    sampled = asked.only(np.isin(asked.drawing, sample))
    right = usual.answers.digits == usual.digit
    confidence = usual.answers.probabilities.max(axis=1)
    asserted = ~usual.answers.uncertain
    readings = [each for each in asked.readings if each.spacing != OUTLIER]
    lengths = [len(each.written) for each in readings if each.spacing != ALONE]
    numbers = _by_spacing(readings, lambda each: each.read == each.written)
    split = _by_spacing(readings, lambda each: len(each.read) == len(each.written))
    outliers: dict[str, list[bool]] = {}
    for each in asked.readings:
        if each.spacing == OUTLIER:
            outliers.setdefault(each.written, []).append(each.asserted)
    return Drawn(
        digits=len(right),
        writers=len(np.unique(usual.writer)),
        accuracy=float(right.mean()),
        by_digit=_by(usual.digit, right),
        by_writer=_by(usual.writer, right),
        confusion=_confusion(usual),
        calibration_error=calibration_error(usual.answers, usual.digit),
        confidently_wrong=float(np.mean(~right & (confidence > SURE))),
        looks=float(usual.answers.looks.mean()),
        coverage=float(asserted.mean()),
        asserted_error=float(np.mean(~right[asserted])) if asserted.any() else None,
        sample=len(sample),
        by_size=_by(sampled.size, sampled.answers.digits == sampled.digit),
        alone=numbers.pop(ALONE)[1],
        numbers_each=len(lengths) // (len(numbers) * len(set(lengths))),
        numbers=numbers,
        numbers_split={spacing: split[spacing] for spacing in numbers},
        outliers={name: float(np.mean(asserted)) for name, asserted in outliers.items()},
    )


def _by(key: Integers, right: NDArray[np.bool_]) -> dict[int, float]:
    return {int(each): float(right[key == each].mean()) for each in np.unique(key)}


def _confusion(asked: Asked) -> tuple[tuple[int, ...], ...]:
    counts = np.zeros((CLASSES, CLASSES), int)
    np.add.at(counts, (asked.digit, asked.answers.digits), 1)
    return tuple(tuple(map(int, row)) for row in counts)


def _by_spacing(
    readings: Sequence[Reading], counts: Callable[[Reading], bool]
) -> dict[str, dict[int, float]]:
    """Return the share of readings that count, by spacing and by how many digits were written."""
    hits: dict[str, dict[int, list[bool]]] = {}
    for each in readings:
        of_spacing = hits.setdefault(each.spacing, {})
        of_spacing.setdefault(len(each.written), []).append(counts(each))
    return {
        spacing: {length: float(np.mean(found)) for length, found in lengths.items()}
        for spacing, lengths in hits.items()
    }
