"""`Measurement` × `Limits` → `Verdict`: pure, with every violation and not just the first."""

from typing import Literal

from pydantic import Field

from benchmarks.measure.measurement import Measurement
from pipeline.layers import Strict
from pipeline.limits import Limits

LARGE = 1000  # from here on values are counts
Rule = Literal["limit", "last", "trend", "against"]


class Violation(Strict):
    """One metric that breaks a rule: its limit, or what an earlier run reached."""

    rule: Rule = "limit"
    metric: str
    found: float
    limit: str
    reason: str

    def __str__(self) -> str:
        found = f"{self.found:,.0f}" if self.found >= LARGE else f"{self.found:.6g}"
        return f"{self.metric} is {found}, the limit is {self.limit} ({self.reason})"


class Verdict(Strict):
    """Whether a network may be released, and what speaks against it.

    `not_judged` has the limits whose metrics were not measured, and `not_compared` the metrics
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
    """Hold one network's metrics against its limits. One that is equal to its limit passes.

    The accuracy is the worst seed's: luck with the one that ships is no merit of the network.
    """
    seeds = len(measured.seeds)
    of_seeds = f" by the worst of {seeds} seeds" if seeds > 1 else ""
    where = f"on {measured.dataset}{of_seeds}"
    floors = {"accuracy": (measured.accuracy_worst, limits.accuracy, where)}
    not_judged = {}
    if limits.drawn_accuracy is not None:
        drawn, name = measured.drawn_accuracy, "drawn_accuracy"
        if drawn is None:
            not_judged[name] = measured.not_measured[name]
        else:
            floors[name] = (drawn, limits.drawn_accuracy, "on what people drew")
    ceilings = {
        "model_luau_bytes": (measured.model_luau_bytes, limits.model_luau_bytes),
        "cost_ratio": (measured.cost_ratio_upper, limits.cost_ratio),
    }
    broken: list[tuple[str, float, str, str]] = [
        (name, found, f"at least {least:g} {where}", floor.reason)
        for name, (found, floor, where) in floors.items()
        if found < (least := floor.at_least[measured.dataset])
    ]
    broken += [
        (name, found, f"at most {ceiling.at_most:g}", ceiling.reason)
        for name, (found, ceiling) in ceilings.items()
        if found > ceiling.at_most
    ]
    if measured.keras_disagreements:
        reason = "the network that ships must be the network that was trained"
        broken.append(("keras_disagreements", measured.keras_disagreements, "0", reason))
    violations = (
        Violation(metric=name, found=found, limit=limit, reason=reason)
        for name, found, limit, reason in broken
    )
    return Verdict(violations=tuple(violations), not_judged=not_judged)
