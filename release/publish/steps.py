"""draft → upload all → check what the server holds → publish, from wherever a run before stopped.

Every step reads the server first and does only what is missing, so it may be repeated after any
failure, and after a kill. Nobody sees a draft, and what is published is never touched.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from pipeline.errors import PocketDigitsError
from release.files import MANIFEST_FILE, PRODUCT
from release.manifest import FileEntry, Manifest
from release.publish.assets import Asset, differences
from release.publish.github import GitHubRelease, Repository
from release.publish.retries import RefusedError, TransientError, explained, persistently
from release.release import Release

OURS = "<!-- made by nox -s publish -->"

Say = Callable[[str], None]


def publish(repository: Repository, release: Release, notes: str, say: Say) -> GitHubRelease:
    """Publish all files, or go on where an earlier run stopped, and return what is visible.

    Raises PocketDigitsError when the server refuses, or fails for too long; then nothing is
    visible, and running again goes on.
    """
    job = _Job(repository, release, f"{notes.rstrip()}\n\n{OURS}\n", say)
    with _explained(repository):
        persistently(f"look at {release.tag}", job.require_tag)
        draft = persistently("make the draft", job.draft)
        if not draft.draft:
            say(f"{release.tag} is published already, with exactly these files")
            return draft
        for entry in release.files:
            persistently(f"upload {entry.name}", partial(job.upload, draft, entry))
        persistently("tidy the draft", partial(job.remove_others, draft))
        return persistently(f"publish {release.tag}", partial(job.show, draft))


def previous_manifest(repository: Repository, release: Release, say: Say) -> Manifest | None:
    """Return the manifest of the latest published release, to compare with; None without one."""

    def read() -> Manifest | None:
        latest = repository.latest()
        if latest is None or latest.tag_name == release.tag:
            return None
        manifests = [each for each in repository.assets(latest) if each.name == MANIFEST_FILE]
        if not manifests:
            return None
        try:
            return Manifest.model_validate_json(repository.content(manifests[0]))
        except ValidationError:
            say(f"{latest.tag_name} has a manifest of another form: the notes compare with nothing")
            return None

    with _explained(repository):
        return persistently("read the latest release", read)


@dataclass
class _Job:
    """The steps, each safe to repeat; `held` are the draft's files, None where not yet read."""

    repository: Repository
    release: Release
    body: str
    say: Say
    held: dict[str, Asset] | None = None

    def require_tag(self) -> None:
        """Refuse a tag that is missing or not what was built: GitHub would make one up."""
        tag, built = self.release.tag, self.release.manifest.commit
        commit = self.repository.commit_of(tag)
        if commit is None:
            raise PocketDigitsError(
                f"{tag}: no such tag in {self.repository.name}; run `git push origin {tag}`"
            )
        if commit != built:
            raise PocketDigitsError(
                f"{tag} is commit {commit} in {self.repository.name}, but commit {built} was"
                " built; check out the tag and run `nox -s release` again"
            )

    def draft(self) -> GitHubRelease:
        """Return our draft, new or old, or the release when it is published and the same."""
        tag, releases = self.release.tag, self.repository.releases(self.release.tag)
        ours = [each for each in releases if each.draft and OURS in (each.body or "")]
        if published := self._published(releases):
            self._delete(ours)
            return published
        if others := [each for each in releases if each not in ours]:
            raise PocketDigitsError(
                f"{others[0].html_url}: a draft of {tag} that nox -s publish did not make; delete"
                " it, then run again"
            )
        if not ours:
            self.say(f"make a draft of {tag}")
            name = f"{PRODUCT} {self.release.manifest.version}"
            prerelease = self.release.is_prerelease
            with _refusal_checked_again():
                return self.repository.create_draft(tag, name, self.body, prerelease)
        self._delete(ours[1:])  # the answer to the first was lost, and its draft not seen at once
        self.say(f"go on with the draft of {tag}")
        if ours[0].body != self.body:
            self.repository.update(ours[0], {"body": self.body})
        return ours[0]

    def upload(self, draft: GitHubRelease, entry: FileEntry) -> None:
        """Make the server hold one file, and nothing else of its name."""
        if self.held is None:
            self.held = {each.name: each for each in self.repository.assets(draft)}
        held, self.held = self.held, None  # read again after any failure from here on
        asset = held.get(entry.name)
        if asset is not None and asset.difference(entry) and not asset.lacks_digest:
            self.repository.delete_asset(asset)
            asset = None
        if asset is None:
            self.say(f"upload {entry.name}")
            with _refusal_checked_again():
                asset = self.repository.upload(draft, self.release.folder / entry.name)
        if difference := asset.difference(entry):
            raise TransientError(f"{draft.html_url}: after the upload, {difference}")
        self.held = held | {entry.name: asset}

    def remove_others(self, draft: GitHubRelease) -> None:
        """Delete what an earlier run of another build has left in our draft."""
        ours = {entry.name for entry in self.release.files}
        for asset in self.repository.assets(draft):
            if asset.name not in ours:
                self.say(f"delete {asset.name}, which is no file of this release")
                self.repository.delete_asset(asset)

    def show(self, draft: GitHubRelease) -> GitHubRelease:
        """Publish the draft when it is complete, and check that it is."""
        tag = self.release.tag
        self.require_tag()  # which somebody may have moved
        if published := self._published(self.repository.releases(tag)):
            return published
        if different := differences(self.repository.assets(draft), self.release.files):
            raise PocketDigitsError(
                f"{draft.html_url} was changed meanwhile: {'; '.join(different)}; it stays a draft:"
                " run again"
            )
        self.say(f"publish {tag}")
        prerelease = self.release.is_prerelease
        latest = "false" if prerelease else "legacy"  # the one of the highest version
        shown = {"draft": False, "prerelease": prerelease, "make_latest": latest}
        with _refusal_checked_again():
            self.repository.update(draft, shown)
        if published := self._published(self.repository.releases(tag)):
            return published
        raise TransientError(f"{draft.html_url} is still a draft")

    def _published(self, releases: Sequence[GitHubRelease]) -> GitHubRelease | None:
        """Return the published one; PocketDigitsError where it holds other files than ours."""
        published = next((each for each in releases if not each.draft), None)
        if published is None:
            return None
        different = differences(self.repository.assets(published), self.release.files)
        if different:
            raise PocketDigitsError(
                f"{published.html_url} is published, and not what is in {self.release.folder}:"
                f" {'; '.join(different)}. What is published is never changed: release the next"
                " version"
            )
        return published

    def _delete(self, drafts: Sequence[GitHubRelease]) -> None:
        for draft in drafts:
            self.say(f"delete another draft of {self.release.tag}")
            self.repository.delete_draft(draft)


@contextmanager
def _refusal_checked_again() -> Iterator[None]:
    """Repeat a step after a 422: another run may have made what is there already."""
    try:
        yield
    except RefusedError as refusal:
        if refusal.status == 422:
            raise TransientError(str(refusal)) from refusal
        raise


def _explained(repository: Repository) -> AbstractContextManager[None]:
    meanings = {
        401: "the token is not accepted: make a new one",
        403: f"the token may not do that: it needs contents: write of {repository.name}",
        404: f"there is no repository {repository.name}, or the token may not see or write it",
    }
    return explained(meanings, "; then run `nox -s publish` again, which goes on from here")
