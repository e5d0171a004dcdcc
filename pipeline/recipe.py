"""An entry of `architectures.yaml`: an architecture with its limits, and how a recipe runs it."""

from __future__ import annotations

from pydantic import Field

from pipeline.architecture import Architecture, Share
from pipeline.layers import Strict
from pipeline.limits import AccuracyFloor, Limits


class Recipe(Strict):
    """Settings for all stages of a run; `None` keeps an architecture's own value."""

    about: str
    seeds: int = Field(default=1, gt=0, le=100)
    epochs: int | None = Field(default=None, gt=0)
    times_epochs: float = Field(default=1, gt=0)
    train_images: int | None = Field(default=None, gt=0)
    test_images: int | None = Field(default=None, gt=0)
    accuracy_floor: Share | None = None


class Entry(Architecture):
    """An architecture with the limits of its release."""

    limits: Limits

    @property
    def architecture(self) -> Architecture:
        """The architecture without its limits."""
        return Architecture(**{name: getattr(self, name) for name in Architecture.model_fields})

    def with_epochs(self, epochs: int) -> Entry:
        """Return this entry with another length of its training."""
        training = self.training.model_copy(update={"epochs": epochs})
        return self.model_copy(update={"training": training})

    def under(self, recipe: Recipe) -> Entry:
        """Return this entry with `recipe` applied."""
        limits = self.limits
        epochs = max(1, round(self.training.epochs * recipe.times_epochs))
        if recipe.epochs is not None:
            epochs = min(recipe.epochs, epochs)
        if recipe.accuracy_floor is not None:
            floors = dict.fromkeys(limits.accuracy.at_least, recipe.accuracy_floor)
            reason = "the recipe's own accuracy_floor, which stands in for the network's limit"
            floor = AccuracyFloor(at_least=floors, reason=reason)
            drawn = limits.drawn_accuracy and floor
            limits = limits.model_copy(update={"accuracy": floor, "drawn_accuracy": drawn})
        return self.with_epochs(epochs).model_copy(update={"limits": limits})
