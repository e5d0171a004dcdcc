"""The limits that a network must meet to be released."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipeline.architecture import Share
from pipeline.layers import Strict

Reason = Annotated[str, StringConstraints(min_length=10)]


class AccuracyFloor(Strict):
    """The minimum accuracy, by the dataset that the network was trained on."""

    at_least: dict[Literal["mnist", "synthetic"], Share]
    reason: Reason


class Ceiling(Strict):
    """The maximum of a value."""

    at_most: float = Field(gt=0)
    reason: Reason


class Limits(Strict):
    """The limits that a network must meet to be released, named as in a measurement.

    `drawn_accuracy` is judged only if drawings were measured.
    """

    accuracy: AccuracyFloor
    drawn_accuracy: AccuracyFloor | None = None
    model_luau_bytes: Ceiling
    cost_ratio: Ceiling
