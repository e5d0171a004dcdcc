"""What accuracy a budget buys: the points of both pictures, and the front of the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.verdict.report import Report, Row


@dataclass(frozen=True)
class Point:
    """A network: what it takes of a budget, and its accuracy, from its worst seed to its best."""

    name: str
    budget: float
    accuracy: float
    worst: float
    best: float


def by_size(report: Report) -> list[Point]:
    """Return accuracy over bytes of weights."""
    return [_point(row, row.weight_bytes) for row in report.rows]


def by_cost(report: Report) -> list[Point]:
    """Return accuracy over the cost of one inference, the baseline's being 1."""
    return [_point(row, row.mean_cost_ratio) for row in report.rows]


def front(points: Sequence[Point]) -> list[Point]:
    """Return those that no other reaches with a budget as small, smallest budget first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda point: (point.budget, -point.accuracy)):
        if not best or point.accuracy > best[-1].accuracy:
            best.append(point)
    return best


def _point(row: Row, budget: float) -> Point:
    accuracies = row.seed_accuracies
    return Point(row.architecture, budget, row.accuracy, min(accuracies), max(accuracies))
