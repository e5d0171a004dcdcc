"""What a release consists of and where it comes from: `manifest.json` and `SHA256SUMS`."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.report import Report
from pipeline import hashes, toolchain
from pipeline.layers import Strict
from pipeline.stages import installed_versions
from pipeline.workspace import Workspace
from release.version import commit

MANIFEST_FILE = "manifest.json"
CHECKSUMS_FILE = "SHA256SUMS"
PUBLISHABLE = ("standard", "record")
LIBRARIES = ("keras", "numpy", "tensorflow", "tensorflow-cpu")


class FileEntry(Strict):
    """One file of the release."""

    name: str
    bytes: int
    sha256: str


class Manifest(Strict):
    """The release as data: files, provenance, and every measurement with its verdict."""

    version: str
    commit: str | None
    dataset: str
    dataset_sha256: str
    publishable: bool
    python: str
    libraries: dict[str, str]
    tools: dict[str, str]
    files: tuple[FileEntry, ...]
    report: Report


def manifest(folder: Path, report: Report, version: str, space: Workspace) -> Manifest:
    """Describe the files that are in `folder`."""
    return Manifest(
        version=version,
        commit=commit(),
        dataset=space.dataset.name,
        dataset_sha256=space.dataset.digest,
        publishable=space.dataset.name == "mnist" and report.recipe in PUBLISHABLE,
        python=".".join(map(str, sys.version_info[:3])),
        libraries=installed_versions(*LIBRARIES),
        tools={name: toolchain.pinned(name).version for name in ("darklua", "lune", "rojo")},
        files=tuple(
            FileEntry(name=path.name, bytes=path.stat().st_size, sha256=hashes.file_hash(path))
            for path in sorted(folder.iterdir())
        ),
        report=report,
    )


def write(folder: Path, content: Manifest) -> None:
    """Write the manifest, and the checksums of it and all the files, into `folder`."""
    path = folder / MANIFEST_FILE
    path.write_text(content.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    sums = checksums(content, hashes.file_hash(path))
    (folder / CHECKSUMS_FILE).write_text(sums, encoding="utf-8", newline="\n")


def checksums(content: Manifest, manifest_sha256: str) -> str:
    """Return the text of SHA256SUMS, as `sha256sum -c` reads it."""
    sums = {entry.name: entry.sha256 for entry in content.files}
    sums[MANIFEST_FILE] = manifest_sha256
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))
