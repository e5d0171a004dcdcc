"""Measures and judges candidates, one after the other, into one report."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.drawings import predict as drawn
from benchmarks.drawings.predict import Material
from benchmarks.measure import predict as answers
from benchmarks.measure.environment import environment
from benchmarks.measure.measure import Known, count_baseline, measure
from benchmarks.measure.outcomes import answered
from benchmarks.verdict import gate, report
from pipeline.candidates import Candidate
from pipeline.workspace import Workspace


def judge_all(
    candidates: Sequence[Candidate], recipe: str, material: Material, space: Workspace
) -> report.Report:
    """Return the report of all candidates; a violation of one does not stop the others.

    `material` is what `benchmarks.drawings.predict.find` found.
    """
    rows = []
    asked = answers.ask_all(candidates, space)
    shown = drawn.ask_all(candidates, material, space)
    baseline = count_baseline(space)
    for candidate, folders, drawings in zip(candidates, asked, shown, strict=True):
        known = Known(folders, drawings, material.reason, recipe, baseline)
        measured = measure(candidate, known, space)
        asked_drawings = None if drawings is None else drawn.read(drawings)
        kept = answered(answers.read(folders[0]), space.dataset, asked_drawings)
        rows.append(report.row(measured, gate.judge(measured, candidate.limits), kept))
    return report.Report(
        recipe=recipe,
        dataset=space.dataset.name,
        fallback_reason=space.fallback_reason,
        environment=environment(),
        rows=tuple(rows),
    )
