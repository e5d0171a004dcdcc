"""`python -m release.publish`: dist/ becomes a GitHub release, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline import cli
from release import github, publish_notes, publish_steps
from release.changelog import CHANGELOG
from release.download import origin
from release.publish_checks import Publication, read, require_publishable

DIST = Path("dist")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; send nothing.")]

# Without typer's tracebacks, which may show what variables hold.
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def publish(
    dist: Annotated[Path, typer.Option(help="The release.")] = DIST,
    build: cli.BuildFolder = cli.BUILD,
    repository: Annotated[
        str | None,
        typer.Option(
            envvar="GITHUB_REPOSITORY",
            metavar="OWNER/NAME",
            help="Where to; the git remote origin if not given.",
        ),
    ] = None,
    changelog: Annotated[
        Path,
        typer.Option(help="Whose entry begins the notes.", show_default="CHANGELOG.md"),
    ] = CHANGELOG,
    dry_run: DryRun = False,
) -> None:
    """Make dist/ a GitHub release: draft, upload, check what the server holds, publish.

    May be repeated after any failure: it goes on with its own draft. What is published is never
    changed. The token comes from GH_TOKEN or GITHUB_TOKEN; GITHUB_API_URL names another server.
    """
    console = cli.console()
    with cli.command():
        publication = read(dist)
        name = repository or origin()
        if dry_run:
            _show_plan(publication, name, console)
        require_publishable(publication, build)
        text = publish_notes.offline(publication, changelog, name)

        def say(text: str) -> None:
            console.print(escape(text), soft_wrap=True, highlight=False)

        if dry_run:
            say(f"{text}\nnothing was sent")
            return
        server = github.connect(name)
        text = publish_notes.compared(publication, changelog, server, say)
        release = publish_steps.publish(server, publication, text, say)
        say(f"{len(publication.files)} files are visible: {release.html_url}")
        if not release.immutable:
            say("This repository's releases can be changed: turn on Settings → Immutable releases.")


def _show_plan(publication: Publication, repository: str, console: Console) -> None:
    table = Table("step", "what", "bytes", "SHA-256")
    table.add_row("check", f"{publication.tag} in {repository} is {publication.manifest.commit}")
    kind = "prerelease" if publication.prerelease else "release"
    table.add_row("draft", f"{kind} {publication.tag}: a new draft, or the one that was begun")
    for entry in publication.files:
        table.add_row("upload", entry.name, f"{entry.bytes:,}", entry.sha256[:16])
    total = sum(entry.bytes for entry in publication.files)
    table.add_row(
        "check", f"the server holds these {len(publication.files)} files", f"{total:,}", "all"
    )
    table.add_row("publish", f"{publication.tag} becomes visible, all at once")
    console.print(table)


if __name__ == "__main__":
    app(prog_name="nox -s publish --")
