"""Measures and judges candidates, one after the other, into one report."""

from collections.abc import Sequence

from benchmarks.drawings import predict as drawings
from benchmarks.drawings.predict import DrawingsSource
from benchmarks.measure import predict
from benchmarks.measure.environment import environment
from benchmarks.measure.measure import Inputs, count_baseline, measure
from benchmarks.measure.outcomes import outcomes
from benchmarks.verdict import gate, report
from pipeline.candidates import Candidate
from pipeline.workspace import Workspace


def judge_all(
    candidates: Sequence[Candidate], recipe: str, source: DrawingsSource, space: Workspace
) -> report.Report:
    """Return the report of all candidates; a violation of one does not stop the others.

    `source` is what `benchmarks.drawings.predict.find` returned.
    """
    rows = []
    predicted = predict.predict_all(candidates, space)
    predicted_drawings = drawings.predict_all(candidates, source, space)
    baseline = count_baseline(space)
    for candidate, stages, drawn in zip(candidates, predicted, predicted_drawings, strict=True):
        measured = measure(candidate, Inputs(stages, drawn, source.reason, recipe, baseline), space)
        of_drawings = None if drawn is None else drawings.read(drawn)
        kept = outcomes(predict.read(stages[0]), space.dataset, of_drawings)
        verdict = gate.judge(measured, candidate.limits)
        rows.append(report.Row(**dict(measured), verdict=verdict, outcomes=kept))
    return report.Report(
        recipe=recipe,
        dataset=space.dataset.name,
        fallback_reason=space.fallback_reason,
        environment=environment(),
        rows=tuple(rows),
    )
