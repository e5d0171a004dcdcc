"""Draws points of accuracy over a budget as PNG or SVG; equal pictures are equal bytes."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from benchmarks.report.pictures import canvas, labels
from benchmarks.report.pictures.canvas import OURS, PAPER, QUIET
from benchmarks.report.pictures.pareto import FINGERPRINT, Picture, Point, front, pictures
from benchmarks.verdict.report import Report
from pipeline.artifacts import write_atomically

DPI = 200
# Colours that the colour-blind tell apart, and marks that tell the same.
OTHERS = {"BitNetMCU": (canvas.BITNET, "s"), "TinyMNIST": (canvas.TINY, "D")}


def draw(report: Report, folder: Path) -> list[Path]:
    """Write `pareto-size.png` and `pareto-cost.png` into a folder."""
    paths = []
    for name, picture in pictures(report).items():
        paths.append(folder / name)
        write_atomically(paths[-1], png(picture))
    return paths


def png(picture: Picture) -> bytes:
    """Draw a picture, with its fingerprint in the file."""
    file, metadata = io.BytesIO(), {"Software": None, FINGERPRINT: picture.fingerprint}
    with _figure(picture) as figure:
        figure.savefig(file, format="png", metadata=metadata)
    return file.getvalue()


def svg(picture: Picture, name: str) -> str:
    """Draw a picture as SVG to stand in a page, in the page's own colours (see `canvas`)."""
    with _figure(picture) as figure:
        return canvas.svg(figure, name)


@contextmanager
def _figure(picture: Picture) -> Iterator[Figure]:
    """Lay a picture out, with every name where it covers least."""
    with canvas.drawing(picture.title, picture.budget, DPI) as (figure, axes):
        _scale(axes, picture)
        _plot(axes, picture)
        axes.annotate(
            picture.note,
            xy=(0, 1),
            xytext=(0, 11),
            xycoords="axes fraction",
            textcoords="offset points",
            color=QUIET,
            in_layout=False,
        )
        figure.draw_without_rendering()  # the layout decides where a point's pixel is
        figure.set_layout_engine("none")
        labels.put(axes, _names(picture))
        yield figure


def _scale(axes: Axes, picture: Picture) -> None:
    points = [*picture.ours, *(point for series in picture.others for point in series.points)]
    budgets = [point.budget for point in points]
    left, right = min(budgets) / 1.5, max(budgets) * 1.5
    ticks = {value: text for value, text in picture.ticks.items() if left <= value <= right}
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    axes.set_xticks(list(ticks), list(ticks.values()))
    axes.xaxis.set_minor_locator(NullLocator())
    canvas.scale_errors(axes, [1 - each for point in points for each in (point.worst, point.best)])
    axes.tick_params(length=0)


def _plot(axes: Axes, picture: Picture) -> None:
    for series in picture.others:
        color, marker = OTHERS[series.name]
        across = [point.budget for point in series.points]
        upward = [1 - point.accuracy for point in series.points]
        axes.plot(across, upward, marker, color=color, markersize=5, mfc=PAPER, zorder=3)
    best = front(picture.ours)  # its line is level until the next network can be afforded
    steps = np.repeat([*(point.budget for point in best), axes.get_xlim()[1]], 2)[1:-1]
    levels = np.repeat([1 - point.accuracy for point in best], 2)
    axes.plot(steps, levels, color=OURS, alpha=0.35, linewidth=1.6, zorder=2)
    for point in picture.ours:
        whisker = [1 - point.worst, 1 - point.best]
        axes.plot([point.budget] * 2, whisker, color=OURS, linewidth=1.4, zorder=4)
        axes.plot(point.budget, 1 - point.accuracy, "o", color=OURS, markersize=6, zorder=5)


def _names(picture: Picture) -> Sequence[labels.Label]:
    """Return every name beside its point; a series of others has one, at its lowest."""

    def label(point: Point, color: str) -> labels.Label:
        return labels.Label(point.name, point.budget, 1 - point.accuracy, color)

    best_first = sorted(picture.ours, key=lambda point: -point.accuracy)
    lowest = [
        (min(series.points, key=lambda point: point.accuracy), OTHERS[series.name][0])
        for series in picture.others
    ]
    return [*(label(point, OURS) for point in best_first), *(label(*each) for each in lowest)]
