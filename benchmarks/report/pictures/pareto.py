"""The two Pareto pictures as data: accuracy over bytes of weights, and over cost of an inference.

Each PNG carries the fingerprint of what it shows, so that reading it tells an outdated picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.measure.columns import COLUMNS
from benchmarks.report import rivals
from benchmarks.verdict.report import Report
from pipeline.fingerprint import value_hash

FINGERPRINT = "Shows"  # the PNG's text entry
SIZE, COST = "pareto-size.png", "pareto-cost.png"
KILOBYTES = (1, 3, 10, 30, 100, 300)
SIZES = {1e3 * size: f"{size} kB" for size in KILOBYTES} | {1e6: "1 MB"}
TEST_SETS = {"mnist": "MNIST’s test images", "synthetic": "synthetic test images"}
FRACTIONS = (1000, 500, 200, 100, 50, 20, 10, 5, 2)


@dataclass(frozen=True)
class Point:
    """A network: what it takes of a budget, and its accuracy, from its worst seed to its best."""

    name: str
    budget: float
    accuracy: float
    worst: float
    best: float


@dataclass(frozen=True)
class Series:
    """Networks of somebody else, under one name."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Picture:
    """What one picture shows; `ticks` are of the budget's axis."""

    title: str
    note: str
    budget: str
    ticks: Mapping[float, str]
    ours: Sequence[Point]
    others: Sequence[Series]

    @property
    def fingerprint(self) -> str:
        """Changes with anything that is shown."""
        content = asdict(self)
        return value_hash(content | {"ticks": list(content["ticks"].items())})


def pictures(report: Report) -> dict[str, Picture]:
    """Return the pictures by their files; others' networks where they read the same images."""
    dense, bitnet = rivals.load().tinymnist, rivals.load().bitnetmcu
    size_rivals: tuple[Series, ...] = ()
    cost_rivals: tuple[Series, ...] = ()
    if report.dataset == "mnist":
        points = [(point.weight_bytes, point.accuracy) for point in bitnet.points]
        size_rivals = (
            _published("BitNetMCU", points),
            _published("TinyMNIST", [(dense.weight_bytes, dense.accuracy)]),
        )
        cost_rivals = (_published("TinyMNIST", [(1, dense.accuracy)]),)
    unit = "instructions" if report.rows[0].is_counted else "time"
    note = TEST_SETS[report.dataset]
    if report.most_seeds > 1:
        note += "; bars: worst to best seed"
    return {
        SIZE: Picture(
            title="Accuracy for bytes of weights",
            note=note,
            budget="weights in binary",
            ticks=SIZES,
            ours=points_of(report, "weight_bytes"),
            others=size_rivals,
        ),
        COST: Picture(
            title="Accuracy for the cost of an inference",
            note=note,
            budget=f"{unit} per inference (TinyMNIST’s way = 1)",
            ticks={1 / share: f"1/{share}" for share in FRACTIONS} | {1: "1"},
            ours=points_of(report, "mean_cost_ratio"),
            others=cost_rivals,
        ),
    }


def points_of(report: Report, budget: str) -> list[Point]:
    """Return every network's accuracy over a budget, which is the key of a column."""
    return [
        Point(
            row.architecture,
            COLUMNS[budget].value(row) or 0,
            row.accuracy,
            min(row.seed_accuracies),
            max(row.seed_accuracies),
        )
        for row in report.rows
    ]


def front(points: Sequence[Point]) -> list[Point]:
    """Return those that no other reaches with a budget as small, smallest budget first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda point: (point.budget, -point.accuracy)):
        if not best or point.accuracy > best[-1].accuracy:
            best.append(point)
    return best


def _published(name: str, points: Sequence[tuple[float, float]]) -> Series:
    return Series(name, [Point(name, x, accuracy, accuracy, accuracy) for x, accuracy in points])
