"""What a network must keep to be released."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipeline.architecture import Share
from pipeline.layers import Strict

Reason = Annotated[str, StringConstraints(min_length=10)]


class AccuracyFloor(Strict):
    """The least share of right answers, by the dataset that trained the network."""

    at_least: dict[Literal["mnist", "synthetic"], Share]
    reason: Reason


class Ceiling(Strict):
    """The most that a figure may be."""

    at_most: float = Field(gt=0)
    reason: Reason


class Limits(Strict):
    """What a network must keep to be released; the names are those of a measurement's row.

    `drawn_accuracy` is judged where there were drawings to measure it on.
    """

    accuracy: AccuracyFloor
    drawn_accuracy: AccuracyFloor | None = None
    model_luau_bytes: Ceiling
    cost_ratio: Ceiling
