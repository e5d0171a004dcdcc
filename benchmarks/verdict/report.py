"""Measurements and verdicts of one run: `build/report.json`."""

import statistics
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic import model_validator as validator

from benchmarks.measure.environment import Environment
from benchmarks.measure.measurement import Measurement
from benchmarks.measure.outcomes import Outcomes
from benchmarks.verdict.gate import Rule, Verdict
from pipeline import artifacts
from pipeline.errors import PocketDigitsError
from pipeline.layers import Strict

REPORT_FILE = "report.json"
PAGE_FILE = "report.html"  # the same for people
LIMIT_BROKEN, REGRESSED = 3, 4
# What rows must share to be compared: costs of two runs are ratios to two baselines.
OF_ONE_RUN = (
    *("recipe", "dataset", "test_images", "drawn_digits"),
    *("cost_method", "vm_assertions"),
)
SAME_BASELINE = 0.001  # by how much the baseline's count, taken by several jobs, may differ


class Row(Measurement):
    """A measurement with its verdict, and what was right image by image."""

    verdict: Verdict
    outcomes: Outcomes


class Report(Strict):
    """Every architecture of one run, in the order of `architectures.yaml`."""

    recipe: str
    dataset: str
    fallback_reason: str | None
    environment: Environment
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]

    @property
    def approved(self) -> list[Row]:
        """The rows that may ship, best first."""
        return [row for row in self.best_first if row.verdict.approved]

    @property
    def best_first(self) -> list[Row]:
        """All rows, those that read best first."""
        return sorted(self.rows, key=lambda row: (-row.accuracy, row.architecture))

    @property
    def broken_rules(self) -> set[Rule]:
        """The rules that a network breaks."""
        return {each.rule for row in self.rows for each in row.verdict.violations}

    @property
    def baseline_microseconds(self) -> float:
        """The baseline's time per inference, which was taken beside every network."""
        return statistics.median(row.baseline_microseconds for row in self.rows)

    @property
    def most_seeds(self) -> int:
        """How often the network that was trained most often was."""
        return max(len(row.seeds) for row in self.rows)

    @validator(mode="after")
    def _of_one_run(self) -> "Report":
        for name in OF_ONE_RUN:
            found = {row.architecture: getattr(row, name) for row in self.rows}
            if len(set(found.values())) > 1:
                raise ValueError(f"rows of several runs: {name} differs: {found}")
        baselines = {row.architecture: row.baseline_instructions for row in self.rows}
        counted = [count for count in baselines.values() if count is not None]
        if counted and (
            len(counted) < len(baselines) or max(counted) > min(counted) * (1 + SAME_BASELINE)
        ):
            raise ValueError(f"rows of several runs: baseline_instructions differs: {baselines}")
        return self


def exit_code(report: Report) -> int:
    """Return 0, or what a command ends with that judges: 1 is an error, 2 a wrong option."""
    if "limit" in report.broken_rules:
        return LIMIT_BROKEN
    return REGRESSED if report.broken_rules else 0


def write(report: Report, build: Path) -> Path:
    """Write `report.json` into the build folder."""
    path = build / REPORT_FILE
    artifacts.write_atomically(path, report.model_dump_json(indent=2) + "\n")
    return path


def load(path: Path) -> Report:
    """Read a report.

    Raises PocketDigitsError when there is none, or it was written by another version.
    """
    text = artifacts.read(path, "`nox -s release` and `nox -s benchmark` write build/report.json")
    try:
        return Report.model_validate_json(text)
    except ValidationError as error:
        raise PocketDigitsError(
            f"{path}: not a report of one run of this version: {error}\nrun `nox -s release` again"
        ) from error
