"""The form that all tables share: a name, then figures, and hardly a line."""

from __future__ import annotations

from rich import box
from rich.table import Table


def plain_table(title: str, headings: tuple[str, ...]) -> Table:
    """Return an empty table of networks, with columns of figures."""
    table = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column("network", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
