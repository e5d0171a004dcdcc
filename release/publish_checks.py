"""`dist/` → what may be published; what is not whole, approved and verified is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline import fingerprint as hashes
from pipeline.errors import PocketDigitsError
from release import bundle, intact, verified
from release.manifest import (
    CHECKSUMS_FILE,
    MANIFEST_FILE,
    FileEntry,
    Manifest,
    reasons_against,
)
from release.provenance import Provenance


@dataclass(frozen=True)
class Publication:
    """A whole release: its manifest, and every file that is to be seen, sorted by name."""

    folder: Path
    manifest: Manifest
    files: tuple[FileEntry, ...]

    @property
    def tag(self) -> str:
        """The git tag that the release belongs to."""
        return f"v{self.manifest.version}"

    @property
    def prerelease(self) -> bool:
        """True for a version like 1.2.3-rc.1, which is not to become the latest."""
        return "-" in self.manifest.version

    @property
    def place(self) -> Path:
        """The place with all networks."""
        return self.folder / f"{bundle.PRODUCT}-{self.manifest.version}.rbxl"


def read(dist: Path) -> Publication:
    """Return what is in `dist`; PocketDigitsError when it is not what its manifest says."""
    manifest = intact.read(dist)
    own = (_entry(dist / name) for name in (MANIFEST_FILE, CHECKSUMS_FILE))
    files = sorted([*manifest.files, *own], key=lambda entry: entry.name)
    return Publication(dist, manifest, tuple(files))


def require_publishable(publication: Publication, build: Path) -> None:
    """Raise PocketDigitsError with every reason why a whole release may not be published."""
    manifest = publication.manifest
    report = manifest.report
    provenance = Provenance(manifest.version, manifest.commit, manifest.dataset)
    # Judged anew, beside what the manifest says: it is a file that anybody can write.
    against = [*manifest.not_publishable, *reasons_against(provenance, report)]
    for row in report.rows:
        against += [
            f"{row.architecture} was refused: {violation}" for violation in row.verdict.violations
        ]
    if (unverified := verified.missing(publication.folder, build)) is not None:
        against.append(unverified)
    if against:
        title = f"{publication.folder} ({publication.tag}) cannot be published:"
        raise PocketDigitsError("\n  ".join([title, *dict.fromkeys(against)]))


def _entry(path: Path) -> FileEntry:
    size, sha256 = path.stat().st_size, hashes.file_hash(path)
    return FileEntry(name=path.name, bytes=size, sha256=sha256)
