"""The tables of `report.html`: columns of figures, by what they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.drawings.metrics import SURE
from benchmarks.report import terminal
from benchmarks.report.devices import DEVICES, Device
from benchmarks.report.drawings import LENGTH, SPACING
from benchmarks.verdict.report import Report, Row


@dataclass(frozen=True)
class Column:
    """A heading, what it means, the figure to sort by (None: not measured), and how it shows."""

    heading: str
    meaning: str
    figure: Callable[[Row], float | None]
    text: Callable[[float], str]


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown, and to sort by."""

    text: str
    value: float | None


@dataclass(frozen=True)
class Table:
    """A table of networks: a title, columns, and for each network its name and cells."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def tables(report: Report) -> list[Table]:
    """Return every table that the report has figures for."""
    several = report.most_seeds > 1
    counted = report.rows[0].cost_method == "callgrind"
    drawn = report.rows[0].drawn is not None
    return [
        _table("read", "What they read and weigh", _read_and_weigh(report, several), report),
        _table("cost", "What they cost", _cost(counted), report),
        *([_table("drawn", "What people draw", DRAWN, report)] if drawn else []),
    ]


def _table(key: str, title: str, columns: tuple[Column, ...], report: Report) -> Table:
    rows = ((row.architecture, tuple(_cell(each, row) for each in columns)) for row in report.rows)
    return Table(key, title, columns, tuple(rows))


def _cell(column: Column, row: Row) -> Cell:
    value = column.figure(row)
    return Cell(terminal.NONE if value is None else column.text(value), value)


def percent(share: float) -> str:
    """Return a share as accuracies are compared: with two decimals."""
    return f"{share:.2%}"


def milliseconds(value: float) -> str:
    """Return a time with two significant digits."""
    return f"{value:#.2g} ms" if value < 9.95 else f"{value:,.0f} ms"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _thousands(value: float) -> str:
    return f"{value / 1e3:,.0f}"


def _millions(value: float) -> str:
    return f"{value / 1e6:,.2f}"


def _size(value: float) -> str:
    return terminal.kilobytes(int(value))


def _read_and_weigh(report: Report, several: bool) -> tuple[Column, ...]:
    images = f"of {report.rows[0].test_images:,} test images"
    seeds = (
        Column("mean", "over all seeds that were trained", lambda r: r.accuracy_mean, percent),
        Column("worst", "the seed that limits judge", lambda r: r.accuracy_worst, percent),
    )
    return (
        Column("read right", images, lambda r: r.accuracy, percent),
        *(seeds if several else ()),
        Column("as Keras", "same digit, same weights", lambda r: r.keras_agreement, percent),
        Column("weights", "in binary", lambda r: r.weight_bytes, _size),
        Column("Luau", "the module with the weights", lambda r: r.model_luau_bytes, _size),
        Column("runtime", "the Luau that runs it", lambda r: r.runtime_luau_bytes, _size),
        Column("place", "the .rbxl with it alone", lambda r: r.rbxl_bytes, _size),
        Column("parameters", "weights and biases", lambda r: r.parameters, _count),
        Column("bits", "of a parameter", lambda r: r.weight_bits, "{:.1f}".format),
    )


def _cost(counted: bool) -> tuple[Column, ...]:
    unit = "instructions" if counted else "wall time"
    usual = f"{unit} of all looks, a share of the baseline’s"
    counts = (
        Column(
            *("one look", "million instructions"),
            lambda r: r.instructions_per_inference,
            _millions,
        ),
        *map(_on, DEVICES),
        Column("to load", "millions of them", lambda r: r.load_instructions, _millions),
    )
    return (
        Column("cost", usual, lambda r: r.mean_cost_ratio, terminal.ratio),
        Column("looks", "at a test image, mean", lambda r: r.passes, "{:.2f}".format),
        Column(
            "redrawn", "when 20 pixels changed", lambda r: r.mean_incremental_ratio, terminal.ratio
        ),
        *(counts if counted else ()),
        Column(
            "here", "one look, timed", lambda r: r.microseconds_per_inference / 1000, milliseconds
        ),
        Column("load", "require and decode, here", lambda r: r.load_ms, milliseconds),
        Column("MACs", "thousands", lambda r: r.macs, _thousands),
    )


def _on(device: Device) -> Column:
    def estimate(row: Row) -> float | None:
        counted = row.instructions_per_inference
        return None if counted is None else device.milliseconds(counted * row.passes)

    return Column(f"{device.name} ≈", "estimated", estimate, milliseconds)


def _of_drawn(heading: str, meaning: str, name: str) -> Column:
    def figure(row: Row) -> float | None:
        return None if row.drawn is None else getattr(row.drawn, name)

    return Column(heading, meaning, figure, percent)


def _numbers(row: Row) -> float | None:
    return None if row.drawn is None else row.drawn.numbers[SPACING][LENGTH]


DRAWN = (
    _of_drawn("read right", "of all digits", "accuracy"),
    _of_drawn("worst hand", "the writer read worst", "worst_writer"),
    _of_drawn("ECE", "how far confidences are off", "calibration_error"),
    _of_drawn("sure, wrong", f"with confidence above {SURE:.0%}", "confidently_wrong"),
    _of_drawn("asserted", "not uncertain", "coverage"),
    _of_drawn("wrong", "of what is asserted", "covered_error"),
    _of_drawn("letters", "and shapes, taken for digits", "ood_coverage"),
    Column(f"{LENGTH} digits", f"numbers, {SPACING} spacing, all right", _numbers, percent),
)
