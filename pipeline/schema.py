"""What an architecture is: layers, training, limits. Closed to keys that it does not know."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic import model_validator as validator

IMAGE_PIXELS = 784
CLASSES = 10

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Reason = Annotated[str, StringConstraints(min_length=10)]
Share = Annotated[float, Field(ge=0, le=1)]
NumberFormat = Literal["float32", "int8", "int7", "int6", "int5", "int4", "int3", "int2"]


class Strict(BaseModel):
    """Frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Dense(Strict):
    """A fully connected layer: `activation(x @ kernel + bias)`, kernel of shape (inputs, units)."""

    type: Literal["dense"]
    units: int = Field(gt=0, le=4096)
    activation: Literal["relu", "tanh", "sigmoid", "softmax"]


class Training(Strict):
    """How the weights are found. `dropout` applies after every hidden layer."""

    epochs: int = Field(gt=0)
    batch_size: int = Field(gt=0)
    learning_rate: float = Field(gt=0)
    dropout: float = Field(default=0, ge=0, lt=1)
    max_shift: int = Field(default=0, ge=0, le=4)
    seed: int = Field(ge=0)


class AccuracyFloor(Strict):
    """The least share of right answers over the test set, by the dataset that trained it."""

    at_least: dict[Literal["mnist", "synthetic"], Share]
    reason: Reason


class Ceiling(Strict):
    """The most that a figure may be."""

    at_most: float = Field(gt=0)
    reason: Reason


class Limits(Strict):
    """What a network must keep to be released; the names are those of a measurement's row."""

    accuracy: AccuracyFloor
    model_luau_bytes: Ceiling
    cost_ratio: Ceiling


class Recipe(Strict):
    """A way to run the whole line; `None` leaves an architecture's own figure in force."""

    about: str
    epochs: int | None = Field(default=None, gt=0)
    train_images: int | None = Field(default=None, gt=0)
    test_images: int | None = Field(default=None, gt=0)
    accuracy_floor: Share | None = None


class Architecture(Strict):
    """One network: what it is made of, how it learns, and its limits."""

    name: Name
    about: str
    layers: tuple[Dense, ...]
    number_format: NumberFormat
    training: Training
    limits: Limits

    @validator(mode="after")
    def _ends_in_ten_classes(self) -> Architecture:
        if not self.layers:
            raise ValueError("no layers, expected at least the output layer of ten units")
        *hidden, last = self.layers
        if last.units != CLASSES or last.activation not in ("softmax", "sigmoid"):
            raise ValueError(
                f"the last layer has {last.units} units and {last.activation}, expected"
                f" {CLASSES} units and softmax or sigmoid"
            )
        if any(layer.activation == "softmax" for layer in hidden):
            raise ValueError("a hidden layer has softmax, expected it in the last layer only")
        return self

    def under(self, recipe: Recipe) -> Architecture:
        """Return this architecture as `recipe` trains and judges it."""
        training, accuracy = self.training, self.limits.accuracy
        if recipe.epochs is not None:
            epochs = min(recipe.epochs, training.epochs)
            training = training.model_copy(update={"epochs": epochs})
        if recipe.accuracy_floor is not None:
            floors = dict.fromkeys(accuracy.at_least, recipe.accuracy_floor)
            accuracy = AccuracyFloor(at_least=floors, reason=f"the recipe's floor: {recipe.about}")
        limits = self.limits.model_copy(update={"accuracy": accuracy})
        return self.model_copy(update={"training": training, "limits": limits})
