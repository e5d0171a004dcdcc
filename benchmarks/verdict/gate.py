"""`Measurement` × `Limits` → `Verdict`: pure, with every violation and not just the first."""

from typing import Literal

from pydantic import Field

from benchmarks.measure.measurement import Measurement
from pipeline.layers import Strict
from pipeline.limits import AccuracyFloor, Limits

LARGE = 1000  # from here on figures are counts
Rule = Literal["limit", "last", "trend", "against"]


class Violation(Strict):
    """One figure that breaks a rule: its limit, or what an earlier run reached."""

    rule: Rule = "limit"
    figure: str
    found: float
    limit: str
    reason: str

    def __str__(self) -> str:
        found = f"{self.found:,.0f}" if self.found >= LARGE else f"{self.found:.6g}"
        return f"{self.figure} is {found}, the limit is {self.limit} ({self.reason})"


class Verdict(Strict):
    """Whether a network may be released, and what speaks against it.

    `not_judged` has the limits whose figures were not measured, and `not_compared` the figures
    that could not be held against an earlier run's, and why.
    """

    violations: tuple[Violation, ...]
    not_judged: dict[str, str] = Field(default_factory=dict)
    not_compared: dict[str, str] = Field(default_factory=dict)

    @property
    def approved(self) -> bool:
        """True when nothing speaks against it."""
        return not self.violations


def judge(measured: Measurement, limits: Limits) -> Verdict:
    """Hold one network's figures against its limits. A figure equal to its limit passes.

    The accuracy is the worst seed's: luck with the one that ships is no merit of the network.
    """
    seeds = len(measured.seeds)
    of_seeds = f" by the worst of {seeds} seeds" if seeds > 1 else ""
    where = f"on {measured.dataset}{of_seeds}"
    least = limits.accuracy.at_least[measured.dataset]
    violations = _below("accuracy", measured.accuracy_worst, least, where, limits.accuracy)
    not_judged = {}
    if (floor := limits.drawn_accuracy) is not None:
        found, figure = measured.drawn_accuracy, "drawn_accuracy"
        if found is None:
            not_judged[figure] = measured.not_measured[figure]
        else:
            least = floor.at_least[measured.dataset]
            violations += _below(figure, found, least, "on what people drew", floor)
    ceilings = {
        "model_luau_bytes": (measured.model_luau_bytes, limits.model_luau_bytes),
        "cost_ratio": (measured.cost_ratio_upper, limits.cost_ratio),
    }
    for figure, (found, ceiling) in ceilings.items():
        if found > ceiling.at_most:
            violations.append(
                Violation(
                    figure=figure,
                    found=found,
                    limit=f"at most {ceiling.at_most:g}",
                    reason=ceiling.reason,
                )
            )
    if measured.keras_disagreements:
        violations.append(
            Violation(
                figure="keras_disagreements",
                found=measured.keras_disagreements,
                limit="0",
                reason="the network that ships must be the network that was trained",
            )
        )
    return Verdict(violations=tuple(violations), not_judged=not_judged)


def _below(
    figure: str, found: float, least: float, where: str, floor: AccuracyFloor
) -> list[Violation]:
    if found >= least:
        return []
    limit = f"at least {least:g} {where}"
    return [Violation(figure=figure, found=found, limit=limit, reason=floor.reason)]
