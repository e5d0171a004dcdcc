"""The pictures of `report.html`, each an SVG with its caption and the words that stand for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from benchmarks.drawings.placement import CANVAS
from benchmarks.report.pictures import curves, drawing
from benchmarks.report.pictures import fronts as pictures
from benchmarks.report.pictures.curves import Curve, Curves
from benchmarks.report.pictures.pareto import by_cost, by_size, front
from benchmarks.verdict.history import History, lines_of
from benchmarks.verdict.record import Line
from benchmarks.verdict.report import Report

SHOWN = 60  # runs
LATEST = datetime.max.replace(tzinfo=timezone.utc)  # this run comes after all others
TICKS = 4


@dataclass(frozen=True)
class Shown:
    """An SVG, what it says in a sentence for who does not see it, and its caption."""

    svg: str
    alt: str
    caption: str


def pareto(report: Report) -> list[Shown]:
    """Accuracy over bytes, and over cost."""
    found = []
    captions = {
        pictures.SIZE: (by_size, "Accuracy over bytes of weights"),
        pictures.COST: (by_cost, "Accuracy over the cost of one inference"),
    }
    for name, picture in pictures.pictures(report).items():
        points, what = captions[name]
        best = ", ".join(f"{each.name} {each.accuracy:.2%}" for each in front(points(report)))
        others = " and ".join(each.name for each in picture.others)
        caption = f"{what}: the line is what a budget buys" + (
            f"; {others} as published." if others else "."
        )
        stem = name.removesuffix(".png")
        alt = f"{what}. On the line, from the smallest budget: {best}."
        found.append(Shown(drawing.svg(picture, stem), alt, caption))
    return found


def by_drawn_size(report: Report) -> Shown | None:
    """Accuracy over the size in which a digit is drawn; None where nothing was drawn."""
    measured = [(row.architecture, row.drawn) for row in report.rows if row.drawn is not None]
    if not measured:
        return None
    shown = [
        Curve(name, list(drawn.by_size), list(drawn.by_size.values())) for name, drawn in measured
    ]
    sizes = sorted({size for _, drawn in measured for size in drawn.by_size})
    lines = Curves(
        title="Accuracy by the size of a drawing",
        across=f"pixels, of a canvas of {CANVAS}",
        curves=shown,
        ticks={size: str(size) for size in sizes},
        marks={},
        errors=True,
    )
    lows = (f"{name} {min(drawn.by_size.values()):.1%}" for name, drawn in measured)
    alt = f"Accuracy by the size of a drawing. At each network's worst size: {', '.join(lows)}."
    caption = f"The same {measured[0][1].sample:,} digits, drawn in {len(sizes)} sizes."
    return Shown(curves.svg(lines, "drawn-size"), alt, caption)


@dataclass(frozen=True)
class Trend:
    """A figure that is followed from run to run, as a change since the first run shown."""

    figure: str
    title: str
    unit: str = "%"


TRENDS = (
    Trend("instructions_per_inference", "Instructions of one inference"),
    Trend("model_luau_bytes", "Bytes of the weights’ Luau"),
    Trend("accuracy", "Accuracy on the test images", "pp"),
)


def trends(report: Report, history: History) -> list[Shown]:
    """What changed from run to run, this run the last; nothing where it is the first."""
    runs = _runs(report, history)
    if len(runs) < 2:
        return []
    return [shown for trend in TRENDS if (shown := _trend(trend, runs, report)) is not None]


def _runs(report: Report, history: History) -> list[list[Line]]:
    """Return the runs to show, oldest first, as the lines of each."""
    found: dict[str, list[Line]] = {}
    for line in history.lines:
        if (line.recipe, line.dataset) == (report.recipe, report.dataset):
            found.setdefault(line.run, []).append(line)
    now = list(lines_of(report, LATEST).lines)
    earlier = [lines for run, lines in found.items() if run != now[0].run]
    return [*earlier[1 - SHOWN :], now]


def _trend(trend: Trend, runs: Sequence[Sequence[Line]], report: Report) -> Shown | None:
    shown, told = [], []
    for row in report.rows:
        points = [
            (at, value)
            for at, lines in enumerate(runs)
            for line in lines
            if line.architecture == row.architecture
            and (value := getattr(line, trend.figure)) is not None
        ]
        if points:
            _, first = points[0]
            changes = [
                100 * (value - first if trend.unit == "pp" else value / first - 1)
                for _, value in points
            ]
            shown.append(Curve(row.architecture, [at for at, _ in points], changes))
            told.append(f"{row.architecture} {changes[-1]:+.2f} {trend.unit}")
    if not shown:
        return None
    marks: dict[float, str] = {
        at: mark for at, lines in enumerate(runs) if (mark := _mark(lines[0])) is not None
    }
    lines = Curves(
        title=trend.title,
        across="runs, by day and month",
        curves=shown,
        ticks=_ticks(runs),
        marks=marks,
        unit=trend.unit,
    )
    released = f"; dotted: {', '.join(marks.values())}" if marks else ""
    alt = f"{trend.title} over {len(runs)} runs. Changed since the first: {', '.join(told)}."
    caption = f"Change since the first of {len(runs)} runs; the last is this one{released}."
    return Shown(curves.svg(lines, f"trend-{trend.figure}"), alt, caption)


def _mark(line: Line) -> str | None:
    return line.release or ("accepted" if line.accepted else None)


def _ticks(runs: Sequence[Sequence[Line]]) -> dict[float, str]:
    """Return days under some of the runs, and a name under the last."""
    last = len(runs) - 1
    step = max(1, -(-last // TICKS))
    days: dict[float, str] = {}
    for at in range(0, last, step):
        if last - at >= step / 2:
            time = runs[at][0].time
            days[at] = f"{time.day}/{time.month}"
    return days | {last: "now"}
