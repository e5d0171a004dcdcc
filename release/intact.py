"""Reads a finished release, and refuses it when a file is not what its manifest says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline import fingerprint as hashes
from pipeline.errors import PocketDigitsError
from release import bundle
from release.manifest import CHECKSUMS_FILE, MANIFEST_FILE, Manifest, checksums


def read(folder: Path) -> Manifest:
    """Return the manifest of the release in `folder`, which is whole.

    Raises PocketDigitsError, naming each file, when one was edited, added or removed, the manifest
    itself included, or when `folder` is no release.
    """
    path = folder / MANIFEST_FILE
    if not path.is_file():
        raise PocketDigitsError(
            f"{path}: no such file, so {folder} is no release; run `nox -s release`, or download"
            " all files of one"
        )
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise PocketDigitsError(
            f"{path}: edited, or of another version of this program: {error}\ntake the manifest"
            " that came with the release, or the version that made it"
        ) from error
    wrong = list(_differences(folder, manifest))
    if wrong:
        raise PocketDigitsError(
            "\n  ".join(
                [f"{folder} is not what was released; get or make its files again:", *wrong]
            )
        )
    return manifest


def _differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    names = [architecture.name for architecture in manifest.architectures]
    expected = bundle.expected_files(f"{bundle.PRODUCT}-{manifest.version}", names)
    found = {path.name for path in folder.iterdir()}
    for name in sorted(expected - found):
        yield f"{name} is missing"
    for name in sorted(found - expected):
        yield f"{name} is no file of a release of {', '.join(names)}"
    described = {entry.name: entry for entry in manifest.files}
    own = {MANIFEST_FILE, CHECKSUMS_FILE}
    for name in sorted(described.keys() ^ (expected - own)):
        yield f"{MANIFEST_FILE} was edited: {name} is {'missing' if name in expected else 'added'}"
    for name in sorted(expected & found & described.keys()):
        path, entry = folder / name, described[name]
        size, sha256 = path.stat().st_size, hashes.file_hash(path)
        if (size, sha256) != (entry.bytes, entry.sha256):
            yield (
                f"{name} was edited: {size:,} bytes of SHA-256 {sha256}, the manifest has"
                f" {entry.bytes:,} bytes of {entry.sha256}"
            )
    if CHECKSUMS_FILE in found:
        yield from _wrong_sums(folder, manifest)


def _wrong_sums(folder: Path, manifest: Manifest) -> Iterator[str]:
    told = (folder / CHECKSUMS_FILE).read_text(encoding="utf-8", errors="replace")
    sha256 = hashes.file_hash(folder / MANIFEST_FILE)
    if told == checksums(manifest, sha256):
        return
    if sha256 not in told:
        yield f"{MANIFEST_FILE} was edited: its SHA-256 is not the one in {CHECKSUMS_FILE}"
    else:
        yield f"{CHECKSUMS_FILE} was edited: it differs from {MANIFEST_FILE}"
