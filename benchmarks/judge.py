"""Measures and judges candidates, one after the other, into one report."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import answers, gate, report
from benchmarks.answered import answered
from benchmarks.drawn import ask as drawn
from benchmarks.drawn.ask import Material
from benchmarks.environment import environment
from benchmarks.measure import Known, count_baseline, measure
from pipeline.stages import Candidate
from pipeline.workspace import Workspace


def judge_all(
    candidates: Sequence[Candidate], recipe: str, material: Material, space: Workspace
) -> report.Report:
    """Return the report of all candidates; a violation of one does not stop the others.

    `material` is what `benchmarks.drawn.ask.find` found.
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
        rows.append(report.row(measured, gate.judge(measured, candidate.architecture.limits), kept))
    return report.Report(
        recipe=recipe,
        dataset=space.dataset.name,
        fallback_reason=space.fallback_reason,
        environment=environment(),
        rows=tuple(rows),
    )
