"""The report as Markdown, for a workflow's summary: the page's tables and what was refused."""

from benchmarks.measure.columns import GROUPS, View, legend
from benchmarks.measure.devices import assumption
from benchmarks.report import sentences
from benchmarks.report.tables import metrics_table
from benchmarks.verdict.report import Report


def markdown(report: Report) -> str:
    """Return the headline, the verdict with every violation, the tables and what is missing."""
    parts = [f"## {sentences.headline(report)}", f"**{sentences.verdict(report)}**"]
    if found := sentences.violations(report):
        parts.append("\n".join(f"- `{name}`: {_escaped(each)}" for name, each in found))
    for group in GROUPS:
        if columns := group.measured(report.rows, View.PAGE):
            told = legend(columns, report.rows[0], "*{}*")
            parts += [f"### {group.title}", metrics_table(columns, report.rows), f"{told}."]
    if report.rows[0].is_counted:
        parts.append(f"≈ {assumption()}")
    if unmeasured := sentences.unmeasured(report):
        told = "\n".join(f"- {what}: {_escaped(why)}" for what, why in unmeasured)
        parts.append(f"Not measured:\n\n{told}")
    parts.append(f"Of {report.environment.title}, on {report.environment.machine}.")
    return "\n\n".join(parts) + "\n\n"


def _escaped(text: str) -> str:
    """Return text with nothing that Markdown or HTML would take for its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
