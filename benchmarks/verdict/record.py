"""What the history keeps of a run: a line of metrics for each of its networks."""

from datetime import datetime, timezone

from pydantic import AwareDatetime

from benchmarks.measure.environment import Environment
from benchmarks.measure.measurement import Metrics
from benchmarks.measure.outcomes import Correct
from benchmarks.verdict.report import Report, Row
from pipeline.fingerprint import value_hash

RUN_LENGTH = 16  # hexadecimal digits that tell runs apart


class Record(Metrics):
    """One network of a run: its metrics, and which images it reads right."""

    environment: Environment
    drawn_accuracy: float | None
    test: Correct
    drawings: Correct | None
    violations: tuple[str, ...]

    @property
    def approved(self) -> bool:
        """Whether the gate of its run let it pass."""
        return not self.violations


class Line(Record):
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


def record(row: Row, report: Report) -> Record:
    """Return what the history keeps of one row."""
    return Record(
        **{name: getattr(row, name) for name in Metrics.model_fields},
        environment=report.environment,
        drawn_accuracy=row.drawn_accuracy,
        test=row.outcomes.test,
        drawings=row.outcomes.drawings,
        violations=tuple(f"{each.rule}: {each.figure}" for each in row.verdict.violations),
    )


def lines(
    report: Report, time: datetime, release: str | None = None, accepted: str | None = None
) -> list[Line]:
    """Return a report as lines of the history; `time` is when they are added."""
    measured = report.model_dump(mode="json", exclude={"rows": {"__all__": {"verdict"}}})
    run = value_hash(measured)[:RUN_LENGTH]
    when = time.astimezone(timezone.utc).replace(microsecond=0)
    mark = {"release": release, "accepted": accepted}
    rows = [dict(record(row, report)) for row in report.rows]
    return [Line(**row, **mark, run=run, time=when) for row in rows]
