"""The table of how networks read what people drew, or why there is none."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from benchmarks.drawings.compose import SPACINGS
from benchmarks.drawings.metrics import SURE, DrawingMetrics
from benchmarks.drawings.placement import CANVAS, SIZES, USUAL_SIZE
from benchmarks.report.plain_table import plain_table
from benchmarks.verdict.report import Report

SPACING, LENGTH = "normal", 3  # of the numbers that the table shows
HEADINGS = (
    *("read right", f"{SIZES[0]}–{SIZES[-1]} px", "worst hand", "ECE", "sure, wrong"),
    *("asserted", "wrong", "letters", "numbers"),
)


def tables(report: Report) -> list[Table | str]:
    """Return the table and an empty line; nothing where nothing was drawn."""
    measured = [(row.architecture, row.drawn) for row in report.rows if row.drawn is not None]
    if not measured:
        return []
    table = plain_table("What people draw", HEADINGS)
    for name, drawn in measured:
        table.add_row(name, *_cells(drawn))
    return [table, ""]


def _cells(drawn: DrawingMetrics) -> tuple[str, ...]:
    wrong = drawn.covered_error
    return (
        f"{drawn.accuracy:.2%}",
        f"{min(drawn.by_size.values()):.1%}",
        f"{drawn.worst_writer:.1%}",
        f"{drawn.calibration_error:.1%}",
        f"{drawn.confidently_wrong:.2%}",
        f"{drawn.coverage:.1%}",
        "–" if wrong is None else f"{wrong:.2%}",
        f"{drawn.ood_coverage:.1%}",
        f"{drawn.numbers[SPACING][LENGTH]:.1%}",
    )


def legend(report: Report) -> str:
    """Say what the table's figures mean, or why there are none and what was not judged then."""
    first = report.rows[0]
    if first.drawn is None:
        reason = escape(first.not_measured.get("drawn", "the report is of an older version"))
        floors = any(row.verdict.not_judged for row in report.rows)
        judged = " [b]Its floor was not judged.[/]" if floors else ""
        return f"[b]What people draw was not measured[/]: {reason}{judged}"
    drawn = first.drawn
    return (
        f"[b]What people draw[/]: {drawn.digits:,} digits of {drawn.writers} writers,"
        f" {USUAL_SIZE} of {CANVAS} pixels large; [b]{HEADINGS[1]}[/]: {drawn.sample:,} of them,"
        " the worst size; [b]worst hand[/]: the writer who is read worst;"
        f" [b]ECE[/]: by how much confidences are off; [b]sure, wrong[/]: above {SURE:.0%};"
        " [b]asserted[/]: not uncertain, and how much of it is [b]wrong[/];"
        f" [b]letters[/]: how often {len(drawn.ood)} letters and shapes are taken for digits;"
        f" [b]numbers[/]: {drawn.numbers_each} of {LENGTH} digits,"
        f" {SPACINGS[SPACING]:.0%} of their height apart, all digits right."
    )
