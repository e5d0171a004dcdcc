"""Measurements and verdicts → `build/report.json`, and the table that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from benchmarks.gate import Verdict
from benchmarks.measurement import Measurement
from pipeline import artifacts
from pipeline.schema import Strict

REPORT_FILE = "report.json"


class Row(Measurement):
    """A measurement with its verdict."""

    verdict: Verdict


class Report(Strict):
    """Every architecture of one run, in the order of `architectures.yaml`."""

    recipe: str
    dataset: str
    fallback_reason: str | None
    rows: tuple[Row, ...]

    @property
    def approved(self) -> list[Row]:
        """The rows that may ship, best first."""
        approved = [row for row in self.rows if row.verdict.approved]
        return sorted(approved, key=lambda row: (-row.accuracy, row.architecture))


def row(measured: Measurement, verdict: Verdict) -> Row:
    """Join a measurement and its verdict."""
    return Row(**measured.model_dump(), verdict=verdict)


def write(report: Report, build: Path) -> Path:
    """Write `report.json` into the build folder."""
    path = build / REPORT_FILE
    artifacts.write_atomically(path, report.model_dump_json(indent=2) + "\n")
    return path


def caption(report: Report) -> str:
    """Say what the table's figures mean."""
    images = report.rows[0].test_images
    return (
        f"{report.dataset}, recipe {report.recipe}. Accuracy: {images:,} test images, run in Luau"
        " from the built place; Keras: the same weights in Keras. Cost: one inference against the"
        " usual way to write 784 → 256 → 10 in Luau, "
        + (
            "in instructions counted by callgrind."
            if report.rows[0].cost_method == "callgrind"
            else "in wall time (≈), because valgrind is not on PATH."
        )
        + (
            " This Lune checks assertions that no player runs, so costs are rough;"
            " one that cargo builds for this project does not."
            if report.rows[0].vm_assertions
            else ""
        )
    )


def table(rows: Sequence[Row], caption: str) -> Table:
    """Return the figures that people compare."""
    result = Table(caption=caption, caption_justify="left")
    result.add_column("architecture", no_wrap=True)
    headings = ("accuracy", "Keras", "weights", "Luau", "runtime", "load", "inference", "cost")
    for heading in headings:
        result.add_column(heading, justify="right", no_wrap=True)
    result.add_column("verdict")
    for row in rows:
        result.add_row(*_cells(row))
    return result


def _cells(row: Row) -> list[str]:
    ratio = f"1/{1 / row.cost_ratio:.1f}"
    verdict = "[green]✓ approved[/]"
    if not row.verdict.approved:
        verdict = "[red]✗ " + ", ".join(found.figure for found in row.verdict.violations)
    return [
        row.architecture,
        f"{row.accuracy:.2%}",
        f"{row.keras_accuracy:.2%}",
        _kilobytes(row.weight_bytes),
        _kilobytes(row.model_luau_bytes),
        _kilobytes(row.runtime_luau_bytes),
        f"{row.load_ms:.1f} ms",
        f"{row.microseconds_per_inference:.0f} µs",
        ratio if row.cost_method == "callgrind" else f"≈ {ratio}",
        verdict,
    ]


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"
