"""What is remembered of a run: a line of figures for each of its networks."""

from __future__ import annotations

from datetime import datetime, timezone

from pydantic import AwareDatetime

from benchmarks.measure.correct import Right
from benchmarks.measure.environment import Environment
from benchmarks.measure.measurement import CostMethod
from benchmarks.verdict.report import Report, Row
from pipeline.fingerprint import value_hash
from pipeline.layers import Strict

RUN_LENGTH = 16  # hexadecimal digits that tell runs apart


class Figures(Strict):
    """What is remembered of one network of a run, by the names of a report's row."""

    architecture: str
    recipe: str
    dataset: str
    environment: Environment
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
    baseline_instructions: float | None
    cost_method: CostMethod
    cost_ratio: float
    cost_ratio_upper: float
    vm_assertions: bool
    seeds: tuple[int, ...]
    seed_accuracies: tuple[float, ...]
    calibration_error: float
    accuracy: float
    drawn_accuracy: float | None
    test: Right
    drawings: Right | None
    violations: tuple[str, ...]

    @property
    def approved(self) -> bool:
        """Whether the gate of its run let it pass."""
        return not self.violations


class Line(Figures):
    """One network of one run. `release` or `accepted`, the reason, make it the one to beat."""

    run: str
    time: AwareDatetime
    release: str | None = None
    accepted: str | None = None

    @property
    def is_marked(self) -> bool:
        """Whether people took this run for good, whatever the gate said."""
        return self.release is not None or self.accepted is not None

    @property
    def title(self) -> str:
        """The run as a message names it."""
        what = "the run" if self.accepted is None else "the accepted run"
        if self.release is not None:
            what = f"release {self.release}"
        return f"{what} of {self.environment.title}"


def figures(row: Row, report: Report) -> Figures:
    """Return what is remembered of one row."""
    others = {
        "environment": report.environment,
        "test": row.answered.test,
        "drawings": row.answered.drawings,
        "violations": tuple(f"{each.rule}: {each.figure}" for each in row.verdict.violations),
    }
    return Figures(
        **{name: getattr(row, name) for name in Figures.model_fields.keys() - others}, **others
    )


def lines(
    report: Report, time: datetime, release: str | None = None, accepted: str | None = None
) -> list[Line]:
    """Return a report as lines to remember; `time` is when they are."""
    measured = report.model_dump(mode="json", exclude={"rows": {"__all__": {"verdict"}}})
    run = value_hash(measured)[:RUN_LENGTH]
    when = time.astimezone(timezone.utc).replace(microsecond=0)
    mark = {"release": release, "accepted": accepted}
    rows = [dict(figures(row, report)) for row in report.rows]
    return [Line(**row, **mark, run=run, time=when) for row in rows]
