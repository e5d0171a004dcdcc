"""The Pareto pictures: what they show, that names stay clear, and that bytes repeat."""

import subprocess
import sys
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from measurements import ladder, measurement, report
from pictures import read_fingerprint
from PIL import Image

from benchmarks.report.pictures import labels, pareto, scatter
from benchmarks.verdict.report import write
from pipeline.fingerprint import REPOSITORY, file_hashes

DRAW = """
import sys
from pathlib import Path
from benchmarks.verdict import report
from benchmarks.report.pictures import scatter
scatter.draw(report.load(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    scatter.draw(ladder(), folder)
    return folder


def test_another_process_draws_the_same_bytes(drawn, tmp_path):
    file, again = write(ladder(), tmp_path), tmp_path / "again"
    again.mkdir()
    command = [sys.executable, "-c", DRAW, str(file), str(again)]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    assert file_hashes(again) == file_hashes(drawn)


def test_both_are_pictures_on_a_light_background(drawn):
    for name in ("pareto-size.png", "pareto-cost.png"):
        with Image.open(drawn / name) as image:
            assert image.size == (1040, 860)
            assert image.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_says_which_figures_it_shows(drawn):
    for name, picture in pareto.pictures(ladder()).items():
        assert read_fingerprint(drawn / name) == picture.fingerprint
    for name, picture in pareto.pictures(report(measurement())).items():
        assert read_fingerprint(drawn / name) != picture.fingerprint


def test_a_picture_of_somebody_else_says_nothing():
    assert read_fingerprint(REPOSITORY / "docs" / "screen.png") is None


def test_the_rivals_are_where_their_budget_is_known():
    shown = pareto.pictures(ladder())
    assert {
        name: [series.name for series in picture.others] for name, picture in shown.items()
    } == {pareto.SIZE: ["BitNetMCU", "TinyMNIST"], pareto.COST: ["TinyMNIST"]}


def test_rivals_who_read_other_images_are_not_compared():
    shown = pareto.pictures(report(measurement(dataset="synthetic")))
    assert [picture.others for picture in shown.values()] == [(), ()]


def test_names_of_crowded_points_cover_neither_each_other_nor_the_points():
    figure = Figure((5, 4), 100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlim=(0, 10), ylim=(0, 10))
    points = [(4, 5), (4.3, 5.2), (4.6, 5.4), (9.8, 9.8)]
    for x, y in points:
        axes.plot(x, y, "o")
    placed = labels.put(axes, [labels.Label("network", x, y, "black") for x, y in points])
    boxes = [name.get_window_extent() for name in placed]
    assert not any(Bbox.intersection(*pair) for pair in combinations(boxes, 2))
    pixels = [axes.transData.transform(point) for point in points]
    assert not any(box.contains(*pixel) for box in boxes for pixel in pixels)
    assert all(axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 for box in boxes)
