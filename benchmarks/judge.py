"""Measures and judges candidates, one after the other, into one report."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import gate, report
from benchmarks.measure import measure
from pipeline.stages import Candidate, Workspace


def judge_all(
    candidates: Sequence[Candidate], recipe: str, fallback_reason: str | None, space: Workspace
) -> report.Report:
    """Return the report of all candidates; a violation of one does not stop the others."""
    rows = []
    for candidate in candidates:
        measured = measure(candidate, recipe, space)
        rows.append(report.row(measured, gate.judge(measured, candidate.architecture.limits)))
    return report.Report(
        recipe=recipe,
        dataset=space.dataset.name,
        fallback_reason=fallback_reason,
        rows=tuple(rows),
    )
