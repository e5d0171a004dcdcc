"""A published version → a folder of its files, checked by their hashes."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pydantic import ValidationError

from pipeline.command import run
from pipeline.datasets.download import fetch
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY
from pipeline.progress import Progress
from release.manifest import CHECKSUMS_FILE, MANIFEST_FILE, Manifest

SERVER_VARIABLE = "GITHUB_SERVER_URL"  # as GitHub Actions sets it
SERVER = "https://github.com"


def download(version: str, repository: str, folder: Path, progress: Progress) -> None:
    """Get all files of a GitHub release into `folder`; those that are there are kept.

    Raises PocketDigitsError when one cannot be had, or is not the file that its manifest names.
    """
    base = f"{os.environ.get(SERVER_VARIABLE, SERVER)}/{repository}/releases/download/v{version}"
    folder.mkdir(parents=True, exist_ok=True)

    def get(name: str, sha256: str | None) -> None:
        try:
            with progress.step(f"get {name}") as update:
                fetch(f"{base}/{name}", folder / name, sha256, name, update)
        except (OSError, ValueError) as error:
            raise PocketDigitsError(
                f"{base}/{name} could not be had: {error}; check the version and --repository, or"
                " name a folder that holds the release"
            ) from error

    for name in (MANIFEST_FILE, CHECKSUMS_FILE):
        (folder / name).unlink(missing_ok=True)
        get(name, None)
    path = folder / MANIFEST_FILE
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise PocketDigitsError(
            f"{path}: no manifest of this version of the program: {error}\ncheck out v{version}"
        ) from error
    for entry in manifest.files:
        if Path(entry.name).name != entry.name:
            raise PocketDigitsError(f"{path}: {entry.name!r} is no name of a file; do not trust it")
        get(entry.name, entry.sha256)


def origin() -> str:
    """Return owner/name of the git remote origin."""
    try:
        url = run("git", "remote", "get-url", "origin", cwd=REPOSITORY).strip()
    except PocketDigitsError:
        url = ""
    found = re.search(r"[/:]([\w.-]+/[\w.-]+?)(\.git)?/?$", url)
    if found is None:
        raise PocketDigitsError(
            f"no repository to get it from (the git remote origin is {url or 'not set'!r}); name it"
            " with --repository OWNER/NAME"
        )
    return found[1]
