"""One row of the report: everything that was measured of one network in its built place."""

import statistics
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, computed_field, model_validator

from benchmarks.drawings.metrics import DrawingMetrics
from benchmarks.measure.accuracy import Accuracies
from benchmarks.measure.cost import Costs
from benchmarks.measure.size import Sizes
from pipeline.architecture import Name
from pipeline.layers import Strict


def rounded(ratio: float) -> float:
    """Return a ratio of costs as files hold it: counted again, it differs in the third digit."""
    return float(f"{ratio:.2g}")


MeanRatio = Annotated[float, PlainSerializer(rounded)]


class Network(Strict):
    """What is measured: a network of one run, from `seeds`, the one that ships first."""

    architecture: Name
    dataset: Literal["mnist", "synthetic"]
    recipe: Name
    seeds: Annotated[tuple[int, ...], Field(min_length=1)]
    number_formats: tuple[str, ...]
    parameters: int
    macs: int
    weight_bytes: int


class Metrics(Accuracies, Costs, Sizes, Network):
    """Metrics read out of the candidate place, by the names that limits and reports use.

    Each part is declared where it is measured, so that a metric that is added there is in every
    report and in every line of the history; None stands for what could not be measured. One that
    is added after a release needs a default, for lines of the history do without it.
    """

    @computed_field  # type: ignore[prop-decorator]
    @property
    def weight_bits(self) -> float:
        """Mean bits of a parameter, with what belongs to the weights beside their levels."""
        return round(8 * self.weight_bytes / self.parameters, 2)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def mean_cost_ratio(self) -> MeanRatio:
        """What a test image costs on average, with every forward pass, against the baseline."""
        return self.cost_ratio * self.passes

    @computed_field  # type: ignore[prop-decorator]
    @property
    def mean_incremental_ratio(self) -> MeanRatio:
        """The same of a prediction after a few pixels changed."""
        return self.incremental_ratio * self.passes

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

    @model_validator(mode="before")
    @classmethod
    def _without_what_is_computed(cls, fields: object) -> object:
        """Let a file be read back that holds the derived metrics too."""
        if not isinstance(fields, dict):
            return fields
        return {
            name: each for name, each in fields.items() if name not in cls.model_computed_fields
        }

    @model_validator(mode="after")
    def _one_accuracy_for_each_seed(self) -> "Metrics":
        if len(self.seeds) != len(self.seed_accuracies):
            raise ValueError(
                f"{len(self.seed_accuracies)} accuracies for {len(self.seeds)} seeds, expected one"
                " for each"
            )
        return self


class Measurement(Metrics):
    """All metrics of one network; `not_measured` says why one is None."""

    drawn: DrawingMetrics | None = Field(default=None, description="digits that people drew")
    not_measured: dict[str, str]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def drawn_accuracy(self) -> float | None:
        """Share of the digits that people drew which is read right."""
        return None if self.drawn is None else self.drawn.accuracy

    @property
    def drawn_digits(self) -> int | None:
        """How many digits that people drew were measured on."""
        return None if self.drawn is None else self.drawn.digits
