"""`python -m release.publish_place`: the approved place goes to Roblox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pipeline import cli
from release import roblox
from release.publish import DIST, DryRun
from release.publish_checks import read, require_publishable

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


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
    dist: Annotated[Path, typer.Option(help="The release.")] = DIST,
    build: cli.BuildFolder = cli.BUILD,
    dry_run: DryRun = False,
) -> None:
    """Upload the place of dist/ as a new version of a place on Roblox, through Open Cloud.

    Takes what `nox -s publish` would, and nothing else. The key comes from ROBLOX_API_KEY.
    """
    console = cli.console()
    with cli.command():
        publication = read(dist)
        require_publishable(publication, build)
        file = publication.place
        what = f"{file.name}, {version_type}, to place {place} of universe {universe}"
        if dry_run:
            console.print(f"would send {escape(what)}; nothing was sent", soft_wrap=True)
            return
        version = roblox.publish(file, roblox.Target(universe, place, version_type))
        console.print(f"sent {escape(what)}: version {version}", soft_wrap=True)


if __name__ == "__main__":
    app(prog_name="nox -s publish-place --")
