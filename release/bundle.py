"""Approved candidates → `dist/`: exactly the files that are expected, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks import golden, size
from benchmarks.report import Report
from pipeline import artifacts
from pipeline.errors import PocketDigitsError
from pipeline.export import SOURCE_DIGITS
from pipeline.quantized import NETWORK_FILE, WEIGHTS_FILE, Quantized
from pipeline.stages import Candidate
from pipeline.workspace import Workspace
from release import assemble, manifest
from release.provenance import Provenance

SIDE_BY_SIDE = 2


def bundle(
    approved: Sequence[Candidate],
    report: Report,
    provenance: Provenance,
    space: Workspace,
    dist: Path,
) -> Path:
    """Fill `dist` with what was approved, best first, and return the place to open.

    What was in `dist` before is replaced in one step, once everything new is complete.
    """
    dist.parent.mkdir(parents=True, exist_ok=True)
    new = dist.with_name(f".{dist.name}.new")
    shutil.rmtree(new, ignore_errors=True)  # what a killed run left
    with artifacts.full_disk_explained(dist):
        try:
            new.mkdir(parents=True)
            _fill(new, approved, report, provenance, space)
            manifest.write(new, manifest.manifest(new, report, provenance, space))
            _expect(new, provenance.version, [each.architecture.name for each in approved])
            artifacts.replace_folder(new, dist)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return dist / f"{assemble.prefix(provenance.version)}.rbxl"


def require_replaceable(dist: Path) -> None:
    """Raise PocketDigitsError when `dist` holds files that no release has put there."""
    if dist.exists() and not (dist / manifest.MANIFEST_FILE).is_file() and any(dist.iterdir()):
        raise PocketDigitsError(
            f"{dist}: holds files but no {manifest.MANIFEST_FILE}, so it is no release of ours and"
            " is not replaced; empty it, or name another folder with --dist"
        )


def expected_files(version: str, names: Sequence[str]) -> set[str]:
    """Return the names of all the files that a release of these architectures consists of."""
    return assemble.part_files(version, names) | {manifest.MANIFEST_FILE, manifest.CHECKSUMS_FILE}


def _fill(
    new: Path,
    candidates: Sequence[Candidate],
    report: Report,
    provenance: Provenance,
    space: Workspace,
) -> None:
    rojo, darklua, lune = map(space.tools.path, ("rojo", "darklua", "lune"))
    rows = {row.architecture: row for row in report.rows}
    parts = []
    for candidate in candidates:
        ready = Quantized.read(candidate.quantized)
        parts.append(
            assemble.Part(
                row=rows[candidate.architecture.name],
                about=candidate.architecture.about,
                module=candidate.model_file,
                weights=candidate.quantized / WEIGHTS_FILE,
                keras=candidate.quantized / NETWORK_FILE,
                source=artifacts.digest(candidate.quantized)[:SOURCE_DIGITS],
                uncertain_below=ready.uncertain_below,
            )
        )
    assemble.assemble(new, parts, provenance, assemble.Builders(rojo, darklua))
    _check_same_scripts(lune, new, provenance.version, candidates)
    golden.check(lune, new / f"{assemble.prefix(provenance.version)}.rbxl", candidates)


def _check_same_scripts(
    lune: Path, new: Path, version: str, candidates: Sequence[Candidate]
) -> None:
    """Refuse a file whose Luau is not, script by script, what was measured."""
    by_name = {candidate.architecture.name: candidate.place_file for candidate in candidates}
    files = assemble.places(version, list(by_name))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        measured = dict(
            zip(by_name, pool.map(partial(size.scripts, lune), by_name.values()), strict=True)
        )
        shipped = pool.map(partial(size.scripts, lune), [new / file for file in files])
    for (file, names), found in zip(files.items(), shipped, strict=True):
        expected = {path: text for name in names for path, text in measured[name].items()}
        expected[size.INDEX] = found[size.INDEX]  # which lists the networks of its own file
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


def _expect(new: Path, version: str, names: Sequence[str]) -> None:
    found, expected = {path.name for path in new.iterdir()}, expected_files(version, names)
    if found != expected:
        raise PocketDigitsError(
            f"dist would hold {sorted(found - expected)} too many and lack"
            f" {sorted(expected - found)}; this is a bug in release/bundle.py"
        )
