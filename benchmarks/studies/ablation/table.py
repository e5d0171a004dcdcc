"""An ablation as a table: for a terminal, and for README."""

from pathlib import Path
from statistics import mean, stdev

from rich.console import Group

from benchmarks.measure.units import bytes_text
from benchmarks.report.readme import README, RECIPES, with_block
from benchmarks.report.tables import markdown_table, plain_table
from benchmarks.studies.ablation.run import Ablation, Row, load
from pipeline.artifacts import write_atomically
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

SHOWN = REPOSITORY / "benchmarks" / "ablation.json"  # in README
HEADINGS = ("validation", "loss", "drawings", "OOD coverage", "weights")


def table(ablation: Ablation) -> Group:
    """Return the table, and what its metrics mean, for a terminal."""
    made = plain_table(f"{ablation.architecture}, and without each part", HEADINGS)
    for row in ablation.rows:
        made.add_row(row.variation, *_cells(row))
    return Group(made, "", note(ablation))


def markdown(ablation: Ablation) -> str:
    """Return the table, and what its metrics mean, for README."""
    lines = [(row.variation, *_cells(row)) for row in ablation.rows]
    made = markdown_table((f"`{ablation.architecture}`", *HEADINGS), lines)
    return f"{made}\n\n{note(ablation, '*')}\n"


def note(ablation: Ablation, mark: str = "") -> str:
    """Return the meaning of the columns; `mark` stands around a heading."""
    seeds = len(ablation.rows[0].seeds)
    several = f"Means of {seeds} seeds, ± their standard deviation. " if seeds > 1 else ""
    validation, loss, drawings, coverage, _ = (f"{mark}{each}{mark}" for each in HEADINGS)
    return (
        f"{several}{validation.title()}: {ablation.validation_images:,} training images of"
        f" {ablation.dataset} that no weight learned from; {loss}: their cross-entropy;"
        f" {drawings}: {ablation.synthetic_drawings:,} synthetic digits; {coverage}: of"
        f" {ablation.ood_drawings:,} letters and shapes, how many are called a digit without doubt."
    )


def _cells(row: Row) -> tuple[str, ...]:
    accuracy = [each.accuracy for each in row.seeds]
    spread = f" ± {100 * stdev(accuracy):.2f}" if len(accuracy) > 1 else ""
    return (
        f"{mean(accuracy):.2%}{spread}",
        f"{mean(each.loss for each in row.seeds):.4f}",
        f"{mean(each.synthetic_accuracy for each in row.seeds):.1%}",
        f"{mean(each.ood_coverage for each in row.seeds):.1%}",
        bytes_text(round(mean(each.weight_bytes for each in row.seeds))),
    )


def take_over(file: Path, shown: Path = SHOWN, readme: Path = README) -> None:
    """Make an ablation the one that README shows.

    Raises PocketDigitsError when there is none, or it is not of a full run on MNIST.
    """
    ablation = load(file)
    if ablation.recipe not in RECIPES or ablation.dataset != "mnist":
        raise PocketDigitsError(
            f"{file}: made by recipe {ablation.recipe} from {ablation.dataset}, expected"
            f" {' or '.join(RECIPES)} and mnist; run `nox -s ablate` with MNIST first"
        )
    text = with_block(readme.read_text(encoding="utf-8"), "ablation", markdown(ablation))
    write_atomically(shown, ablation.model_dump_json(indent=2) + "\n")
    write_atomically(readme, text)
