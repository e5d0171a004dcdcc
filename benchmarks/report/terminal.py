"""A report as the tables that a person reads: what networks read and weigh, what they cost.

Where it was measured, there is a third: how they read what people drew.
"""

from __future__ import annotations

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from benchmarks.report import drawings as drawn_table
from benchmarks.report import rivals
from benchmarks.report.plain_table import plain_table
from benchmarks.verdict.report import Report, Row

BASELINE = "baseline"
ELSEWHERE = "*"  # marks a figure that is not of this run
NONE = "–"


def tables(report: Report) -> Group:
    """Return the tables, and what their figures mean, for a terminal of 100 columns."""
    return Group(
        _weighed(report), "", _cost(report), "", *drawn_table.tables(report), legend(report)
    )


def _weighed(report: Report) -> Table:
    several = report.most_seeds > 1
    seeds = ("mean", "worst", "spread") if several else ()
    table = plain_table(
        "What they read and weigh",
        ("read right", *seeds, "as Keras", "parameters", "bits", "weights", "Luau"),
    )
    usual = rivals.load().tinymnist
    for row in report.rows:
        table.add_row(
            row.architecture,
            f"{row.accuracy:.2%}",
            *(_over_seeds(row) if several else ()),
            f"{row.keras_agreement:.2%}",
            f"{row.parameters:,}",
            f"{row.weight_bits:.1f}",
            kilobytes(row.weight_bytes),
            kilobytes(row.model_luau_bytes),
        )
    table.add_section()
    table.add_row(
        BASELINE,
        f"{usual.accuracy:.1%} {ELSEWHERE}" if report.dataset == "mnist" else NONE,
        *(NONE for _ in seeds),
        NONE,
        f"{usual.parameters:,}",
        "32.0",
        kilobytes(usual.weight_bytes),
        f"{kilobytes(usual.luau_bytes)} {ELSEWHERE}",
    )
    return table


def _over_seeds(row: Row) -> tuple[str, ...]:
    if len(row.seeds) == 1:
        return NONE, NONE, NONE
    return f"{row.accuracy_mean:.2%}", f"{row.accuracy_worst:.2%}", f"{row.accuracy_spread:.2%}"


def _cost(report: Report) -> Table:
    figures = ("MACs", "runtime", "load", "time", "count", "looks", "cost", "redrawn")
    table = plain_table("What they cost", figures)
    table.add_column("verdict")
    for row in report.rows:
        verdict = "[green]✓ approved[/]"
        if not row.verdict.approved:
            verdict = "[red]✗ " + ", ".join(found.figure for found in row.verdict.violations)
        table.add_row(
            row.architecture,
            f"{row.macs:,}",
            kilobytes(row.runtime_luau_bytes),
            f"{row.load_ms:.1f} ms",
            f"{row.microseconds_per_inference:,.0f} µs",
            _count(row.instructions_per_inference),
            f"{row.passes:.2f}",
            ratio(row.mean_cost_ratio),
            ratio(row.mean_incremental_ratio),
            verdict,
        )
    table.add_section()
    usual = rivals.load().tinymnist
    table.add_row(
        BASELINE,
        f"{usual.macs:,}",
        NONE,
        f"{usual.load_ms:.0f} ms {ELSEWHERE}",
        f"{report.baseline_microseconds:,.0f} µs",
        _count(report.rows[0].baseline_instructions),
        "1",
        "1",
        "1",
        NONE,
    )
    return table


def violations(report: Report) -> list[str]:
    """Return every violation, and what could not be compared, as lines for a terminal."""
    lines = []
    for row in report.rows:
        refused = map(str, row.verdict.violations)
        untold = (f"{name}, not compared: {why}" for name, why in row.verdict.not_compared.items())
        lines += [f"[red]✗ {row.architecture}:[/] {escape(text)}" for text in refused]
        lines += [f"[yellow]? {row.architecture}:[/] {escape(text)}" for text in untold]
    return lines


def legend(report: Report) -> str:
    """Say what the tables' figures mean."""
    first = report.rows[0]
    parts = [
        f"Recipe {report.recipe}; {first.test_images:,} test images of {report.dataset}, run in"
        " Luau from the built place.",
        "[b]As Keras[/]: the same answer with the same weights.",
        "[b]Bits[/]: of a parameter. [b]Luau[/]: the module of the weights; [b]runtime[/]: what"
        " runs it. [b]Load[/]: `require` and decoding.",
        "[b]Cost[/]: one inference against the baseline, 784 → 256 → 10 the usual way, in "
        + ("instructions" if first.cost_method == "callgrind" else "wall time (no valgrind)")
        + " of this run; [b]redrawn[/]: after 20 pixels changed. Both are of all [b]looks[/] that a"
        " test image takes, on average, since some networks look again where one is not sure"
        " enough; [b]time[/] and [b]count[/], millions of instructions, are of one.",
        f"{ELSEWHERE} not of this run: published by TinyMNIST, or read off its repository.",
    ]
    if report.most_seeds > 1:
        parts.insert(1, "[b]Mean, worst, spread[/]: over seeds; the first ships.")
    if first.vm_assertions:
        parts.append(
            "This Lune checks assertions that no player runs, so costs are rough; one that cargo"
            " builds for this project does not."
        )
    return " ".join([*parts, drawn_table.legend(report)])


def kilobytes(size: int) -> str:
    """Return a size as people compare it."""
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1e6:.2f} MB"


def ratio(cost: float) -> str:
    """Return a share of the baseline's cost as a fraction, which is easier to see than 0.0063."""
    if cost >= 1:
        return f"{cost:.1f}"
    return f"1/{1 / cost:.0f}" if cost < 0.05 else f"1/{1 / cost:.1f}"


def _count(instructions: float | None) -> str:
    return NONE if instructions is None else f"{instructions / 1e6:,.2f} M"
