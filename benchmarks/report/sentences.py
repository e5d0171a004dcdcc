"""What `report.html` says beside its tables and pictures: sentences, matrices, what is missing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.drawings.predict import FOLDER, MISTAKES_FILE
from benchmarks.measure.columns import COLUMNS
from benchmarks.measure.units import bytes_text
from benchmarks.predictions import Confusion
from benchmarks.report import rivals, sheets
from benchmarks.verdict.history import History
from benchmarks.verdict.report import Report, Row

MAX_HEAT = 70  # per cent of the colour, so that a number on it stays readable
FULL_HEAT = 0.1  # share of a row's digits from which on it is that


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix of `images`: a row for each digit, a column for each prediction."""

    images: str
    rows: Confusion

    def heat(self, digit: int, count: int) -> int:
        """Return how strongly a mistake is coloured, in per cent."""
        share = count / max(sum(self.rows[digit]), 1)
        return round(MAX_HEAT * math.sqrt(min(1.0, share / FULL_HEAT)))

    @property
    def mistakes(self) -> int:
        """How many predictions are wrong."""
        return sum(map(sum, self.rows)) - sum(row[digit] for digit, row in enumerate(self.rows))


def headline(report: Report) -> str:
    """Say in a sentence what the best network does."""
    best = (report.approved or report.best_first)[0]
    accuracy, weights, cost = (
        COLUMNS[key].text(best) for key in ("accuracy", "weight_bytes", "mean_cost_ratio")
    )
    images = "MNIST’s" if report.dataset == "mnist" else "synthetic"
    return (
        f"{best.architecture} reads {accuracy} of {images} test images from {weights} of weights,"
        f" at {cost} of the baseline’s cost"
    )


def verdict(report: Report) -> str:
    """Say how many networks the gate approved."""
    refused = [row.architecture for row in report.rows if not row.verdict.approved]
    if not refused:
        return f"✓ All {len(report.rows)} networks keep their limits"
    return f"✗ Refused: {', '.join(refused)}"


def violations(report: Report) -> list[tuple[str, str]]:
    """Return every violation with the name of its network."""
    return [(row.architecture, str(each)) for row in report.rows for each in row.verdict.violations]


def published(report: Report) -> list[tuple[str, str, str, str]]:
    """Return what others have published about the same images: name, size, accuracy and source."""
    if report.dataset != "mnist":
        return []
    dense, bitnet = rivals.load().tinymnist, rivals.load().bitnetmcu
    size, accuracy = bytes_text(dense.weight_bytes), f"{dense.accuracy:.1%}"
    return [
        ("TinyMNIST", size, accuracy, dense.source),
        *(
            ("BitNetMCU", bytes_text(each.weight_bytes), f"{each.accuracy:.2%}", bitnet.source)
            for each in bitnet.points
        ),
    ]


def confusions(report: Report) -> list[tuple[str, str, list[Matrix]]]:
    """Return every network's name, how much it confuses, and matrices; the best network first."""
    found = []
    for row in report.best_first:
        matrices = [Matrix(f"{row.test_images:,} test images", row.outcomes.confusion)]
        if row.drawn is not None:
            people = f"{row.drawn.digits:,} digits that people drew"
            matrices.append(Matrix(people, row.drawn.confusion))
        wrong = " and ".join(f"{each.mistakes:,} of {each.images}" for each in matrices)
        found.append((row.architecture, f"{wrong} are read wrong", matrices))
    return found


def unmeasured(report: Report) -> list[tuple[str, str]]:
    """Return what was not measured, judged or compared, and why."""
    reasons: dict[str, list[str]] = {}
    if report.fallback_reason is not None:
        reasons[report.fallback_reason] = ["MNIST, in whose place synthetic digits were read"]
    for row in report.rows:
        for name, why in _not_measured(row):
            reasons.setdefault(why, []).append(name)
    return [(", ".join(dict.fromkeys(names)), why) for why, names in reasons.items()]


def missing(report: Report, history: History | None, build: Path) -> list[tuple[str, str]]:
    """Return what the page lacks, and why: what was not measured, and what was not there."""
    found = unmeasured(report)
    if history is None:
        found.append(("Changes from run to run", "no history was given: --history FILE"))
    elif not history.lines:
        found.append(("Changes from run to run", "the history has no runs yet"))
    elif history.damaged:
        numbers = ", ".join(str(each.number) for each in history.damaged)
        found.append(("Some of the history", f"damaged lines: {numbers}"))
    drawn = any(row.drawn is not None for row in report.rows)
    if drawn and not sheets.mistakes(report, build):
        found.append(("The sheets of mistakes", f"{MISTAKES_FILE} is not in {FOLDER}/"))
    if not sheets.previews(build):
        found.append(("Pictures of the place", "they were not drawn: nox -s preview"))
    return found


def _not_measured(row: Row) -> Iterator[tuple[str, str]]:
    yield from row.not_measured.items()
    for name, why in row.verdict.not_judged.items():
        yield f"the limit of {name}", why
    for name, why in row.verdict.not_compared.items():
        yield f"{row.architecture}’s {name} against an earlier run’s", why
