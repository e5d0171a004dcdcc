"""The table of what networks learn from one writer's corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from benchmarks.report.plain_table import plain_table
from benchmarks.studies.teaching.lessons import Lesson, figures

TITLE = "Taught by one writer, mean of 30"
HEADINGS = (
    *("corrections", "of wrong answers", "read before", "after", "errors gone"),
    *("test images lost", "ms a correction"),
)


def table(lessons: Mapping[str, Sequence[Lesson]]) -> Table:
    """Return a row for each network, by its name."""
    made = plain_table(TITLE, HEADINGS)
    for name, rows in lessons.items():
        taught = figures(rows)
        made.add_row(
            name,
            f"{taught.corrections:.1f}",
            f"{taught.wrong:.1f}",
            f"{taught.accuracy_before:.2%}",
            f"{taught.accuracy_after:.2%}",
            f"{taught.errors_gone:.0%}",
            f"{100 * taught.others_lost:.2f} pp" if any(each.others for each in rows) else "",
            f"{taught.milliseconds:.1f}",
        )
    return made
