"""A file of a GitHub release, and how it differs from ours: name, state, size, digest."""

from collections.abc import Iterable

from pydantic import BaseModel

from release.manifest import FileEntry


class Asset(BaseModel):
    """A file of a release; `state` is `starter` until it is whole, `digest` like `sha256:…`."""

    id: int
    name: str
    state: str
    size: int
    digest: str | None = None

    @property
    def lacks_digest(self) -> bool:
        """Whether all bytes are there, and only their digest is yet to be computed."""
        return self.state == "uploaded" and self.digest is None

    def difference(self, entry: FileEntry) -> str | None:
        """Return how it differs from our file, in one sentence; None where it does not."""
        if self.state != "uploaded":
            return f"{entry.name} is in state {self.state!r}, not 'uploaded'"
        if self.size != entry.bytes:
            return f"{entry.name} has {self.size:,} bytes, not {entry.bytes:,}"
        if self.digest != f"sha256:{entry.sha256}":
            return f"{entry.name} has the digest {self.digest}, not sha256:{entry.sha256}"
        return None


def differences(assets: Iterable[Asset], files: Iterable[FileEntry]) -> list[str]:
    """Return how the server's files differ from ours, in one sentence each."""
    held, ours = {asset.name: asset for asset in assets}, {entry.name: entry for entry in files}
    missing = [f"{name} is missing" for name in sorted(ours.keys() - held.keys())]
    extra = [f"{name} is too many" for name in sorted(held.keys() - ours.keys())]
    shared = (held[name].difference(ours[name]) for name in sorted(ours.keys() & held.keys()))
    return [*missing, *extra, *filter(None, shared)]
