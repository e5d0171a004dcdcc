"""What the history keeps of a run: a line of metrics for each of its networks."""

from datetime import datetime, timezone

from pydantic import AwareDatetime

from benchmarks.measure.environment import Environment
from benchmarks.measure.measurement import Metrics
from benchmarks.measure.outcomes import Correct
from benchmarks.verdict.report import Report
from pipeline.fingerprint import value_hash

LATEST = datetime.max.replace(tzinfo=timezone.utc)  # of a run that comes after all others
RUN_LENGTH = 16  # hexadecimal digits that tell runs apart


class Line(Metrics):
    """One network of one run: its metrics, and which images it reads right.

    `release` or `accepted`, the reason, make it the one to beat.
    """

    environment: Environment
    drawn_accuracy: float | None
    test: Correct
    drawings: Correct | None
    violations: tuple[str, ...]
    run: str
    time: AwareDatetime
    release: str | None = None
    accepted: str | None = None

    @property
    def approved(self) -> bool:
        """Whether the gate of its run let it pass."""
        return not self.violations

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


def lines(
    report: Report,
    time: datetime = LATEST,
    release: str | None = None,
    accepted: str | None = None,
) -> list[Line]:
    """Return a report as lines of the history; `time` is when they are added."""
    measured = report.model_dump(mode="json", exclude={"rows": {"__all__": {"verdict"}}})
    run = value_hash(measured)[:RUN_LENGTH]
    return [
        Line(
            **{name: getattr(row, name) for name in Metrics.model_fields},
            environment=report.environment,
            drawn_accuracy=row.drawn_accuracy,
            test=row.outcomes.test,
            drawings=row.outcomes.drawings,
            violations=tuple(f"{each.rule}: {each.metric}" for each in row.verdict.violations),
            run=run,
            time=time.astimezone(timezone.utc).replace(microsecond=0),
            release=release,
            accepted=accepted,
        )
        for row in report.rows
    ]
