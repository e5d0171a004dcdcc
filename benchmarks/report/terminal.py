"""A report as the tables that a person reads in a terminal, each with what its columns mean."""

from rich.console import Group, RenderableType
from rich.markup import escape

from benchmarks.measure.columns import BASELINE, COLUMNS, GROUPS, NONE, View, legend
from benchmarks.report import rivals
from benchmarks.report.tables import plain_table
from benchmarks.verdict.report import Report, Row

OLDER = "the report is of an older version"
ELSEWHERE = "*"  # marks a metric that is not of this run


def tables(report: Report) -> Group:
    """Return the tables, and what their columns mean, for a terminal of 100 columns."""
    baseline = _baseline(report)
    parts: list[RenderableType] = []
    measured = [(group, group.measured(report.rows, View.TERMINAL)) for group in GROUPS]
    shown = [(group, columns) for group, columns in measured if columns]
    for group, columns in shown:
        table = plain_table(group.title, [column.heading for column in columns])
        is_last = group is shown[-1][0]
        if is_last:
            table.add_column("verdict", no_wrap=True, vertical="bottom")
        for row in report.rows:
            cells = [column.text(row) for column in columns]
            table.add_row(row.architecture, *cells, *([_verdict(row)] if is_last else []))
        if any(column.key in baseline for column in columns):
            table.add_section()
            table.add_row("baseline", *(baseline.get(column.key, NONE) for column in columns))
        told = legend(columns, report.rows[0], "[b]{}[/b]")
        parts += [table, f"[dim]{told}.[/dim]", ""]
    return Group(*parts, " ".join(_notes(report)))


def _verdict(row: Row) -> str:
    if row.verdict.approved:
        return "[green]✓ approved[/]"
    return "[red]✗ " + ", ".join(each.metric for each in row.verdict.violations)


def _baseline(report: Report) -> dict[str, str]:
    published, first = rivals.load().tinymnist, report.rows[0]
    elsewhere = {"model_luau_bytes": published.luau_bytes, "load_ms": published.load_ms}
    if report.dataset == "mnist":
        elsewhere["accuracy"] = published.accuracy
    here = {
        "parameters": published.parameters,
        "weight_bits": 32,
        "weight_bytes": published.weight_bytes,
        "macs": published.macs,
        "microseconds_per_inference": report.baseline_microseconds,
        "instructions_per_inference": first.baseline_instructions,
        **dict.fromkeys(("passes", "mean_cost_ratio", "mean_incremental_ratio"), 1),
    }
    texts = {key: COLUMNS[key].unit.write(each) for key, each in here.items() if each is not None}
    return texts | {
        key: f"{COLUMNS[key].unit.write(each)} {ELSEWHERE}" for key, each in elsewhere.items()
    }


def _notes(report: Report) -> list[str]:
    first = report.rows[0]
    parts = [
        f"Recipe {report.recipe}, {report.dataset}; run in Luau from the built place. The"
        f" [b]baseline[/b] is {BASELINE}; {ELSEWHERE} published by TinyMNIST, or read off its"
        " repository."
    ]
    if first.vm_assertions:
        parts.append(
            "This Lune checks assertions that no player runs, so costs are rough; one that cargo"
            " builds for this project does not."
        )
    if not first.is_counted:
        reason = escape(first.not_measured.get("instructions_per_inference", OLDER))
        parts.append(f"[b]Instructions were not counted[/b]: {reason}.")
    if first.drawn is None:
        reason = escape(first.not_measured.get("drawn", OLDER))
        parts.append(f"[b]What people draw was not measured[/b]: {reason}")
        if any(row.verdict.not_judged for row in report.rows):
            parts.append("[b]Its floor was not judged.[/b]")
    return parts


def violations(report: Report) -> list[str]:
    """Return every violation, and what could not be compared, as lines for a terminal."""
    lines = []
    for row in report.rows:
        refused = map(str, row.verdict.violations)
        untold = (f"{name}, not compared: {why}" for name, why in row.verdict.not_compared.items())
        lines += [f"[red]✗ {row.architecture}:[/] {escape(text)}" for text in refused]
        lines += [f"[yellow]? {row.architecture}:[/] {escape(text)}" for text in untold]
    return lines
