"""Everything that a run writes about itself: its data, the page, pictures and a summary."""

import os
from pathlib import Path

from benchmarks.report import markdown as summary
from benchmarks.verdict import report
from benchmarks.verdict.history import History

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"  # the file that GitHub shows beside a workflow's run


def write(found: report.Report, build: Path, history: History | None = None) -> list[Path]:
    """Write `report.json`, `report.html` and the Pareto pictures into the build folder.

    Where GitHub asks for a summary it gets one. Returns the files in the build folder, the
    report's data first.
    """
    # Not above: matplotlib takes longer to load than all else that a command does at first.
    from benchmarks.report import html as page  # noqa: PLC0415
    from benchmarks.report.pictures import scatter  # noqa: PLC0415

    paths = [report.write(found, build), page.write(found, build, history)]
    if step_summary := os.environ.get(STEP_SUMMARY):
        with Path(step_summary).open("a", encoding="utf-8") as file:  # other steps write there too
            file.write(summary.markdown(found))
    return [*paths, *scatter.draw(found, build)]
