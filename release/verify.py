"""`python -m release.verify`: a release is what its weights and its commit make of it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pipeline import cli
from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress
from pipeline.stages import NUMERIC_LIBRARIES, installed_versions
from pipeline.toolbox import Toolbox
from release import intact, verified
from release.differences import difference
from release.download import download, origin
from release.manifest import Manifest
from release.rebuild import rebuild
from release.version import commit, is_release

DIST = "dist"
app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def verify(
    release: Annotated[
        str, typer.Argument(metavar="[FOLDER | VERSION]", show_default="dist")
    ] = DIST,
    build: cli.BuildFolder = cli.BUILD,
    repository: Annotated[
        str | None,
        typer.Option(
            envvar="GITHUB_REPOSITORY",
            metavar="OWNER/NAME",
            help="Where to get a VERSION from; the git remote origin if not given.",
        ),
    ] = None,
) -> None:
    """Rebuild a release from its weights, and compare every byte.

    FOLDER holds a release; a VERSION like 1.2.3 is downloaded. The commit that it was made from
    must be checked out. Exit code 1 when a file differs, with what differs in it; what is the
    same may be published.
    """
    console = cli.console()
    with cli.command(), Progress(console) as progress:
        folder = Path(release)
        if not folder.is_dir():
            if not is_release(release):
                raise PocketDigitsError(
                    f"{release!r} is neither a folder nor a version; name a folder that holds a"
                    " release, or a version like 1.2.3"
                )
            folder = build / "verify" / release
            download(release, repository or origin(), folder, progress)
        verify_folder(folder, progress, console)
        verified.write(folder, build)


def verify_folder(folder: Path, progress: Progress, console: Console) -> None:
    """Raise PocketDigitsError when the release in `folder` is not what its weights make."""
    manifest = intact.read(folder)
    _require_commit(folder, manifest)
    tools = Toolbox(("rojo", "darklua", "lune"), progress)
    rojo, darklua, lune = map(tools.path, ("rojo", "darklua", "lune"))
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as work:
        scratch, new = Path(work, "stages"), Path(work, "rebuilt")
        scratch.mkdir()
        new.mkdir()
        with progress.step(f"rebuild {folder}"):
            rebuild(folder, manifest, rojo, darklua, scratch, new)
        wrong = {}
        rebuildable = [
            entry.name for entry in manifest.files if entry.name not in manifest.not_reproducible
        ]
        for name in rebuildable:
            found = difference(folder / name, new / name, lune)
            console.print(f"{'✗' if found else '='} {escape(name)}", highlight=False)
            if found:
                wrong[name] = found
    for name, why in manifest.not_reproducible.items():
        console.print(f"- {escape(name)}: not rebuilt, because {escape(why)}", highlight=False)
    if wrong:
        lines = [f"{name} differs: {how}" for name, how in wrong.items()]
        title = f"{folder} is not what its weights make of this commit:"
        raise PocketDigitsError("\n  ".join([title, *lines, *_other_versions(manifest)]))
    console.print(
        f"{len(rebuildable)} files rebuilt from the released weights are the same, byte for byte."
    )


def _require_commit(folder: Path, manifest: Manifest) -> None:
    here = commit()
    if manifest.commit != here:
        raise PocketDigitsError(
            f"{folder} was made from commit {manifest.commit}, and {here} is checked out; run"
            f" `git checkout {manifest.commit}`, then verify again"
        )


def _other_versions(manifest: Manifest) -> list[str]:
    """Return which libraries are others than those that the release was made with."""
    here = installed_versions(*NUMERIC_LIBRARIES)
    return [
        f"(made with {name} {version}, here is {here.get(name, 'none')})"
        for name, version in manifest.libraries.items()
        if here.get(name) != version
    ]


if __name__ == "__main__":
    app(prog_name="nox -s verify --")
