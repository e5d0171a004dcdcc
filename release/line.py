"""The whole line, once: what makes candidates, what judges them, and what ships.

Architecture → Trained → Quantized → Exported → Place     `pipeline.stages`, for each network
Place → Measurement → Verdict                             `judge_all`: rows of one Report
approved candidates → Release                             `bundle`: the files in dist/
"""

from pathlib import Path

from benchmarks.commands.earlier import Earlier
from benchmarks.drawings.predict import DrawingsSource, find
from benchmarks.report import outputs
from benchmarks.verdict.judge import judge_all
from benchmarks.verdict.report import Report
from pipeline.candidates import Candidate, candidates
from pipeline.cli import Run
from pipeline.errors import PocketDigitsError
from pipeline.workspace import Workspace
from release.bundle import bundle
from release.provenance import Checkout, Provenance, checkout
from release.release import Release


def run_line(
    run: Run, begun: Checkout, earlier: Earlier, dist: Path, space: Workspace
) -> tuple[Report, Release | None]:
    """Make and judge every candidate, and fill `dist` with those that were approved.

    Without any, `dist` is removed, and there is no release. Raises PocketDigitsError when the
    checkout is no longer what it was when the run began.
    """
    drawings: DrawingsSource = find(run.recipe.test_images, space.progress)
    made: list[Candidate] = candidates(run.entries, run.seeds, space)
    report: Report = earlier.hold(judge_all(made, run.recipe_name, drawings, space))
    outputs.write(report, run.build, earlier.history)
    by_name = {candidate.architecture.name: candidate for candidate in made}
    approved = [by_name[row.architecture] for row in report.approved]
    if approved and (now := checkout()) != begun:
        raise PocketDigitsError(
            f"the checkout was {begun.version} and is {now.version} now, so nobody could tell what"
            " this release is made of; run again, and leave it alone meanwhile"
        )
    provenance = Provenance(begun.version, begun.commit, report.dataset)
    return report, bundle(approved, report, provenance, space, dist)
