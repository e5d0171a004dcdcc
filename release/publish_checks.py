"""`dist/` → what may be published; anything that is not whole, measured and approved is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline import hashes
from pipeline.errors import PocketDigitsError
from release import bundle, verified
from release.manifest import (
    CHECKSUMS_FILE,
    MANIFEST_FILE,
    PUBLISHABLE,
    FileEntry,
    Manifest,
    checksums,
)

RELEASED = re.compile(r"(\d+)\.(\d+)\.(\d+)(-(alpha|beta|rc)\.\d+)?")


@dataclass(frozen=True)
class Publication:
    """A complete release: its manifest, and every file that is to be seen, sorted by name."""

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
    """Return what is in `dist`.

    Raises PocketDigitsError, naming each file, when it is not exactly what its manifest says: a
    file was edited, added or removed, or the manifest itself was edited.
    """
    path = dist / MANIFEST_FILE
    if not path.is_file():
        raise PocketDigitsError(f"{path}: no such file; run `nox -s release` first")
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise PocketDigitsError(
            f"{path}: no manifest of this version: {error}\nrun `nox -s release` again"
        ) from error
    found = {
        each.name: FileEntry(
            name=each.name, bytes=each.stat().st_size, sha256=hashes.file_hash(each)
        )
        for each in sorted(dist.iterdir())
    }
    wrong = list(_differences(dist, manifest, found))
    if wrong:
        raise PocketDigitsError(
            "\n  ".join([f"{dist} is not what was released; run `nox -s release` again:", *wrong])
        )
    return Publication(dist, manifest, tuple(found.values()))


def reasons_against(publication: Publication, build: Path) -> list[str]:
    """Return every reason why a complete release may not be published."""
    manifest = publication.manifest
    report = manifest.report
    against = []
    if not RELEASED.fullmatch(manifest.version):
        against.append(
            f"{manifest.version} is a development version: commit everything, tag the commit"
            " like v1.2.3, and run `nox -s release` again"
        )
    if manifest.commit is None:
        against.append("it was built outside git, so nobody can tell from what")
    if "synthetic" in (manifest.dataset, report.dataset):
        against.append(
            "its networks learnt from synthetic digits: run `nox -s release -- --dataset mnist`"
        )
    if report.recipe not in PUBLISHABLE:
        against.append(f"recipe {report.recipe!r} is for trying, not one of {PUBLISHABLE}")
    for row in report.rows:
        against += [f"{row.architecture}: {each}" for each in row.verdict.violations]
        against += [
            f"{row.architecture}: {figure} was not judged ({why})"
            for figure, why in row.verdict.not_judged.items()
        ]
    if not manifest.publishable and not against:
        against.append("its manifest says that it is not publishable")
    unverified = verified.missing(publication.folder, build)
    return [*against, unverified] if unverified else against


def require_publishable(publication: Publication, build: Path) -> None:
    """Raise PocketDigitsError with every reason why this may not be published."""
    against = reasons_against(publication, build)
    if against:
        said = "\n  ".join(
            [f"{publication.folder} ({publication.tag}) is not published:", *against]
        )
        raise PocketDigitsError(said)


def _differences(dist: Path, manifest: Manifest, found: dict[str, FileEntry]) -> Iterator[str]:
    """Yield how the files that are there differ from those that the manifest describes."""
    names = [row.architecture for row in manifest.report.approved]
    expected = bundle.expected_files(f"{bundle.PRODUCT}-{manifest.version}", names)
    described = {entry.name: entry for entry in manifest.files}
    for name in sorted(expected - found.keys()):
        yield f"{name} is missing"
    for name in sorted(found.keys() - expected):
        yield f"{name} is no file of a release of {', '.join(names) or 'nothing'}"
    for name in sorted(expected & found.keys() - {MANIFEST_FILE, CHECKSUMS_FILE}):
        if name not in described:
            yield f"{name} is not in {MANIFEST_FILE}"
        elif found[name] != described[name]:
            yield f"{name} was edited: {_told(found[name])}, expected {_told(described[name])}"
    for name in sorted(described.keys() - expected):
        yield f"{name} is in {MANIFEST_FILE}, and should not be"
    if CHECKSUMS_FILE in found:
        yield from _wrong_sums(dist, manifest, found)


def _wrong_sums(dist: Path, manifest: Manifest, found: dict[str, FileEntry]) -> Iterator[str]:
    told = (dist / CHECKSUMS_FILE).read_text(encoding="utf-8", errors="replace")
    if told == checksums(manifest, found[MANIFEST_FILE].sha256):
        return
    if found[MANIFEST_FILE].sha256 not in told:
        yield f"{MANIFEST_FILE} was edited: its SHA-256 is not the one in {CHECKSUMS_FILE}"
    else:
        yield f"{CHECKSUMS_FILE} was edited: it differs from {MANIFEST_FILE}"


def _told(entry: FileEntry) -> str:
    return f"{entry.bytes:,} bytes of SHA-256 {entry.sha256[:12]}…"
