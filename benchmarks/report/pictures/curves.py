"""Draws one line for each network as SVG: over the size of a drawing, or over the runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from benchmarks.report.pictures import canvas
from benchmarks.report.pictures.canvas import QUIET, SERIES

DPI = 100
ROOM = 1.36  # the axis' width, with the names at the lines' ends, as a multiple of the lines'
NAME = 0.062  # of the picture's height, for one name


@dataclass(frozen=True)
class Curve:
    """A network's values; `x` is in the picture's units, each `y` a share of errors or a change."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Curves:
    """What a picture shows: `ticks` are of its x axis, `marks` upright lines with their names.

    Values are changes in `unit`, or shares of errors on a logarithmic axis.
    """

    title: str
    across: str
    curves: Sequence[Curve]
    ticks: Mapping[int, str]
    marks: Mapping[int, str]
    unit: Literal["%", "pp", "errors"] = "%"


def svg(shown: Curves, name: str) -> str:
    """Draw the lines; ids in the SVG begin with `name`."""
    with canvas.drawing(shown.title, shown.across, DPI) as (figure, axes):
        for index, curve in enumerate(shown.curves):
            color = SERIES[index % len(SERIES)]
            axes.plot(curve.x, curve.y, "-o", color=color, linewidth=1.6, markersize=3.5, zorder=3)
        _scale(axes, shown)
        _mark(axes, shown.marks)
        figure.draw_without_rendering()
        _name_ends(axes, shown)
        return canvas.svg(figure, name)


def _scale(axes: Axes, shown: Curves) -> None:
    left, right = min(shown.ticks), max(shown.ticks)
    width = max(right - left, 1)
    axes.set_xlim(left - 0.04 * width, left + ROOM * width)
    axes.set_xticks(list(shown.ticks), list(shown.ticks.values()))
    axes.tick_params(length=0)
    if shown.unit == "errors":
        canvas.scale_errors(axes, [each for curve in shown.curves for each in curve.y])
        return
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(lambda value, _: _change(value, shown.unit))
    low, high = axes.get_ylim()
    if high - low < 0.2:  # or rounding would fill the picture
        axes.set_ylim(min(low, -0.1), max(high, 0.1))


def _change(value: float, unit: str) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):.3g} {unit}"


def _mark(axes: Axes, marks: Mapping[int, str]) -> None:
    for x, text in marks.items():
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


def _name_ends(axes: Axes, shown: Curves) -> None:
    """Write each name at the end of its line, as far up or down as keeps it off the others."""
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = [
        (
            to_axes.transform((max(shown.ticks), curve.y[-1])),
            curve.name,
            SERIES[index % len(SERIES)],
        )
        for index, curve in enumerate(shown.curves)
    ]
    ends.sort(key=lambda end: end[0][1])
    heights = spread([height for (_, height), _, _ in ends], NAME)
    for ((right, _), name, color), height in zip(ends, heights, strict=True):
        axes.annotate(
            name,
            (right, height),
            (8, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            color=color,
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
