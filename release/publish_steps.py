"""draft → upload all → check what the server holds → publish, from wherever a run before stopped.

Every step looks at the server first and does only what is missing, so it may be repeated after
any failure, and after a kill. Nobody sees a draft, and what is published is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from pipeline.errors import PocketDigitsError
from release.github import Asset, Release, Repository
from release.manifest import FileEntry
from release.publish_checks import Publication
from release.publish_compare import difference, differences, is_unfinished
from release.retries import RefusedError, TransientError, persistently

OURS = "<!-- made by nox -s publish -->"

Say = Callable[[str], None]


def publish(repository: Repository, publication: Publication, notes: str, say: Say) -> Release:
    """Publish all files, or go on where an earlier run stopped, and return what is visible.

    Raises PocketDigitsError when the server refuses, or fails for too long; then nothing is
    visible, and running again goes on.
    """
    job = _Job(repository, publication, f"{notes.rstrip()}\n\n{OURS}\n", say)
    with explained(repository):
        persistently(f"look at {publication.tag}", job.require_tag)
        release = persistently("make the draft", job.draft)
        if not release.draft:
            say(f"{publication.tag} is published already, with exactly these files")
            return release
        for entry in publication.files:
            persistently(f"upload {entry.name}", partial(job.upload, release, entry))
        persistently("tidy the draft", partial(job.remove_others, release))
        return persistently(f"publish {publication.tag}", partial(job.show, release))


class _Job:
    """The steps, each safe to repeat."""

    def __init__(
        self, repository: Repository, publication: Publication, body: str, say: Say
    ) -> None:
        self._repository = repository
        self._publication = publication
        self._tag = publication.tag
        self._body = body
        self._say = say
        self._held: dict[str, Asset] | None = None  # what the draft holds, while that is known

    def require_tag(self) -> None:
        """Refuse a tag that is not there or not what was built: GitHub would make one up."""
        found, commit = self._repository.commit_of(self._tag), self._publication.manifest.commit
        if found is None:
            raise PocketDigitsError(
                f"{self._tag}: no such tag in {self._repository.name}; run"
                f" `git push origin {self._tag}`"
            )
        if found != commit:
            raise PocketDigitsError(
                f"{self._tag} is commit {found} in {self._repository.name}, but commit {commit}"
                " was built; check out the tag and run `nox -s release` again"
            )

    def draft(self) -> Release:
        """Return our draft, new or old, or the release when it is published and the same."""
        releases = self._repository.releases(self._tag)
        ours = [each for each in releases if each.draft and OURS in (each.body or "")]
        for release in releases:
            if not release.draft:
                self._require_same(release)
                self._delete(ours)
                return release
        if others := [each for each in releases if each not in ours]:
            raise PocketDigitsError(
                f"{others[0].html_url}: a draft of {self._tag} that nox -s publish did not make;"
                " delete it, then run again"
            )
        if not ours:
            publication = self._publication
            self._say(f"make a draft of {self._tag}")
            with _another_look():
                return self._repository.create_draft(
                    self._tag,
                    f"pocket-digits {publication.manifest.version}",
                    self._body,
                    publication.prerelease,
                )
        self._delete(ours[1:])  # the answer to the first was lost, and its draft not seen at once
        self._say(f"go on with the draft of {self._tag}")
        if ours[0].body != self._body:
            self._repository.describe(ours[0], self._body)
        return ours[0]

    def upload(self, release: Release, entry: FileEntry) -> None:
        """Have the server hold one file, and nothing else of its name."""
        if self._held is None:
            self._held = {each.name: each for each in self._repository.assets(release)}
        held, self._held = self._held, None  # looked up again after any failure from here on
        asset = held.get(entry.name)
        if asset is not None and difference(asset, entry) and not is_unfinished(asset):
            self._repository.delete_asset(asset)
            asset = None
        if asset is None:
            self._say(f"upload {entry.name}")
            with _another_look():
                asset = self._repository.upload(release, self._publication.folder / entry.name)
        if wrong := difference(asset, entry):
            raise TransientError(f"{release.html_url}: after the upload, {wrong[0]}")
        self._held = held | {entry.name: asset}

    def remove_others(self, release: Release) -> None:
        """Delete what an earlier run of another build has left in our draft."""
        ours = {entry.name for entry in self._publication.files}
        for asset in self._repository.assets(release):
            if asset.name not in ours:
                self._say(f"delete {asset.name}, which is no file of this release")
                self._repository.delete_asset(asset)

    def show(self, release: Release) -> Release:
        """Publish the draft when it is complete, and check that it is."""
        self.require_tag()  # which somebody may have moved
        for attempt in ("before", "after"):
            for found in self._repository.releases(self._tag):
                if not found.draft:
                    self._require_same(found)
                    return found
            if attempt == "before":
                wrong = differences(self._repository.assets(release), self._publication.files)
                if wrong:
                    raise PocketDigitsError(
                        f"{release.html_url} was changed meanwhile: {'; '.join(wrong)}; it stays a"
                        " draft: run again"
                    )
                self._say(f"publish {self._tag}")
                with _another_look():
                    self._repository.publish(release, self._publication.prerelease)
        raise TransientError(f"{release.html_url} is still a draft")

    def _require_same(self, release: Release) -> None:
        wrong = differences(self._repository.assets(release), self._publication.files)
        if wrong:
            raise PocketDigitsError(
                f"{release.html_url} is published, and not what is in {self._publication.folder}:"
                f" {'; '.join(wrong)}. What is published is never changed: release the next version"
            )

    def _delete(self, drafts: list[Release]) -> None:
        for draft in drafts:
            self._say(f"delete another draft of {self._tag}")
            self._repository.delete_draft(draft)


@contextmanager
def _another_look() -> Iterator[None]:
    """Look again after a 422: another run may have made what is there already."""
    try:
        yield
    except RefusedError as refusal:
        if refusal.status == 422:
            raise TransientError(str(refusal)) from refusal
        raise


@contextmanager
def explained(repository: Repository) -> Iterator[None]:
    """Say with a refusal what to do about it."""
    todo = {
        401: "the token is not accepted: make a new one",
        403: f"the token may not do that: it needs contents: write of {repository.name}",
        404: f"there is no repository {repository.name}, or the token may not see or write it",
    }
    try:
        yield
    except RefusedError as refusal:
        hint = todo.get(refusal.status, "see what the server says")
        raise PocketDigitsError(
            f"{refusal}\n{hint}; then run `nox -s publish` again, which goes on from here"
        ) from refusal
