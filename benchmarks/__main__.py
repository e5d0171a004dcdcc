"""`python -m benchmarks benchmark|preview|judge|teach|ablate|…`: what networks are worth."""

import typer

from benchmarks.commands import history, nightly
from benchmarks.commands.benchmark import benchmark, judge
from benchmarks.commands.preview import preview
from benchmarks.commands.readme import readme
from benchmarks.commands.studies import ablate, frames, sweep, teach
from pipeline.cli import OPTIONS, Commands

app = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode="markdown")
for command in (sweep, ablate, benchmark, preview, judge, teach, frames, readme):
    app.command(options_metavar=OPTIONS)(command)
app.add_typer(history.app)
app.add_typer(nightly.app)

if __name__ == "__main__":
    app(prog_name="nox -s")
