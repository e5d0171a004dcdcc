"""Draws one line for each network as SVG: over the size of a drawing, or over the runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from benchmarks.report.pictures import vector
from benchmarks.report.pictures.drawing import ACCURACIES, INCHES, QUIET, STYLE

DPI = 100
ROOM = 1.36  # the axis' width, with the names at the lines' ends, as a multiple of the lines'
NAME = 0.062  # of the picture's height, for one name


@dataclass(frozen=True)
class Curve:
    """A network's values; `x` is in the picture's units, each `y` a share or a change."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Curves:
    """What a picture shows: `ticks` are of its x axis, `marks` upright lines with their names.

    With `errors`, values are accuracies, drawn by their share of errors on a logarithmic axis;
    else they are changes, in `unit`.
    """

    title: str
    across: str
    curves: Sequence[Curve]
    ticks: Mapping[float, str]
    marks: Mapping[float, str]
    errors: bool = False
    unit: str = "%"


def svg(shown: Curves, name: str) -> str:
    """Draw the lines; ids in the SVG begin with `name`."""
    with style.context(["default", STYLE | {"axes.titlepad": 16}], after_reset=True):
        figure = Figure(INCHES, DPI, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot(title=shown.title, xlabel=shown.across)
        for index, curve in enumerate(shown.curves):
            _plot(axes, shown, curve, _color(index))
        _scale(axes, shown)
        figure.draw_without_rendering()
        _name_ends(axes, shown)
        return vector.svg(figure, name)


def _color(index: int) -> str:
    return vector.SERIES[index % len(vector.SERIES)]


def _plot(axes: Axes, shown: Curves, curve: Curve, color: str) -> None:
    y = [_height(shown, each) for each in curve.y]
    axes.plot(curve.x, y, "-o", color=color, linewidth=1.6, markersize=3.5, zorder=3)


def _height(shown: Curves, value: float) -> float:
    return 1 - value if shown.errors else value


def _name_ends(axes: Axes, shown: Curves) -> None:
    """Write each name at the end of its line, as far up or down as keeps it off the others."""
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = [
        (to_axes.transform((max(shown.ticks), _height(shown, curve.y[-1]))), curve.name, index)
        for index, curve in enumerate(shown.curves)
    ]
    ends.sort(key=lambda end: end[0][1])
    heights = spread([height for (_, height), _, _ in ends], NAME)
    for ((right, _), name, index), height in zip(ends, heights, strict=True):
        axes.annotate(
            name,
            (right, height),
            (8, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            color=_color(index),
            in_layout=False,
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return ascending heights, 0 … 1, moved as little as keeps them `gap` apart and inside."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + gap if moved else gap / 2))
    above = 1 - gap / 2
    for index in reversed(range(len(moved))):
        moved[index] = min(moved[index], above)
        above = moved[index] - gap
    return moved


def _change(value: float, unit: str) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):.3g} {unit}"


def _scale(axes: Axes, shown: Curves) -> None:
    left, right = min(shown.ticks), max(shown.ticks)
    width = max(right - left, 1)
    axes.set_xlim(left - 0.04 * width, left + ROOM * width)
    axes.set_xticks(list(shown.ticks), list(shown.ticks.values()))
    if shown.errors:
        errors = [1 - each for curve in shown.curves for each in curve.y]
        axes.set_yscale("log")
        axes.set_ylim(max(errors) * 1.4, min(errors) / 1.4)
        seen = [each for each in ACCURACIES if min(errors) / 1.4 <= 1 - each <= max(errors) * 1.4]
        axes.set_yticks([1 - each for each in seen], [f"{each * 100:g}%" for each in seen])
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.yaxis.set_major_locator(MaxNLocator(6))
        axes.yaxis.set_major_formatter(lambda value, _: _change(value, shown.unit))
        low, high = axes.get_ylim()
        if high - low < 0.2:  # or rounding would fill the picture
            axes.set_ylim(min(low, -0.1), max(high, 0.1))
    axes.tick_params(length=0)
    for x, text in shown.marks.items():
        axes.axvline(x, color=QUIET, linewidth=1, linestyle=":", zorder=2)
        axes.annotate(
            text,
            (x, 1),
            (0, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            color=QUIET,
        )
