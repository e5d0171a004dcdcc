"""What the server says it holds, against what is to be published: names, states, sizes, digests."""

from __future__ import annotations

from release.github import Asset
from release.manifest import FileEntry


def differences(assets: list[Asset], files: tuple[FileEntry, ...]) -> list[str]:
    """Return how the server's files differ from ours: names, states, sizes, digests."""
    held, ours = {asset.name: asset for asset in assets}, {entry.name: entry for entry in files}
    wrong = [f"{name} is missing" for name in sorted(ours.keys() - held.keys())]
    wrong += [f"{name} is too many" for name in sorted(held.keys() - ours.keys())]
    for name in sorted(ours.keys() & held.keys()):
        wrong += difference(held[name], ours[name])
    return wrong


def is_unfinished(asset: Asset) -> bool:
    """Tell whether all bytes are there, and only their digest is yet to be computed."""
    return asset.state == "uploaded" and asset.digest is None


def difference(asset: Asset, entry: FileEntry) -> list[str]:
    """Return how the server's file differs from ours: [] or one sentence."""
    if asset.state != "uploaded":
        return [f"{entry.name} is in state {asset.state!r}, not 'uploaded'"]
    if asset.size != entry.bytes:
        return [f"{entry.name} has {asset.size:,} bytes, not {entry.bytes:,}"]
    if asset.digest != f"sha256:{entry.sha256}":
        return [f"{entry.name} has the digest {asset.digest}, not sha256:{entry.sha256}"]
    return []
