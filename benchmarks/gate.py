"""`Measurement` × `Limits` → `Verdict`: pure, with every violation and not just the first."""

from __future__ import annotations

from benchmarks.measurement import Measurement
from pipeline.layers import Strict
from pipeline.schema import Limits


class Violation(Strict):
    """One figure that breaks its limit."""

    figure: str
    found: float
    limit: str
    reason: str

    def __str__(self) -> str:
        return f"{self.figure} is {self.found:.6g}, the limit is {self.limit} ({self.reason})"


class Verdict(Strict):
    """Whether a network may be released, and what speaks against it."""

    violations: tuple[Violation, ...]

    @property
    def approved(self) -> bool:
        """True when nothing speaks against it."""
        return not self.violations


def judge(measured: Measurement, limits: Limits) -> Verdict:
    """Hold one network's figures against its limits. A figure equal to its limit passes.

    The accuracy is the worst seed's: luck with the one that ships is no merit of the network.
    """
    violations = []
    floor = limits.accuracy.at_least[measured.dataset]
    if measured.accuracy_worst < floor:
        of_seeds = (
            f" by the worst of {len(measured.seeds)} seeds" if len(measured.seeds) > 1 else ""
        )
        violations.append(
            Violation(
                figure="accuracy",
                found=measured.accuracy_worst,
                limit=f"at least {floor:g} on {measured.dataset}{of_seeds}",
                reason=limits.accuracy.reason,
            )
        )
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
    return Verdict(violations=tuple(violations))
