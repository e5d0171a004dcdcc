"""The notes of a release that is to be published, compared with the one before it."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from release import changelog
from release.github import Repository
from release.manifest import MANIFEST_FILE, Manifest
from release.notes import notes
from release.publish_checks import Publication
from release.publish_steps import Say, explained
from release.retries import persistently


def offline(publication: Publication, changelog_file: Path, repository: str) -> str:
    """Return the notes without a comparison; PocketDigitsError where the changelog lacks them."""
    entry = changelog.entry(publication.manifest.version, changelog_file)
    return notes(publication.manifest, None, entry, repository)


def compared(
    publication: Publication, changelog_file: Path, repository: Repository, say: Say
) -> str:
    """Return the notes with what has changed since the latest release of the repository."""
    entry = changelog.entry(publication.manifest.version, changelog_file)
    with explained(repository):
        previous = persistently(
            "read the latest release", lambda: _previous(publication, repository, say)
        )
    return notes(publication.manifest, previous, entry, repository.name)


def _previous(publication: Publication, repository: Repository, say: Say) -> Manifest | None:
    latest = repository.latest()
    if latest is None or latest.tag_name == publication.tag:
        return None
    held = [each for each in repository.assets(latest) if each.name == MANIFEST_FILE]
    try:
        return Manifest.model_validate_json(repository.content(held[0])) if held else None
    except ValidationError:
        say(f"{latest.tag_name} has a manifest of another form: the notes compare with nothing")
        return None
