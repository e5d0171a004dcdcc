"""`readme`: README shows the figures of a run."""

from benchmarks.report.readme import take_over
from benchmarks.studies.ablation.run import ABLATION_FILE
from benchmarks.studies.ablation.table import take_over as take_over_ablation
from benchmarks.verdict.report import REPORT_FILE
from pipeline import cli


def readme(build: cli.BuildFolder = cli.BUILD) -> None:
    """Take over build/report.json and build/ablation.json, or the one there is, as README's.

    The report gives the table of networks and the pictures, the ablation its own table.
    """
    console = cli.console()
    ablation_file = build / ABLATION_FILE
    if not ablation_file.is_file() or (build / REPORT_FILE).is_file():
        take_over(build / REPORT_FILE)
        console.print("wrote benchmarks/results.json, docs/pareto-*.png and README.md")
    if ablation_file.is_file():
        take_over_ablation(ablation_file)
        console.print("wrote benchmarks/ablation.json and README.md")
    console.print("commit them")
