"""The report as Markdown, for a workflow's summary: the page's figures and what was refused."""

from __future__ import annotations

from benchmarks.report import columns, sentences
from benchmarks.report.devices import assumption
from benchmarks.verdict.report import Report


def markdown(report: Report) -> str:
    """Return the headline, the verdict with every violation, the tables and what is missing."""
    parts = [f"## {sentences.headline(report)}", f"**{sentences.verdict(report)}**"]
    if found := sentences.violations(report):
        parts.append("\n".join(f"- `{name}`: {_escaped(each)}" for name, each in found))
    parts += [_table(each) for each in columns.tables(report)]
    if report.rows[0].cost_method == "callgrind":
        parts.append(f"≈ {assumption()}")
    if unmeasured := sentences.unmeasured(report):
        lines = (f"- {what}: {_escaped(why)}" for what, why in unmeasured)
        parts.append("\n".join(["Not measured:", "", *lines]))
    parts.append(f"Of {report.environment.title}, on {report.environment.machine}.")
    return "\n\n".join(parts) + "\n\n"


def _table(table: columns.Table) -> str:
    headings = ["network", *(column.heading for column in table.columns)]
    lines = [
        f"| {' | '.join(headings)} |",
        "|---|" + "---:|" * len(table.columns),
        *(f"| `{name}` | {' | '.join(cell.text for cell in row)} |" for name, row in table.rows),
    ]
    return f"### {table.title}\n\n" + "\n".join(lines)


def _escaped(text: str) -> str:
    """Return text with nothing that Markdown or HTML would take for its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
