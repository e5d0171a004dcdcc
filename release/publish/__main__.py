"""The sessions publish and publish-place: dist/ goes to GitHub, its place to Roblox."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pipeline import cli
from pipeline.sessions import sessions
from release.changelog import CHANGELOG, entry
from release.download import Repository, origin
from release.files import DIST
from release.publish import github, plan, roblox, steps
from release.publish.notes import notes
from release.release import Release

Dist = Annotated[Path, typer.Option(help="The release.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; send nothing.")]

# Tracebacks may show what variables hold.
app = sessions(tracebacks=False)


@app.command()
def publish(
    dist: Dist = DIST,
    build: cli.BuildFolder = cli.BUILD,
    repository: Repository = None,
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

    def say(text: str) -> None:
        console.print(escape(text), soft_wrap=True, highlight=False)

    release = Release.read(dist)
    name = repository or origin()
    if dry_run:
        console.print(plan.table(release, name))
    plan.require_publishable(release, build)
    changes = entry(release.manifest.version, changelog)
    if dry_run:
        say(f"{notes(release.manifest, None, changes, name)}\nnothing was sent")
        return
    server = github.connect(name)
    previous = steps.previous_manifest(server, release, say)
    text = notes(release.manifest, previous, changes, name)
    published = steps.publish(server, release, text, say)
    say(f"{len(release.files)} files are visible: {published.html_url}")
    if not published.immutable:
        say("This repository's releases can be changed: turn on Settings → Immutable releases.")


@app.command()
def publish_place(
    universe: Annotated[
        int, typer.Option(envvar="ROBLOX_UNIVERSE_ID", min=1, help="The game's universe ID.")
    ],
    place: Annotated[
        int, typer.Option(envvar="ROBLOX_PLACE_ID", min=1, help="The place's ID in that game.")
    ],
    version_type: Annotated[
        roblox.VersionType,
        typer.Option(help="saved is seen in Studio alone, published by players."),
    ] = "saved",
    dist: Dist = DIST,
    build: cli.BuildFolder = cli.BUILD,
    dry_run: DryRun = False,
) -> None:
    """Upload the place of dist/ as a new version of a place on Roblox, through Open Cloud.

    Takes what `nox -s publish` would, and nothing else. The key comes from ROBLOX_API_KEY.
    """
    console = cli.console()
    release = Release.read(dist)
    plan.require_publishable(release, build)
    file = release.place
    what = f"{file.name}, {version_type}, to place {place} of universe {universe}"
    if dry_run:
        console.print(f"would send {escape(what)}; nothing was sent", soft_wrap=True)
        return
    version = roblox.publish(file, universe, place, version_type)
    console.print(f"sent {escape(what)}: version {version}", soft_wrap=True)


if __name__ == "__main__":
    app(prog_name="nox -s")
