"""A finished release in a folder: read as a whole, or refused when a file is not as its manifest.

Named are the files that were edited, added or removed, the manifest itself included.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import file_hash
from release.files import CHECKSUMS_FILE, INDEX_FILES, MANIFEST_FILE, expected_files, stem
from release.manifest import FileEntry, Manifest, checksums


@dataclass(frozen=True)
class Release:
    """What ships: a folder, its manifest, and an entry for every file, sorted by name."""

    folder: Path
    manifest: Manifest
    files: tuple[FileEntry, ...]

    @classmethod
    def read(cls, folder: Path) -> "Release":
        """Return the release in `folder`; PocketDigitsError where it is none, or not whole."""
        path = folder / MANIFEST_FILE
        if not path.is_file():
            raise PocketDigitsError(
                f"{path}: no such file, so {folder} is no release; run `nox -s release`, or"
                " download all files of one"
            )
        manifest = read_manifest(path)
        if damages := list(_damages(folder, manifest)):
            title = f"{folder} is not what was released; get or make its files again:"
            raise PocketDigitsError("\n  ".join([title, *damages]))
        index = (FileEntry.of(folder / name) for name in INDEX_FILES)
        files = sorted([*manifest.files, *index], key=lambda entry: entry.name)
        return cls(folder, manifest, tuple(files))

    @property
    def tag(self) -> str:
        """The git tag that it belongs to."""
        return f"v{self.manifest.version}"

    @property
    def place(self) -> Path:
        """The place with all networks."""
        return self.folder / f"{stem(self.manifest.version)}.rbxl"

    @property
    def is_prerelease(self) -> bool:
        """True for a version like 1.2.3-rc.1, which does not become the latest."""
        return "-" in self.manifest.version


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a file; PocketDigitsError where it is none of this version."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise PocketDigitsError(
            f"{path}: edited, or of another version of this program: {error}\ntake the manifest"
            " that came with the release, or the version that made it"
        ) from error


def _damages(folder: Path, manifest: Manifest) -> Iterator[str]:
    expected = expected_files(manifest.version, manifest.networks)
    present = {path.name for path in folder.iterdir()}
    for name in sorted(expected - present):
        yield f"{name} is missing"
    for name in sorted(present - expected):
        yield f"{name} is no file of a release of {', '.join(manifest.networks)}"
    described = {entry.name: entry for entry in manifest.files}
    for name in sorted(described.keys() ^ expected.difference(INDEX_FILES)):
        yield f"{MANIFEST_FILE} was edited: {name} is {'missing' if name in expected else 'added'}"
    for name in sorted(expected & present & described.keys()):
        actual, entry = FileEntry.of(folder / name), described[name]
        if actual != entry:
            yield (
                f"{name} was edited: {actual.bytes:,} bytes of SHA-256 {actual.sha256}, the"
                f" manifest has {entry.bytes:,} bytes of {entry.sha256}"
            )
    if CHECKSUMS_FILE in present:
        sums = (folder / CHECKSUMS_FILE).read_text(encoding="utf-8", errors="replace")
        sha256 = file_hash(folder / MANIFEST_FILE)
        if sha256 not in sums:
            yield f"{MANIFEST_FILE} was edited: its SHA-256 is not the one in {CHECKSUMS_FILE}"
        elif sums != checksums(manifest, sha256):
            yield f"{CHECKSUMS_FILE} was edited: it differs from {MANIFEST_FILE}"
