"""The one table of metrics: what each is called, what it means, and where people see it.

A new metric is measured in one module of this folder, as a field of `Measurement`, and has an entry
here: the terminal, `report.html`, its Markdown summary, README and release notes then show it, and
a size or a count is held against earlier runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from benchmarks.drawings.metrics import LENGTH, SPACING, SURE
from benchmarks.drawings.placement import SIZES
from benchmarks.measure.devices import DEVICES, Device
from benchmarks.measure.measurement import Metrics
from benchmarks.measure.units import (
    BITS,
    BYTES,
    COUNT,
    COUNTED,
    MILLISECONDS,
    PASSES,
    RATIO,
    SHARE,
    TIME,
    Unit,
)

NONE = "–"
BASELINE = "the usual way to write 784 → 256 → 10 in Luau, nested tables and dense loops"
Better = Literal["more", "less"]
Get = Callable[[Metrics], float | None]


class View(IntEnum):
    """Where columns are shown. A column is in its own view and in all that come before."""

    PAGE = 0  # report.html and its Markdown summary
    TERMINAL = 1
    README = 2
    NOTES = 3  # of a release


@dataclass(frozen=True)
class Column:
    """A metric as people see it.

    `key` is the attribute of a report's row that it comes from, a dot leading into a part, unless
    `get` says otherwise. `meaning` may name attributes of the row in braces.
    """

    key: str
    heading: str
    meaning: str
    unit: Unit
    better: Better
    view: View
    get: Get | None = None

    def value(self, row: Metrics) -> float | None:
        """Return a row's metric; None where it was not measured."""
        if self.get is not None:
            return self.get(row)
        found = row
        for name in self.key.split("."):
            found = None if found is None else getattr(found, name)
        return found  # type: ignore[return-value]

    def text(self, row: Metrics) -> str:
        """Return a row's metric as it is shown."""
        value = self.value(row)
        return NONE if value is None else self.unit.write(value)

    def explain(self, row: Metrics) -> str:
        """Return the meaning, in a report of which `row` is one."""
        return self.meaning.format(row=row)

    def best(self, rows: Sequence[Metrics]) -> float | None:
        """Return the best of the rows' metrics; None where none is better than another."""
        values = {each for row in rows if (each := self.value(row)) is not None}
        if len(values) < 2:
            return None
        return max(values) if self.better == "more" else min(values)

    def change(self, before: float, after: float) -> float:
        """Return how much a metric has changed, in `unit.change`."""
        return 100 * (after - before if self.unit.change == "pp" else after / before - 1)


@dataclass(frozen=True)
class Group:
    """Columns about one thing, in one table."""

    key: str
    title: str
    columns: tuple[Column, ...]

    def measured(self, rows: Sequence[Metrics], view: View) -> list[Column]:
        """Return the columns of a view that any row has a metric for."""
        return measured([each for each in self.columns if each.view >= view], rows)


def measured(columns: Sequence[Column], rows: Sequence[Metrics]) -> list[Column]:
    """Return the columns that any row has a metric for."""
    return [each for each in columns if any(each.value(row) is not None for row in rows)]


def legend(columns: Sequence[Column], row: Metrics, mark: str) -> str:
    """Say what columns mean; `mark` writes a heading, such as "*{}*"."""
    return "; ".join(f"{mark.format(each.heading)}: {each.explain(row)}" for each in columns)


def _over_seeds(key: str, heading: str, meaning: str, better: Better, view: View) -> Column:
    def get(row: Metrics) -> float | None:
        return float(getattr(row, key)) if len(row.seeds) > 1 else None

    return Column(key, heading, meaning, SHARE, better, view, get)


def _drawn(name: str, heading: str, meaning: str, better: Better) -> Column:
    return Column(f"drawn.{name}", heading, meaning, SHARE, better, View.TERMINAL)


