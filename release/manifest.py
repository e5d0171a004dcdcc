"""What a release consists of and where it comes from: `manifest.json` and `SHA256SUMS`.

`manifest.schema.json` beside this file describes it to other programs; `nox -s schema` writes it.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic import model_validator as validator

from benchmarks.drawings import pendigits
from benchmarks.verdict.report import PAGE_FILE, Report
from pipeline import toolchain
from pipeline.candidates import Candidate
from pipeline.datasets.dataset import Dataset
from pipeline.fingerprint import file_hash
from pipeline.layers import Strict
from pipeline.recipe import Entry
from pipeline.stages import NUMERIC_LIBRARIES, installed_versions
from release.files import CHECKSUMS_FILE, MANIFEST_FILE
from release.provenance import Provenance, is_release

SCHEMA_FILE = Path(__file__).with_name("manifest.schema.json")
PUBLISHABLE = ("standard", "record")
NOT_REPRODUCIBLE = {
    PAGE_FILE: "it shows times by the clock",
    MANIFEST_FILE: "it holds times by the clock",
    CHECKSUMS_FILE: f"it holds the hash of {MANIFEST_FILE}",
}


class FileEntry(Strict):
    """One file of the release."""

    name: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    @classmethod
    def of(cls, path: Path) -> "FileEntry":
        """Describe a file."""
        return cls(name=path.name, bytes=path.stat().st_size, sha256=file_hash(path))


class Manifest(Strict):
    """The release as data: files, provenance, and every measurement with its verdict.

    `architectures` are those that ship, as they were trained, best first. `files` are all but the
    manifest and the checksums. A second build of the same commit from the same weights has the
    same bytes but in the files that `not_reproducible` names, and why.
    """

    version: str
    commit: str | None = Field(description="in full; null for a build outside git")
    dataset: str
    dataset_sha256: str = Field(description="of all images and digits that this run used")
    dataset_arrays: dict[str, str] = Field(description="SHA-256 of each array's bytes")
    drawings_sha256: str | None = Field(description="of the drawings that were measured on")
    publishable: bool
    not_publishable: tuple[str, ...] = Field(description="every reason why not")
    python: str
    libraries: dict[str, str]
    tools: dict[str, str]
    architectures: tuple[Entry, ...]
    files: tuple[FileEntry, ...]
    not_reproducible: dict[str, str]
    report: Report

    @property
    def provenance(self) -> Provenance:
        """Version, commit and dataset."""
        return Provenance(self.version, self.commit, self.dataset)

    @property
    def networks(self) -> list[str]:
        """The names of the networks that ship, best first."""
        return [architecture.name for architecture in self.architectures]

    @validator(mode="after")
    def _agrees_with_itself(self) -> "Manifest":
        if self.publishable == bool(self.not_publishable):
            raise ValueError(
                f"publishable is {self.publishable}, and not_publishable {self.not_publishable}"
            )
        approved = [row.architecture for row in self.report.approved]
        if self.networks != approved:
            raise ValueError(f"architectures are {self.networks}, and approved are {approved}")
        return self


def describe(
    folder: Path,
    report: Report,
    approved: Sequence[Candidate],
    provenance: Provenance,
    dataset: Dataset,
) -> Manifest:
    """Return the manifest of the files in `folder`, which were made from `approved`, best first."""
    arrays = ("x_train", "y_train", "x_test", "y_test")
    reasons = reasons_against(provenance, report)
    return Manifest(
        version=provenance.version,
        commit=provenance.commit,
        dataset=dataset.name,
        dataset_sha256=dataset.fingerprint,
        dataset_arrays={
            name: hashlib.sha256(getattr(dataset, name).tobytes()).hexdigest() for name in arrays
        },
        drawings_sha256=pendigits.SHA256 if any(row.drawn for row in report.rows) else None,
        publishable=not reasons,
        not_publishable=reasons,
        python=".".join(map(str, sys.version_info[:3])),
        libraries=installed_versions(*NUMERIC_LIBRARIES),
        tools={name: toolchain.pinned(name).version for name in toolchain.TOOLS},
        architectures=tuple(
            Entry(**dict(each.architecture), limits=each.limits) for each in approved
        ),
        files=tuple(map(FileEntry.of, sorted(folder.iterdir()))),
        not_reproducible=NOT_REPRODUCIBLE,
        report=report,
    )


def reasons_against(provenance: Provenance, report: Report) -> tuple[str, ...]:
    """Return every reason why a build may be tried and not published."""
    reasons = []
    if not is_release(provenance.version):
        reasons.append(
            f"{provenance.version} is a development version: commit everything and tag the commit"
            " as v1.2.3"
        )
    if provenance.dataset != "mnist":
        reasons.append(f"its networks learnt from {provenance.dataset} digits, expected mnist")
    if report.recipe not in PUBLISHABLE:
        expected = " or ".join(PUBLISHABLE)
        reasons.append(f"it was made by recipe {report.recipe}, expected {expected}")
    for row in report.approved:
        for figure, why in row.verdict.not_judged.items():
            reasons.append(f"{row.architecture}: {figure} was not judged: {why}")
    return tuple(reasons)


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, and the checksums of it and all the files, into `folder`."""
    path = folder / MANIFEST_FILE
    path.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    sums = checksums(manifest, file_hash(path))
    (folder / CHECKSUMS_FILE).write_text(sums, encoding="utf-8", newline="\n")


def checksums(manifest: Manifest, manifest_sha256: str) -> str:
    """Return the text of SHA256SUMS, as `sha256sum -c` reads it."""
    sums = {entry.name: entry.sha256 for entry in manifest.files}
    sums[MANIFEST_FILE] = manifest_sha256
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))


def schema() -> str:
    """Return the JSON schema of a manifest, as `manifest.schema.json` holds it."""
    described: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Manifest.model_json_schema(mode="serialization"),
    }
    return json.dumps(described, indent=2) + "\n"
