"""The two Pareto pictures: accuracy over bytes of weights, and over the cost of an inference.

Each PNG carries the hash of what it shows, so that a picture of older figures is told by reading
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from benchmarks.report import rivals
from benchmarks.report.pictures.drawing import Picture, Series, png
from benchmarks.report.pictures.pareto import Point, by_cost, by_size
from benchmarks.verdict.report import Report
from pipeline import artifacts
from pipeline import fingerprint as hashes

SHOWS = "Shows"  # the PNG's text entry with the hash
SIZE, COST = "pareto-size.png", "pareto-cost.png"
SIZES = {
    1e3: "1 kB",
    3e3: "3 kB",
    1e4: "10 kB",
    3e4: "30 kB",
    1e5: "100 kB",
    3e5: "300 kB",
    1e6: "1 MB",
}
TEST_SETS = {"mnist": "MNIST’s test images", "synthetic": "synthetic test images"}
FRACTIONS = (1000, 500, 200, 100, 50, 20, 10, 5, 2)


def draw(report: Report, folder: Path) -> list[Path]:
    """Write `pareto-size.png` and `pareto-cost.png` into a folder."""
    paths = []
    for name, picture in pictures(report).items():
        paths.append(folder / name)
        artifacts.write_atomically(paths[-1], png(picture, {SHOWS: shown(picture)}))
    return paths


def pictures(report: Report) -> dict[str, Picture]:
    """Return what each file shows, by its name; the rivals where they read the same images."""
    known = rivals.load()
    usual = known.tinymnist
    bitnet = [(point.weight_bytes, point.accuracy) for point in known.bitnetmcu.points]
    size_rivals: tuple[Series, ...] = ()
    cost_rivals: tuple[Series, ...] = ()
    if report.dataset == "mnist":
        size_rivals = (
            _published("BitNetMCU", bitnet),
            _published("TinyMNIST", [(usual.weight_bytes, usual.accuracy)]),
        )
        cost_rivals = (_published("TinyMNIST", [(1, usual.accuracy)]),)
    unit = "instructions" if report.rows[0].cost_method == "callgrind" else "time"
    note = TEST_SETS[report.dataset]
    if report.most_seeds > 1:
        note += "; bars: worst to best seed"
    return {
        SIZE: Picture(
            title="Accuracy for bytes of weights",
            note=note,
            budget="weights in binary",
            ticks=SIZES,
            ours=by_size(report),
            others=size_rivals,
        ),
        COST: Picture(
            title="Accuracy for the cost of an inference",
            note=note,
            budget=f"{unit} per inference (TinyMNIST’s way = 1)",
            ticks={1 / share: f"1/{share}" for share in FRACTIONS} | {1: "1"},
            ours=by_cost(report),
            others=cost_rivals,
        ),
    }


def shown(picture: Picture) -> str:
    """Return the hash of what a picture shows."""
    content = asdict(picture)
    return hashes.value_hash(content | {"ticks": list(content["ticks"].items())})


def read_shown(path: Path) -> str | None:
    """Return the hash of what a PNG says that it shows."""
    with Image.open(path) as image:
        return image.info.get(SHOWS)


def _published(name: str, points: Sequence[tuple[float, float]]) -> Series:
    return Series(name, [Point(name, x, accuracy, accuracy, accuracy) for x, accuracy in points])
