"""`report.html`: a run's report as one file that needs nothing else, for people to read."""

import re
from pathlib import Path

from jinja2 import Environment as Templates
from jinja2 import FileSystemLoader, StrictUndefined

from benchmarks.measure.columns import BASELINE, GROUPS, View
from benchmarks.measure.devices import assumption
from benchmarks.report import charts, sentences, sheets
from benchmarks.verdict.history import History
from benchmarks.verdict.report import PAGE_FILE, Report
from pipeline.artifacts import write_atomically

TEMPLATES = Path(__file__).with_name("templates")
HOW = (
    "Lune opens the place that would ship and runs its network over every image; sizes are of the"
    " sources in that place, and costs are beside those of the baseline in the same run:"
    f" {BASELINE}."
)
ASSERTIONS = " This Lune checks assertions that no player runs, so costs are rough."
SECTIONS = {
    "violations": "Refused",
    "metrics": "Figures",
    "budgets": "Budgets",
    "sizes": "Sizes",
    "history": "History",
    "confusion": "Confusion",
    "mistakes": "Mistakes",
    "place": "The place",
    "missing": "Not measured",
    "measured": "How",
}


def render(report: Report, build: Path, history: History | None = None) -> str:
    """Return the page. `build` has the sheets of mistakes and the pictures of the place.

    Equal reports, histories and pictures give equal bytes.
    """
    counted = report.rows[0].is_counted
    templates = Templates(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sections = {
        "violations": sentences.violations(report),
        "sizes": charts.by_drawn_size(report),
        "history": charts.trends(report, history),
        "mistakes": sheets.mistakes(report, build),
        "place": sheets.previews(build),
    }
    tables = [(group, group.measured(report.rows, View.PAGE)) for group in GROUPS]
    page = templates.get_template("report.html.j2").render(
        **sections,
        headline=sentences.headline(report),
        verdict=sentences.verdict(report),
        sections=[(key, title) for key, title in SECTIONS.items() if sections.get(key, True)],
        tables=[(group, columns) for group, columns in tables if columns],
        rows=report.rows,
        assumption=assumption() if counted else None,
        here=_here(report) if counted else None,
        pareto=charts.pareto(report),
        published=sentences.published(report),
        confusions=sentences.confusions(report),
        missing=sentences.missing(report, history, build),
        measured=_measured(report),
    )
    return re.sub(r"\n\s*\n+", "\n", page)


def write(report: Report, build: Path, history: History | None = None) -> Path:
    """Write `report.html` into the build folder."""
    path = build / PAGE_FILE
    write_atomically(path, render(report, build, history))
    return path


def _here(report: Report) -> str:
    """Say how fast this machine was, by the same reckoning."""
    row = report.rows[0]
    per_second = (row.baseline_instructions or 0) / report.baseline_microseconds / 1000
    return f"This machine ran {per_second:.1f} billion instructions of the baseline a second."


def _measured(report: Report) -> list[tuple[str, str]]:
    environment = report.environment
    versions = environment.tools | environment.libraries | {"Python": environment.python}
    return [
        ("Of", f"{environment.title}; recipe {report.recipe} on {report.dataset}"),
        ("On", environment.machine),
        ("With", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("How", HOW + (ASSERTIONS if report.rows[0].vm_assertions else "")),
    ]
