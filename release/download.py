"""A published version → a folder of its files, checked by their hashes."""

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from pipeline.command import run
from pipeline.datasets.download import fetch
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY
from pipeline.progress import Progress
from release.files import INDEX_FILES, MANIFEST_FILE
from release.release import read_manifest

SERVER_VARIABLE = "GITHUB_SERVER_URL"  # as GitHub Actions sets it
SERVER = "https://github.com"
# Of a server, by a URL or as `git@github.com:owner/name`; not a folder, nor a drive of one letter.
REMOTE = re.compile(r"(?:(?:https?|ssh|git)://[^/]+/|[^/:]{2,}:/?)([\w.-]+/[\w.-]+?)(?:\.git)?/?")

Repository = Annotated[
    str | None,
    typer.Option(
        envvar="GITHUB_REPOSITORY",
        metavar="OWNER/NAME",
        help="The releases' repository on GitHub; the git remote origin if not given.",
    ),
]


def download(version: str, repository: str, folder: Path, progress: Progress) -> None:
    """Get all files of a GitHub release into `folder`; those that are there are kept.

    Raises PocketDigitsError when one is not available, or is not the file that the manifest names.
    """
    base = f"{os.environ.get(SERVER_VARIABLE, SERVER)}/{repository}/releases/download/v{version}"
    folder.mkdir(parents=True, exist_ok=True)

    def get(name: str, sha256: str | None) -> None:
        try:
            with progress.step(f"get {name}") as update:
                fetch(f"{base}/{name}", folder / name, sha256, name, update)
        except (OSError, ValueError) as error:
            raise PocketDigitsError(
                f"{base}/{name} cannot be downloaded: {error}; check the version and --repository,"
                " or name a folder that holds the release"
            ) from error

    for name in INDEX_FILES:
        (folder / name).unlink(missing_ok=True)
        get(name, None)
    path = folder / MANIFEST_FILE
    for entry in read_manifest(path).files:
        if Path(entry.name).name != entry.name:
            raise PocketDigitsError(f"{path}: {entry.name!r} is no name of a file; do not trust it")
        get(entry.name, entry.sha256)


def origin() -> str:
    """Return owner/name of the git remote origin."""
    try:
        url = run("git", "remote", "get-url", "origin", cwd=REPOSITORY).strip()
    except PocketDigitsError:
        url = ""
    match = REMOTE.fullmatch(url)
    if match is None:
        raise PocketDigitsError(
            f"no repository on GitHub (the git remote origin is {url or 'not set'!r}); name it with"
            " --repository OWNER/NAME"
        )
    return match[1]
