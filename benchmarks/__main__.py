"""The sessions benchmark, preview, judge, teach, ablate, …: what networks are worth."""

from benchmarks.commands import history, nightly
from benchmarks.commands.benchmark import benchmark, judge
from benchmarks.commands.preview import preview
from benchmarks.commands.readme import readme
from benchmarks.commands.studies import ablate, frames, sweep, teach
from pipeline.sessions import sessions

app = sessions()
for command in (sweep, ablate, benchmark, preview, judge, teach, frames, readme):
    app.command()(command)
app.add_typer(history.app)
app.add_typer(nightly.app)

if __name__ == "__main__":
    app(prog_name="nox -s")
