"""One row of the report: everything that was measured of one network in its built place."""

from __future__ import annotations

import statistics
from typing import Annotated, Literal

from pydantic import Field, computed_field
from pydantic import model_validator as validator

from benchmarks.drawings.metrics import Drawn
from pipeline.architecture import Name, Share
from pipeline.layers import Strict

CostMethod = Literal["callgrind", "wall-clock"]


class Measurement(Strict):
    """Figures read out of the candidate place, by the names that limits and reports use.

    Sizes are in bytes. `seeds` are those of the same network trained anew, the one that ships
    first, and `seed_accuracies` what each reached in a place of its own; every other figure is of
    the one that ships. Costs are of an inference of one look, which is the same every time;
    `cost_ratio` is against the baseline (784 → 256 → 10 in nested tables and dense loops) in the
    same run; the gate uses `cost_ratio_upper`, which differs where only wall time could be had.
    The incremental figures are of a prediction after a few pixels changed. What could not be
    measured is `None`, and `not_measured` says why.
    """

    architecture: Name
    dataset: Literal["mnist", "synthetic"]
    recipe: Name
    number_formats: tuple[str, ...]
    parameters: int
    macs: int
    weight_bytes: int
    model_luau_bytes: int
    runtime_luau_bytes: int
    rbxl_bytes: int
    load_instructions: float | None
    load_ms: float
    microseconds_per_inference: float
    instructions_per_inference: float | None
    incremental_instructions: float | None
    estimated_cycles: float | None = Field(
        default=None, description="of an inference, by callgrind's model of a phone's caches"
    )
    incremental_ratio: float
    baseline_microseconds: float
    baseline_instructions: float | None
    cost_method: CostMethod
    cost_ratio: float
    cost_ratio_upper: float
    looks: float = Field(ge=1, description="that the network takes at a test image, on average")
    vm_assertions: bool = Field(
        description="Lune's interpreter checks assertions, so that costs are not a player's"
    )
    test_images: int
    seeds: Annotated[tuple[int, ...], Field(min_length=1)]
    seed_accuracies: Annotated[tuple[Share, ...], Field(min_length=1)]
    keras_accuracy: Share
    keras_agreement: Share
    keras_disagreements: int = Field(
        description="images whose digit differs although Keras' top two are clearly apart"
    )
    uncertain: Share
    calibration_error: Share
    drawn: Drawn | None = Field(default=None, description="digits that people drew")
    not_measured: dict[str, str]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def weight_bits(self) -> float:
        """Mean bits of a parameter, with what belongs to the weights beside their levels."""
        return round(8 * self.weight_bytes / self.parameters, 2)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def drawn_accuracy(self) -> float | None:
        """Share of the digits that people drew which is read right."""
        return None if self.drawn is None else self.drawn.accuracy

    @computed_field  # type: ignore[prop-decorator]
    @property
    def mean_cost_ratio(self) -> float:
        """What a test image costs on average, with every look at it, against the baseline."""
        return self.cost_ratio * self.looks

    @computed_field  # type: ignore[prop-decorator]
    @property
    def mean_incremental_ratio(self) -> float:
        """The same of a prediction after a few pixels changed."""
        return self.incremental_ratio * self.looks

    @property
    def drawn_digits(self) -> int | None:
        """How many digits that people drew were measured on."""
        return None if self.drawn is None else self.drawn.digits

    @computed_field  # type: ignore[prop-decorator]
    @property
    def accuracy(self) -> float:
        """Share of the test set that the network that ships reads right."""
        return self.seed_accuracies[0]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def accuracy_mean(self) -> float:
        """Mean over the seeds."""
        return statistics.fmean(self.seed_accuracies)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def accuracy_worst(self) -> float:
        """The lowest of the seeds, which the gate judges."""
        return min(self.seed_accuracies)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def accuracy_spread(self) -> float:
        """Sample standard deviation over the seeds; 0 for one seed."""
        several = len(self.seed_accuracies) > 1
        return statistics.stdev(self.seed_accuracies) if several else 0.0

    @validator(mode="before")
    @classmethod
    def _without_what_is_computed(cls, figures: object) -> object:
        """Let a file be read back that holds the derived figures too."""
        if not isinstance(figures, dict):
            return figures
        derived = cls.model_computed_fields
        return {name: value for name, value in figures.items() if name not in derived}

    @validator(mode="after")
    def _one_accuracy_for_each_seed(self) -> Measurement:
        if len(self.seeds) != len(self.seed_accuracies):
            raise ValueError(
                f"{len(self.seed_accuracies)} accuracies for {len(self.seeds)} seeds, expected one"
                " for each"
            )
        return self