def _on(device: Device) -> Column:
    def get(row: Metrics) -> float | None:
        counted = row.instructions_per_inference
        return None if counted is None else device.milliseconds(counted * row.passes)

    heading, meaning = f"{device.name} ≈", "one inference, estimated"
    return Column(device.name, heading, meaning, MILLISECONDS, "less", View.PAGE, get)


PAGE, TERMINAL, README, NOTES = View
DRAWN_DIGITS = "{row.drawn.digits:,} digits of {row.drawn.writers} writers, read right"
SMALL_TO_LARGE = f"{SIZES[0]}–{SIZES[-1]} px"
OOD = "letters and shapes called digits without doubt"
READ = (
    Column("accuracy", "test images", "{row.test_images:,}, read right", SHARE, "more", NOTES),
    _over_seeds("accuracy_mean", "mean", "over all seeds that were trained", "more", README),
    _over_seeds("accuracy_worst", "worst", "the seed that limits apply to", "more", README),
    _over_seeds("accuracy_spread", "spread", "standard deviation over seeds", "less", TERMINAL),
    Column("keras_agreement", "as Keras", "same digit, same weights", SHARE, "more", TERMINAL),
)
DRAWN = (
    Column("drawn_accuracy", "drawings", DRAWN_DIGITS, SHARE, "more", NOTES),
    _drawn("worst_size", SMALL_TO_LARGE, "{row.drawn.sample:,} of them, at the worst size", "more"),
    _drawn("worst_writer", "worst writer", "the writer who is read worst", "more"),
    _drawn("calibration_error", "ECE", "how far confidences are off", "less"),
    _drawn("confidently_wrong", "sure, wrong", f"with confidence above {SURE:.0%}", "less"),
    _drawn("coverage", "coverage", "predicted without doubt", "more"),
    _drawn("covered_error", "covered error", "wrong among those", "less"),
    _drawn("ood_coverage", "OOD coverage", OOD, "less"),
    _drawn("number_accuracy", "numbers", f"of {LENGTH} digits, {SPACING} spacing", "more"),
)
SIZE = (
    Column("parameters", "parameters", "weights and biases", COUNT, "less", README),
    Column("macs", "MACs", "multiply-accumulate operations", COUNT, "less", TERMINAL),
    Column("weight_bits", "bits", "per parameter", BITS, "less", TERMINAL),
    Column("weight_bytes", "weights", "in binary", BYTES, "less", NOTES),
    Column("model_luau_bytes", "Luau", "the module with the weights", BYTES, "less", NOTES),
    Column("runtime_luau_bytes", "runtime", "the Luau that runs it", BYTES, "less", README),
    Column("rbxl_bytes", "place", "the .rbxl with it alone", BYTES, "less", PAGE),
)
COST = (
    Column("mean_cost_ratio", "one inference", "{row.cost_share}", RATIO, "less", NOTES),
    Column(
        "mean_incremental_ratio", "incremental", "when 20 pixels changed", RATIO, "less", README
    ),
    Column("passes", "passes", "per inference, mean", PASSES, "less", TERMINAL),
    Column("instructions_per_inference", "instructions", "of one pass", COUNTED, "less", TERMINAL),
    Column("incremental_instructions", "one change", "of 20 pixels", COUNTED, "less", PAGE),
    Column("load_instructions", "to load", "instructions of loading", COUNTED, "less", PAGE),
    Column("microseconds_per_inference", "time", "of one pass, here", TIME, "less", TERMINAL),
    Column("load_ms", "load", "require and decode, here", MILLISECONDS, "less", TERMINAL),
)
GROUPS = (
    Group("read", "What they read", READ),
    Group("drawn", "What people draw", DRAWN),
    Group("size", "What they are made of", SIZE),
    Group("cost", "What they cost", COST),
    Group("devices", "What a player's device takes", tuple(map(_on, DEVICES))),
)
COLUMNS = {each.key: each for group in GROUPS for each in group.columns}


def shown(view: View) -> list[Column]:
    """Return the columns of a view, for one table of all."""
    return [each for each in COLUMNS.values() if each.view >= view]
