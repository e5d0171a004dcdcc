"""The pictures of `report.html`, each an SVG with its caption and the words that stand for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.drawings.placement import CANVAS
from benchmarks.measure.columns import COLUMNS, Column
from benchmarks.report.pictures import curves, scatter
from benchmarks.report.pictures.curves import Curve, Curves
from benchmarks.report.pictures.pareto import front, pictures
from benchmarks.verdict.history import History
from benchmarks.verdict.record import Line, lines
from benchmarks.verdict.report import Report

RUNS = 60  # that are shown
TICKS = 4
TRENDS = ("instructions_per_inference", "model_luau_bytes", "accuracy")  # keys of columns


@dataclass(frozen=True)
class Chart:
    """An SVG, what it says in a sentence for who does not see it, and its caption."""

    svg: str
    alt: str
    caption: str


def pareto(report: Report) -> list[Chart]:
    """Accuracy over bytes, and over cost."""
    charts = []
    for name, picture in pictures(report).items():
        best = ", ".join(f"{each.name} {each.accuracy:.2%}" for each in front(picture.ours))
        others = " and ".join(each.name for each in picture.others)
        caption = "The line is what a budget buys"
        caption += f"; {others} as published." if others else "."
        alt = f"{picture.title}. On the line, from the smallest budget: {best}."
        charts.append(Chart(scatter.svg(picture, name.removesuffix(".png")), alt, caption))
    return charts


def by_drawn_size(report: Report) -> Chart | None:
    """Accuracy over the size in which a digit is drawn; None where nothing was drawn."""
    drawn = {row.architecture: row.drawn for row in report.rows if row.drawn is not None}
    if not drawn:
        return None
    sizes = sorted({size for each in drawn.values() for size in each.by_size})
    shown = Curves(
        title="Accuracy by the size of a drawing",
        across=f"pixels, of a canvas of {CANVAS}",
        curves=[
            Curve(name, list(each.by_size), [1 - share for share in each.by_size.values()])
            for name, each in drawn.items()
        ],
        ticks={size: str(size) for size in sizes},
        marks={},
        unit="errors",
    )
    lows = ", ".join(f"{name} {each.worst_size:.1%}" for name, each in drawn.items())
    alt = f"{shown.title}. At each network’s worst size: {lows}."
    sample = next(iter(drawn.values())).sample
    caption = f"The same {sample:,} digits, drawn in {len(sizes)} sizes."
    return Chart(curves.svg(shown, "drawn-size"), alt, caption)


def trends(report: Report, history: History | None) -> list[Chart]:
    """What changed from run to run, this run the last; nothing where it is the first."""
    runs = [] if history is None else _runs(report, history)
    if len(runs) < 2:
        return []
    charts = (_trend(COLUMNS[key], runs, report) for key in TRENDS)
    return [chart for chart in charts if chart is not None]


def _runs(report: Report, history: History) -> list[list[Line]]:
    """Return the runs to show, oldest first, as the lines of each."""
    found: dict[str, list[Line]] = {}
    for line in history.lines:
        if (line.recipe, line.dataset) == (report.recipe, report.dataset):
            found.setdefault(line.run, []).append(line)
    now = lines(report)
    earlier = [each for run, each in found.items() if run != now[0].run]
    return [*earlier[1 - RUNS :], now]


def _trend(column: Column, runs: Sequence[Sequence[Line]], report: Report) -> Chart | None:
    shown = [
        _changes(column, runs, row.architecture)
        for row in report.rows
        if column.value(row) is not None
    ]
    if not shown:
        return None
    what = f"{column.heading.capitalize()}: {column.explain(report.rows[0])}"
    unit = column.unit.change
    firsts = [of_run[0] for of_run in runs]
    marks = {at: each.release or "accepted" for at, each in enumerate(firsts) if each.is_marked}
    lines = Curves(
        title=what,
        across="runs, by day and month",
        curves=shown,
        ticks=_ticks(runs),
        marks=marks,
        unit=unit,
    )
    told = ", ".join(f"{each.name} {each.y[-1]:+.2f} {unit}" for each in shown)
    alt = f"{what} over {len(runs)} runs. Changed since the first: {told}."
    released = f"; dotted: {', '.join(marks.values())}" if marks else ""
    caption = f"Change since the first of {len(runs)} runs; the last is this one{released}."
    return Chart(curves.svg(lines, f"trend-{column.key}"), alt, caption)


def _changes(column: Column, runs: Sequence[Sequence[Line]], name: str) -> Curve:
    values = {
        at: value
        for at, lines in enumerate(runs)
        for line in lines
        if line.architecture == name and (value := column.value(line)) is not None
    }
    first = next(iter(values.values()))
    return Curve(name, list(values), [column.change(first, each) for each in values.values()])


def _ticks(runs: Sequence[Sequence[Line]]) -> dict[int, str]:
    """Return days under some of the runs, and a name under the last."""
    last = len(runs) - 1
    step = max(1, -(-last // TICKS))
    shown = [at for at in range(0, last, step) if last - at >= step / 2]
    days = {at: f"{runs[at][0].time.day}/{runs[at][0].time.month}" for at in shown}
    return days | {last: "now"}
