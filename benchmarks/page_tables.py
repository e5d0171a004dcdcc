"""The tables of `report.html` and of the summary: columns of figures, by what they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.devices import DEVICES
from benchmarks.drawn_table import LENGTH, SPACING
from benchmarks.report import Report, Row
from benchmarks.tables import NONE, kilobytes, ratio

Value = float | None


@dataclass(frozen=True)
class Column:
    """A heading, what it means, the figure that it is sorted by, and how that is shown."""

    heading: str
    meaning: str
    value: Callable[[Row], Value]
    text: Callable[[float], str]


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown, and to sort by."""

    text: str
    value: Value


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
        _table("weighed", "What they read and weigh", (*_read(report, several), *WEIGHED), report),
        _table("cost", "What they cost", _cost(counted), report),
        *([_table("drawn", "What people draw", DRAWN, report)] if drawn else []),
    ]


def _table(key: str, title: str, columns: tuple[Column, ...], report: Report) -> Table:
    rows = (
        (row.architecture, tuple(_cell(column, column.value(row)) for column in columns))
        for row in report.rows
    )
    return Table(key, title, columns, tuple(rows))


def _cell(column: Column, value: Value) -> Cell:
    return Cell(NONE if value is None else column.text(value), value)


def percent(share: float) -> str:
    """Return a share with two decimals, as accuracies are compared."""
    return f"{share:.2%}"


def milliseconds(value: float) -> str:
    """Return a time with two significant digits at least."""
    return f"{value:.2g} ms" if value < 10 else f"{value:,.0f} ms"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _read(report: Report, several: bool) -> tuple[Column, ...]:
    images = f"{report.rows[0].test_images:,} test images of {report.dataset}"
    read = Column(
        "read right", f"of {images}, run in Luau from the built place", _accuracy, percent
    )
    if not several:
        return (read,)
    return (
        read,
        Column("mean", "over all seeds that were trained", _mean, percent),
        Column("worst", "the worst seed, which the limits judge", _worst, percent),
    )


def _accuracy(row: Row) -> float:
    return row.accuracy


def _mean(row: Row) -> float:
    return row.accuracy_mean


def _worst(row: Row) -> float:
    return row.accuracy_worst


WEIGHED = (
    Column(
        "as Keras", "same digit with the same weights", lambda row: row.keras_agreement, percent
    ),
    Column("parameters", "weights and biases", lambda row: row.parameters, _count),
    Column("bits", "of a parameter, in the mean", lambda row: row.weight_bits, "{:.1f}".format),
    Column(
        "weights",
        "in binary",
        lambda row: row.weight_bytes,
        lambda size: kilobytes(int(size)),
    ),
    Column(
        "Luau",
        "the module that holds the weights",
        lambda row: row.model_luau_bytes,
        lambda size: kilobytes(int(size)),
    ),
    Column(
        "runtime",
        "what of the library runs it",
        lambda row: row.runtime_luau_bytes,
        lambda size: kilobytes(int(size)),
    ),
    Column(
        "place",
        "the whole .rbxl with this network",
        lambda row: row.rbxl_bytes,
        lambda size: kilobytes(int(size)),
    ),
)


def _cost(counted: bool) -> tuple[Column, ...]:
    unit = "instructions" if counted else "wall time"
    counts = (
        Column(
            "instructions",
            "of one inference, counted under valgrind",
            lambda row: row.instructions_per_inference,
            _count,
        ),
    )
    return (
        Column(
            "cost",
            f"{unit} of one inference, as a share of the usual way to write 784 → 256 → 10",
            lambda row: row.cost_ratio,
            ratio,
        ),
        Column(
            "redrawn",
            "the same when 20 pixels have changed",
            lambda row: row.incremental_ratio,
            ratio,
        ),
        Column("MACs", "multiplications, with none skipped", lambda row: row.macs, _count),
        *(counts if counted else ()),
        *(_on(index) for index in range(len(DEVICES)) if counted),
        Column(
            "here",
            "measured on this machine, in Lune",
            lambda row: row.microseconds_per_inference / 1000,
            milliseconds,
        ),
        Column("load", "require and decoding, here", lambda row: row.load_ms, milliseconds),
    )


def _on(index: int) -> Column:
    device = DEVICES[index]

    def estimate(row: Row) -> Value:
        counted = row.instructions_per_inference
        return None if counted is None else device.milliseconds(counted)

    return Column(f"{device.name} ≈", "estimated, see below", estimate, milliseconds)


def _of_drawn(heading: str, meaning: str, figure: str) -> Column:
    def value(row: Row) -> Value:
        return None if row.drawn is None else getattr(row.drawn, figure)

    return Column(heading, meaning, value, percent)


DRAWN = (
    _of_drawn("read right", "of all digits that people drew", "accuracy"),
    _of_drawn("worst hand", "of the writer who is read worst", "worst_writer"),
    _of_drawn("ECE", "by how much confidences are off", "calibration_error"),
    _of_drawn("sure, wrong", "wrong with a confidence above 90%", "confidently_wrong"),
    _of_drawn("asserted", "not called uncertain", "coverage"),
    _of_drawn("wrong", "of what is asserted", "asserted_error"),
    Column(
        f"{LENGTH} digits",
        f"numbers of {LENGTH} digits, {SPACING} spacing, all digits right",
        lambda row: None if row.drawn is None else row.drawn.numbers[SPACING][LENGTH],
        percent,
    ),
)
