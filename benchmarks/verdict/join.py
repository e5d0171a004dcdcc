"""Joins the reports of several jobs, each of other networks, into the one they would have been."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from benchmarks.verdict.report import Report
from pipeline.errors import PocketDigitsError

SEVERAL = "several machines"


def join(reports: Mapping[Path, Report], order: list[str]) -> Report:
    """Return one report of all rows, in the order of the names in `order`, then by name.

    Raises PocketDigitsError when they are not of one commit, recipe and dataset, were not taken by
    the same instruments, or have a network twice.
    """
    first_path, first = next(iter(reports.items()))
    owner: dict[str, Path] = {}
    for path, report in reports.items():
        for name, expected in _header(first).items():
            if (found := _header(report)[name]) != expected:
                raise PocketDigitsError(
                    f"{path}: {name} is {found!r}, and that of {first_path} is {expected!r}; join"
                    " reports of one commit, recipe and dataset only"
                )
        for row in report.rows:
            other = owner.setdefault(row.architecture, path)
            if other != path:
                raise PocketDigitsError(
                    f"{path}: has {row.architecture}, and so has {other}; leave one out"
                )
    place = {name: position for position, name in enumerate(order)}
    rows = sorted(
        (row for report in reports.values() for row in report.rows),
        key=lambda row: (place.get(row.architecture, len(place)), row.architecture),
    )
    machines = {report.environment.machine for report in reports.values()}
    machine = SEVERAL if len(machines) > 1 else first.environment.machine
    environment = first.environment.model_copy(update={"machine": machine})
    try:
        return Report(**{**dict(first), "environment": environment, "rows": tuple(rows)})
    except ValidationError as error:
        raise PocketDigitsError(f"{', '.join(map(str, reports))}: {error}") from error


def _header(report: Report) -> dict[str, object]:
    """Return what reports must share: all but the rows, and the machine, which no count is of."""
    own = report.model_dump(exclude={"rows": True, "environment": True})
    instruments = report.environment.model_dump(exclude={"machine"})
    return own | {f"environment.{name}": value for name, value in instruments.items()}
