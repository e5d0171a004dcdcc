"""Draws points of accuracy over a budget as PNG or SVG; equal pictures are equal bytes.

Both axes are logarithmic, the accuracy's by the share of errors: halving them is one step up,
wherever it is done.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from benchmarks.report.pictures import labels, vector
from benchmarks.report.pictures.pareto import Point, front

INCHES, DPI = (5.2, 4.3), 200
ACCURACIES = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.997, 0.998, 0.999)
OURS, INK, QUIET = vector.OURS, vector.INK, vector.QUIET
# Colours that the colour-blind tell apart, and marks that tell the same.
OTHERS = {"BitNetMCU": (vector.BITNET, "s"), "TinyMNIST": (vector.TINY, "D")}
STYLE = {
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlepad": 26,
    "grid.color": vector.GRID,
    "xtick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.color": QUIET,
    "ytick.labelcolor": INK,
}


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


def png(picture: Picture, entries: Mapping[str, str]) -> bytes:
    """Draw a picture, with text entries in its file."""
    with style.context(["default", STYLE], after_reset=True):
        file = io.BytesIO()
        metadata = {"Software": None, **entries}
        figure(picture).savefig(file, format="png", metadata=metadata)
    return file.getvalue()


def svg(picture: Picture, name: str) -> str:
    """Draw a picture as SVG to stand in a page, in the page's own colours (see `vector`)."""
    with style.context(["default", STYLE], after_reset=True):
        return vector.svg(figure(picture), name)


def figure(picture: Picture) -> Figure:
    """Lay a picture out, with every name where it covers least."""
    shown = Figure(INCHES, DPI, layout="constrained")
    FigureCanvasAgg(shown)
    axes = shown.add_subplot(title=picture.title, xlabel=picture.budget)
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
    shown.draw_without_rendering()  # the layout decides where a point's pixel is
    shown.set_layout_engine("none")
    labels.put(axes, _names(picture))
    return shown


def _scale(axes: Axes, picture: Picture) -> None:
    points = [*picture.ours, *(point for series in picture.others for point in series.points)]
    budgets = [point.budget for point in points]
    errors = [1 - accuracy for point in points for accuracy in (point.worst, point.best)]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(min(budgets) / 1.5, max(budgets) * 1.5)
    axes.set_ylim(max(errors) * 1.4, min(errors) / 1.25)  # the fewer, the higher
    _ticks(axes, picture.ticks, {1 - each: f"{each * 100:g}%" for each in ACCURACIES})


def _ticks(axes: Axes, budgets: Mapping[float, str], errors: Mapping[float, str]) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    across = {value: text for value, text in budgets.items() if left <= value <= right}
    upward = {value: text for value, text in errors.items() if top <= value <= bottom}
    axes.set_xticks(list(across), list(across.values()))
    axes.set_yticks(list(upward), list(upward.values()))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.tick_params(length=0)


def _plot(axes: Axes, picture: Picture) -> None:
    for series in picture.others:
        color, marker = OTHERS[series.name]
        across = [point.budget for point in series.points]
        upward = [1 - point.accuracy for point in series.points]
        axes.plot(across, upward, marker, color=color, markersize=5, mfc=vector.PAPER, zorder=3)
    across, upward = _steps(axes, front(picture.ours))
    axes.plot(across, upward, color=OURS, alpha=0.35, linewidth=1.6, zorder=2)
    for point in picture.ours:
        whisker = [1 - point.worst, 1 - point.best]
        axes.plot([point.budget] * 2, whisker, color=OURS, linewidth=1.4, zorder=4)
        axes.plot(point.budget, 1 - point.accuracy, "o", color=OURS, markersize=6, zorder=5)


def _steps(axes: Axes, best: Sequence[Point]) -> tuple[list[float], list[float]]:
    """Return the line of what a budget buys: level until the next network can be afforded."""
    across, upward = [], []
    for point, following in zip(best, [*best[1:], None], strict=True):
        end = axes.get_xlim()[1] if following is None else following.budget
        across += [point.budget, end]
        upward += [1 - point.accuracy] * 2
    return across, upward


def _names(picture: Picture) -> list[labels.Label]:
    """Return every name beside its point; a series of others has one, at its lowest."""
    best_first = sorted(picture.ours, key=lambda point: -point.accuracy)
    names = [(point, OURS) for point in best_first]
    for series in picture.others:
        color, _ = OTHERS[series.name]
        names.append((min(series.points, key=lambda point: point.accuracy), color))
    return [
        labels.Label(point.name, point.budget, 1 - point.accuracy, color) for point, color in names
    ]
