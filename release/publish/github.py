"""A repository's releases on GitHub, read and made through its REST API.

One method per endpoint; each raises what `Api.request` raises. Docs: REST API, "releases",
"release assets" and "commits", version 2022-11-28.
"""

import os
import re
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

import requests
from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline.errors import PocketDigitsError
from release.publish.assets import Asset
from release.publish.remote import Api, Json, key
from release.publish.retries import RefusedError, TransientError

API_URL = "https://api.github.com"
TOKENS = ("GH_TOKEN", "GITHUB_TOKEN")
PAGE = "100"

T = TypeVar("T")


class GitHubRelease(BaseModel):
    """A release: a draft, which only maintainers see, or published."""

    id: int
    tag_name: str
    draft: bool
    body: str | None
    upload_url: str
    html_url: str
    immutable: bool = False


class Commit(BaseModel):
    """A commit, by its full hash."""

    sha: str


class Repository:
    """The releases of `owner/name`."""

    def __init__(self, api: Api, name: str) -> None:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
            raise PocketDigitsError(f"{name!r} is no repository of the form owner/name")
        self.name = name
        self._api = api
        self._path = f"/repos/{name}/releases"

    def commit_of(self, tag: str) -> str | None:
        """Return the full commit that a tag, annotated or not, points to; None without one."""
        # 422: "No commit found for SHA"
        commit = self._get_unless(422, f"/repos/{self.name}/commits/tags/{quote(tag)}", Commit)
        return None if commit is None else commit.sha

    def releases(self, tag: str) -> list[GitHubRelease]:
        """Return all releases of a tag, oldest first; drafts too, where the token may see them."""
        releases = self._all(self._path, GitHubRelease)
        return sorted((each for each in releases if each.tag_name == tag), key=lambda each: each.id)

    def latest(self) -> GitHubRelease | None:
        """Return the latest published release; None before the first."""
        return self._get_unless(404, f"{self._path}/latest", GitHubRelease)

    def content(self, asset: Asset) -> bytes:
        """Return the bytes of a release's file."""
        return self._api.download(f"{self._path}/assets/{asset.id}")

    def assets(self, release: GitHubRelease) -> list[Asset]:
        """Return all files of a release, those that were left half uploaded included."""
        return self._all(f"{self._path}/{release.id}/assets", Asset)

    def create_draft(self, tag: str, name: str, body: str, prerelease: bool) -> GitHubRelease:
        """Make a release that nobody else sees, of a tag that is there, and return it.

        Without target_commitish: a workflow's token gets a 403 for it when the commit touches
        workflows, and the tag says it already.
        """
        content = {"tag_name": tag, "name": name, "body": body, "prerelease": prerelease}
        content["draft"] = True
        return _parsed(self._api.request("POST", self._path, json=content), GitHubRelease)

    def update(self, release: GitHubRelease, changes: Json) -> None:
        """Change a draft, for instance to published: `{"draft": False}`."""
        self._api.request("PATCH", f"{self._path}/{release.id}", json=changes)

    def delete_draft(self, release: GitHubRelease) -> None:
        """Delete a draft with all its files."""
        self._api.request("DELETE", f"{self._path}/{release.id}")

    def upload(self, release: GitHubRelease, file: Path) -> Asset:
        """Add a file to a release; RefusedError 422 where it has one of that name."""
        url = release.upload_url.partition("{")[0]
        return _parsed(self._api.request("POST", url, params={"name": file.name}, file=file), Asset)

    def delete_asset(self, asset: Asset) -> None:
        """Delete a file of a release."""
        self._api.request("DELETE", f"{self._path}/assets/{asset.id}")

    def _get_unless(self, missing: int, url: str, kind: type[T]) -> T | None:
        """Return what is at a URL; None where GitHub answers with the status `missing`."""
        try:
            return _parsed(self._api.request("GET", url), kind)
        except RefusedError as refusal:
            if refusal.status == missing:
                return None
            raise

    def _all(self, url: str, kind: type[T]) -> list[T]:
        entries: list[T] = []
        page: str | None = f"{url}?per_page={PAGE}"
        while page:
            response = self._api.request("GET", page)
            entries += _parsed(response, list[kind])  # type: ignore[valid-type]
            page = response.links.get("next", {}).get("url")
        return entries


def connect(name: str) -> Repository:
    """Return a repository of GitHub, or of the server that GITHUB_API_URL names."""
    base = os.environ.get("GITHUB_API_URL") or API_URL
    host = urlsplit(base).hostname or ""
    api = Api(
        base,
        key(*TOKENS, hint=f"put a token that may write the contents of {name} there"),
        {"Authorization": "Bearer {}"},
        headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
        hosts=("uploads." + host.removeprefix("api."),),
    )
    return Repository(api, name)


def _parsed(response: requests.Response, kind: type[T]) -> T:
    what = f"{response.request.method} {urlsplit(response.url).path}"
    try:
        return TypeAdapter(kind).validate_json(response.content)
    except ValidationError as error:
        # A proxy's page of excuses, perhaps, which will be gone.
        raise TransientError(f"{what}: no response of GitHub's API: {error}") from error
