"""Approved candidates → `dist/`: exactly the files that are expected, whole or not at all.

The release is a stage of the build folder like any other, and `dist/` is a copy of its files.
"""

import os
import platform
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

from filelock import FileLock

from benchmarks import lune as lune_scripts
from benchmarks.measure import size
from benchmarks.verdict.report import PAGE_FILE, Report
from pipeline import artifacts
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.errors import PocketDigitsError
from pipeline.export import SOURCE_DIGITS
from pipeline.fingerprint import file_hash, file_hashes
from pipeline.progress import Progress, Update
from pipeline.stages import all_installed
from pipeline.toolchain import TOOLS
from pipeline.workspace import Workspace
from release import manifest, sbom
from release.assemble import SIDE_BY_SIDE, Part, assemble
from release.files import MANIFEST_FILE, place_files, stem
from release.provenance import Provenance
from release.release import Release
from release.verification import VERIFICATION_FILE

STAGE = "release"


def bundle(
    approved: Sequence[Candidate],
    report: Report,
    provenance: Provenance,
    space: Workspace,
    dist: Path,
) -> Release | None:
    """Fill `dist` with what was approved, best first; remove it, and return None, without any.

    Replaces what was in `dist` in one step, once everything new is complete; leaves it alone where
    it is the same.
    """
    if not approved:
        if dist.exists():
            shutil.rmtree(dist)
        return None

    def make(new: Path, _: Update) -> None:
        _fill(new, approved, report, provenance, space)
        described = manifest.describe(new, report, approved, provenance, space.dataset)
        manifest.write(new, described)
        Release.read(new)  # raises unless it holds exactly the expected files

    inputs = _inputs(approved, provenance, space)
    stage = space.make(space.build / STAGE, "put the release together", inputs, make, tools=TOOLS)
    _copy(stage, dist, space.progress)
    return Release.read(dist)


def require_replaceable(dist: Path) -> None:
    """Raise PocketDigitsError when `dist` holds files of another kind, or is read-only."""
    if dist.exists() and not os.access(dist, os.W_OK):
        raise PocketDigitsError(
            f"{dist}: read-only, so what is in it cannot be replaced; allow writing there, or name"
            " another folder with --dist"
        )
    if dist.exists() and not (dist / MANIFEST_FILE).is_file() and any(dist.iterdir()):
        raise PocketDigitsError(
            f"{dist}: holds files but no {MANIFEST_FILE}, so it is no release of ours and is not"
            " replaced; empty it, or name another folder with --dist"
        )


def _inputs(
    approved: Sequence[Candidate], provenance: Provenance, space: Workspace
) -> dict[str, Any]:
    """Return everything that decides what a release holds.

    That includes the files beside the stages in the build folder: the report and its pictures.
    """
    return {
        "networks": [
            [
                candidate.architecture.model_dump_json(),
                candidate.limits.model_dump_json(),
                candidate.place.exported.quantized.fingerprint,
                candidate.place.exported.fingerprint,
                candidate.place.fingerprint,
            ]
            for candidate in approved
        ],
        "build": {
            path.name: file_hash(path)
            for path in sorted(space.build.glob("[!.]*"))
            if path.is_file() and path.name != VERIFICATION_FILE
        },
        "provenance": str(provenance),
        "dataset": space.dataset.fingerprint,
        "tools": {name: space.tools.version(name) for name in TOOLS},
        "python": platform.python_version(),
        "installed": all_installed(),
        "code": code_fingerprint("release.bundle:bundle"),
    }


def _fill(
    new: Path,
    candidates: Sequence[Candidate],
    report: Report,
    provenance: Provenance,
    space: Workspace,
) -> None:
    rows = {row.architecture: row for row in report.rows}
    parts = []
    for candidate in candidates:
        exported = candidate.place.exported
        source = exported.quantized.fingerprint[:SOURCE_DIGITS]
        parts.append(Part(exported, rows[candidate.architecture.name], source))
    assemble(new, parts, provenance, space.tools)
    shutil.copyfile(space.build / PAGE_FILE, new / PAGE_FILE)
    sbom.write(new, provenance)
    lune = space.tools.path("lune")
    _check_same_scripts(lune, new, provenance.version, candidates)
    # Raises when a network answers otherwise than Keras did.
    goldens = [candidate.place.exported.golden_file.resolve() for candidate in candidates]
    place = new / f"{stem(provenance.version)}.rbxl"
    lune_scripts.run(lune, "golden", place.resolve(), *goldens)


def _check_same_scripts(
    lune: Path, new: Path, version: str, candidates: Sequence[Candidate]
) -> None:
    """Refuse a file whose Luau is not, script by script, what was measured."""
    measured = {each.architecture.name: each.place.file for each in candidates}
    files = place_files(version, list(measured))
    read = cache(partial(size.scripts, lune))

    def check(file: str, names: Sequence[str]) -> None:
        scripts = read(new / file)
        expected = {path: text for name in names for path, text in read(measured[name]).items()}
        expected[size.INDEX] = scripts.get(size.INDEX, "")  # lists the networks of its own file
        paths = sorted(scripts.keys() | expected.keys())
        different = [path for path in paths if scripts.get(path) != expected.get(path)]
        if different:
            raise PocketDigitsError(
                f"{file}: {', '.join(different)} differ from the measured places; delete the build"
                " folder and run again"
            )

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(check, files.keys(), files.values()))  # raises what a thread raised


def _copy(stage: Path, dist: Path, progress: Progress) -> None:
    """Make `dist` hold the stage's files, and no others."""
    files = file_hashes(stage)
    del files[artifacts.RECORD]
    if dist.is_dir() and file_hashes(dist) == files:
        progress.unchanged(f"fill {dist}")
        return
    dist.parent.mkdir(parents=True, exist_ok=True)
    new, lock = (dist.with_name(f".{dist.name}.{role}") for role in ("new", "lock"))
    # Of two runs with build folders of their own, one waits for the other.
    with progress.step(f"fill {dist}"), artifacts.full_disk_explained(dist), FileLock(lock):
        shutil.rmtree(new, ignore_errors=True)  # what a killed run left
        try:
            shutil.copytree(stage, new, ignore=shutil.ignore_patterns(artifacts.RECORD))
            artifacts.replace_folder(new, dist)
        finally:
            shutil.rmtree(new, ignore_errors=True)
