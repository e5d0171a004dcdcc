"""An ablation as a table: for a terminal, and for README."""

from __future__ import annotations

from collections.abc import Callable
from statistics import mean, stdev

from rich.console import Group

from benchmarks.report.plain_table import plain_table
from benchmarks.report.terminal import kilobytes
from benchmarks.studies.ablation.run import Ablation, Row
from benchmarks.studies.ablation.validate import Figures

HEADINGS = ("validation", "loss", "drawings", "asserted", "weights")


def table(ablation: Ablation) -> Group:
    """Return the table, and what its figures mean, for a terminal."""
    made = plain_table(f"{ablation.architecture}, and without each part", HEADINGS)
    for row in ablation.rows:
        made.add_row(row.variation, *_cells(row))
    return Group(made, "", note(ablation))


def markdown(ablation: Ablation) -> str:
    """Return the table, and what its figures mean, for README."""
    lines = [
        f"| `{ablation.architecture}` | {' | '.join(HEADINGS)} |",
        "|---|" + "---:|" * len(HEADINGS),
        *(f"| {' | '.join((row.variation, *_cells(row)))} |" for row in ablation.rows),
    ]
    return "\n".join(lines) + f"\n\n{note(ablation, '*')}\n"


def note(ablation: Ablation, mark: str = "") -> str:
    """Return what the figures are of; `mark` stands around a heading."""
    seeds = len(ablation.rows[0].seeds)
    several = f"Means of {seeds} seeds, ± their standard deviation. " if seeds > 1 else ""
    validation, loss, drawings, asserted, _ = (f"{mark}{each}{mark}" for each in HEADINGS)
    return (
        f"{several}{validation.title()}: {ablation.validation_images:,} training images of"
        f" {ablation.dataset} that no weight learned from; {loss}: their cross-entropy;"
        f" {drawings}: {ablation.drawings:,} synthetic digits; {asserted}: of"
        f" {ablation.outliers:,} letters and shapes, how many are called a digit without doubt."
    )


def _cells(row: Row) -> tuple[str, ...]:
    def over(figure: Callable[[Figures], float]) -> list[float]:
        return [figure(each) for each in row.seeds]

    accuracy = over(lambda each: each.accuracy)
    spread = f" ± {100 * stdev(accuracy):.2f}" if len(accuracy) > 1 else ""
    return (
        f"{mean(accuracy):.2%}{spread}",
        f"{mean(over(lambda each: each.loss)):.4f}",
        f"{mean(over(lambda each: each.drawn_accuracy)):.1%}",
        f"{mean(over(lambda each: each.asserted)):.1%}",
        kilobytes(round(mean(over(lambda each: each.weight_bytes)))),
    )
