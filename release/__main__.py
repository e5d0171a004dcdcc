"""The sessions release, verify and schema: what passed ships, and what shipped is rebuilt."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from benchmarks.commands.earlier import AgainstFile, Earlier, HistoryFile
from benchmarks.report.terminal import tables, violations
from benchmarks.verdict.report import Report
from pipeline import cli
from pipeline.config import ARCHITECTURES
from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress, duration
from pipeline.sessions import sessions
from pipeline.toolchain import TOOLS
from release import changelog, manifest, verification
from release.bundle import require_replaceable
from release.download import Repository, download, origin
from release.files import DIST
from release.line import run_line
from release.provenance import checkout, is_release
from release.release import Release
from release.verify import verify as verify_release

LONGEST_STEPS = 6
app = sessions()


@app.command()
def release(
    names: cli.Names = None,
    recipe: cli.Recipe = "standard",
    seeds: cli.Seeds = None,
    dataset: cli.DatasetChoice = "auto",
    config: cli.ConfigFile = ARCHITECTURES,
    build: cli.BuildFolder = cli.BUILD,
    dist: Annotated[Path, typer.Option(help="Where the approved files go.")] = DIST,
    history: HistoryFile = None,
    against: AgainstFile = None,
) -> None:
    """Train, export, build, measure and judge, then fill dist/ with what passed.

    Stages whose inputs have not changed are skipped. The first run also builds Rojo, darklua and
    Lune, and takes about 20 minutes on two cores; a repeated one takes seconds.
    """
    console = cli.console()
    begun = checkout()
    if is_release(begun.version):
        changelog.entry(begun.version)
    run = cli.Run.of(names, recipe, dataset, config, build, seeds)
    require_replaceable(dist)
    earlier = Earlier.of(history, against, console)
    with cli.workspace(run, TOOLS, console) as space:
        report, released = run_line(run, begun, earlier, dist, space)
    console.print(tables(report))
    slowest = sorted(space.progress.seconds.items(), key=lambda item: -item[1])[:LONGEST_STEPS]
    if slowest:
        times = ", ".join(f"{what} {duration(took)}" for what, took in slowest)
        console.print(f"[dim]longest: {escape(times)}[/]", soft_wrap=True, highlight=False)
    for line in violations(report):
        console.print(line, soft_wrap=True)
    if released is not None:
        place = escape(str(released.place))
        console.print(f"Open [bold]{place}[/] in Roblox Studio and press Play.")
    refused = [row.architecture for row in report.rows if not row.verdict.approved]
    if refused:
        gone = ", which is removed, as nothing passed" if released is None else ""
        raise PocketDigitsError(
            f"{', '.join(refused)} kept out of {dist}/{gone}; {_advice(report, history, build)}"
        )


def _advice(report: Report, history: Path | None, build: Path) -> str:
    """Say what helps against the rules that were broken."""
    ways, rules = [], report.broken_rules
    if "limit" in rules:
        ways.append(
            "improve the network, or change its limit and the limit's reason in architectures.yaml"
        )
    if rules & {"last", "trend"}:
        file, folder = shlex.quote(str(history)), shlex.quote(str(build))
        ways.append(
            f"accept what got worse with `nox -s history -- append {file} --build {folder} --accept"
            " REASON`"
        )
    if "against" in rules:
        ways.append("accept what got worse by leaving out --against")
    return ", or ".join(ways)


@app.command()
def verify(
    release: Annotated[str, typer.Argument(metavar="FOLDER | VERSION")] = str(DIST),
    build: cli.BuildFolder = cli.BUILD,
    repository: Repository = None,
) -> None:
    """Rebuild a release from its weights, and compare every byte.

    FOLDER holds a release; a VERSION like 1.2.3 is downloaded. The commit that it was made from
    must be checked out. Exit code 1 when a file differs, with what differs in it; what is the
    same may be published.
    """
    console = cli.console()
    with Progress(console) as progress:
        folder = Path(release)
        if not folder.is_dir():
            if not is_release(release):
                raise PocketDigitsError(
                    f"{release!r} is neither a folder nor a version; name a folder that holds a"
                    " release, or a version like 1.2.3"
                )
            folder = build / "verify" / release
            download(release, repository or origin(), folder, progress)
        verify_release(Release.read(folder), progress, console)
        verification.record(folder, build)


@app.command()
def schema() -> None:
    """Write release/manifest.schema.json anew; commit what changes."""
    manifest.SCHEMA_FILE.write_text(manifest.schema(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    app(prog_name="nox -s")
