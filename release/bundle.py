"""Approved candidates → `dist/`: exactly the files that are expected, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from filelock import FileLock

from benchmarks.measure import golden, size
from benchmarks.verdict.report import PAGE_FILE, Report
from pipeline import artifacts
from pipeline.candidates import Candidate
from pipeline.errors import PocketDigitsError
from pipeline.export import SOURCE_DIGITS
from pipeline.recipe import Entry
from pipeline.workspace import Workspace
from release import assemble, filled, manifest, sbom
from release.provenance import Provenance

PRODUCT = "pocket-digits"
SIDE_BY_SIDE = 2


def bundle(
    approved: Sequence[Candidate],
    report: Report,
    provenance: Provenance,
    space: Workspace,
    dist: Path,
) -> Path:
    """Fill `dist` with what was approved, best first, and return the place to open.

    What was in `dist` before is replaced in one step, once everything new is complete; it is left
    alone where it is the same.
    """
    prefix = f"{PRODUCT}-{provenance.version}"
    place = dist / f"{prefix}.rbxl"
    decided_by = filled.inputs(approved, provenance, space)
    if filled.is_filled(dist, decided_by, space.build):
        space.progress.unchanged(f"fill {dist}")
        return place
    dist.parent.mkdir(parents=True, exist_ok=True)
    entries = [
        Entry(**dict(candidate.architecture), limits=candidate.limits) for candidate in approved
    ]
    new = dist.with_name(f".{dist.name}.new")
    # Of two runs with build folders of their own, one waits for the other.
    lock = FileLock(dist.with_name(f".{dist.name}.lock"))
    with space.progress.step(f"fill {dist}"), artifacts.full_disk_explained(dist), lock:
        shutil.rmtree(new, ignore_errors=True)  # what a killed run left
        try:
            new.mkdir(parents=True)
            _fill(new, prefix, approved, report, provenance, space)
            described = manifest.manifest(new, report, entries, provenance, space.dataset)
            manifest.write(new, described)
            _expect(new, prefix, [entry.name for entry in entries])
            artifacts.replace_folder(new, dist)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        filled.note(dist, decided_by, space.build)
    return place


def require_replaceable(dist: Path) -> None:
    """Raise PocketDigitsError when `dist` holds files of another kind, or is read-only."""
    if dist.exists() and not os.access(dist, os.W_OK):
        raise PocketDigitsError(
            f"{dist}: read-only, so what is in it cannot be replaced; allow writing there, or name"
            " another folder with --dist"
        )
    if dist.exists() and not (dist / manifest.MANIFEST_FILE).is_file() and any(dist.iterdir()):
        raise PocketDigitsError(
            f"{dist}: holds files but no {manifest.MANIFEST_FILE}, so it is no release of ours and"
            " is not replaced; empty it, or name another folder with --dist"
        )


def expected_files(prefix: str, names: Sequence[str]) -> set[str]:
    """Return the names of all the files that a release of these architectures consists of."""
    own = {PAGE_FILE, sbom.SBOM_FILE, manifest.MANIFEST_FILE, manifest.CHECKSUMS_FILE}
    return own | assemble.part_files(prefix, names)


def _fill(
    new: Path,
    prefix: str,
    candidates: Sequence[Candidate],
    report: Report,
    provenance: Provenance,
    space: Workspace,
) -> None:
    rojo, darklua, lune = map(space.tools.path, ("rojo", "darklua", "lune"))
    rows = {row.architecture: row for row in report.rows}
    parts = []
    for candidate in candidates:
        quantized = candidate.place.exported.quantized
        parts.append(
            assemble.Part(
                row=rows[candidate.architecture.name],
                about=candidate.architecture.about,
                module=candidate.place.exported.model_file,
                network=quantized.network,
                keras=quantized.keras_file,
                source=quantized.fingerprint[:SOURCE_DIGITS],
            )
        )
    assemble.assemble(new, prefix, parts, provenance, rojo, darklua)
    shutil.copyfile(space.build / PAGE_FILE, new / PAGE_FILE)
    sbom.write(new, provenance, manifest.TOOLS)
    _check_same_scripts(lune, new, prefix, candidates)
    golden.check(lune, new / f"{prefix}.rbxl", candidates)


def _check_same_scripts(
    lune: Path, new: Path, prefix: str, candidates: Sequence[Candidate]
) -> None:
    """Refuse a file whose Luau is not, script by script, what was measured."""
    by_name = {candidate.architecture.name: candidate.place.file for candidate in candidates}
    files = assemble.places(prefix, list(by_name))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        measured = dict(
            zip(by_name, pool.map(partial(size.scripts, lune), by_name.values()), strict=True)
        )
        shipped = pool.map(partial(size.scripts, lune), [new / file for file in files])
    for (file, names), found in zip(files.items(), shipped, strict=True):
        expected = {path: text for name in names for path, text in measured[name].items()}
        expected[size.INDEX] = found.get(size.INDEX, "")  # which lists the networks of its own file
        if found != expected:
            wrong = sorted(
                path
                for path in found.keys() | expected.keys()
                if found.get(path) != expected.get(path)
            )
            raise PocketDigitsError(
                f"{file}: {', '.join(wrong)} differ from the measured places; delete the build"
                " folder and run again"
            )


def _expect(new: Path, prefix: str, names: Sequence[str]) -> None:
    found, expected = {path.name for path in new.iterdir()}, expected_files(prefix, names)
    if found != expected:
        raise PocketDigitsError(
            f"dist would hold {sorted(found - expected)} too many and lack"
            f" {sorted(expected - found)}; this is a bug in release/bundle.py"
        )
