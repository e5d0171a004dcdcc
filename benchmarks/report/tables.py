"""The forms that all tables share, in a terminal and in Markdown: a name, then numbers."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table

from benchmarks.measure.columns import Column
from benchmarks.verdict.report import Row


def plain_table(title: str, headings: Sequence[str]) -> Table:
    """Return an empty table of networks; a heading of several words takes as many lines."""
    table = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column("network", no_wrap=True, vertical="bottom")
    for heading in headings:
        lines = heading.replace(" ", "\n")
        table.add_column(lines, justify="right", no_wrap=True, vertical="bottom")
    return table


def markdown_table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown: a column of names, then columns of numbers."""
    rules = ["---", *("---:" for _ in headings[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, rules, *lines))


def metrics_table(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """Return the columns of a report's rows in Markdown."""
    lines = [[f"`{row.architecture}`", *(each.text(row) for each in columns)] for row in rows]
    return markdown_table(["network", *(column.heading for column in columns)], lines)
