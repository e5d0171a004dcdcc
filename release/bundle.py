"""Approved candidates → `dist/`: exactly the files that are expected, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks import golden, size
from benchmarks.page import PAGE_FILE
from benchmarks.report import Report
from pipeline import artifacts
from pipeline.errors import PocketDigitsError
from pipeline.place import build_library, build_place
from pipeline.quantized import NETWORK_FILE, WEIGHTS_FILE
from pipeline.stages import Candidate
from pipeline.workspace import Workspace
from release import manifest

PRODUCT = "pocket-digits"


def bundle(
    approved: Sequence[Candidate],
    report: Report,
    version: str,
    space: Workspace,
    dist: Path,
) -> Path:
    """Fill `dist` with what was approved, best first, and return the place to open.

    What was in `dist` before is replaced in one step, once everything new is complete.
    """
    dist.parent.mkdir(parents=True, exist_ok=True)
    prefix = f"{PRODUCT}-{version}"
    new = dist.with_name(f".{dist.name}.new")
    shutil.rmtree(new, ignore_errors=True)  # what a killed run left
    with artifacts.full_disk_explained(dist):
        try:
            new.mkdir(parents=True)
            _fill(new, prefix, approved, space)
            manifest.write(new, manifest.manifest(new, report, version, space))
            _expect(new, prefix, [candidate.architecture.name for candidate in approved])
            artifacts.replace_folder(new, dist)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return dist / f"{prefix}.rbxl"


def require_replaceable(dist: Path) -> None:
    """Raise PocketDigitsError when `dist` holds files that no release has put there."""
    if dist.exists() and not (dist / manifest.MANIFEST_FILE).is_file() and any(dist.iterdir()):
        raise PocketDigitsError(
            f"{dist}: holds files but no {manifest.MANIFEST_FILE}, so it is no release of ours and"
            " is not replaced; empty it, or name another folder with --dist"
        )


def expected_files(prefix: str, names: Sequence[str]) -> set[str]:
    """Return the names of all the files that a release of these architectures consists of."""
    kinds = ("rbxl", "luau", "safetensors", "keras")
    return {
        f"{prefix}.rbxl",
        f"{prefix}.rbxm",
        PAGE_FILE,
        manifest.MANIFEST_FILE,
        manifest.CHECKSUMS_FILE,
        *(f"{prefix}-{name}.{kind}" for name in names for kind in kinds),
    }


def _fill(new: Path, prefix: str, candidates: Sequence[Candidate], space: Workspace) -> None:
    for candidate in candidates:
        stem = new / f"{prefix}-{candidate.architecture.name}"
        for source, kind in (
            (candidate.place_file, "rbxl"),
            (candidate.model_file, "luau"),
            (candidate.quantized / WEIGHTS_FILE, "safetensors"),
            (candidate.quantized / NETWORK_FILE, "keras"),
        ):
            shutil.copyfile(source, f"{stem}.{kind}")
    shutil.copyfile(space.build / PAGE_FILE, new / PAGE_FILE)
    models = [candidate.model_file for candidate in candidates]
    rojo, darklua, lune = map(space.tools.path, ("rojo", "darklua", "lune"))
    place, library = new / f"{prefix}.rbxl", new / f"{prefix}.rbxm"
    build_place(models, rojo, darklua, place)
    build_library(models, rojo, darklua, library)
    _check_same_scripts(lune, [place, library], candidates)
    golden.check(lune, place, candidates)


def _check_same_scripts(lune: Path, files: Sequence[Path], candidates: Sequence[Candidate]) -> None:
    """Refuse a file whose Luau is not, script by script, what was measured."""
    measured: dict[str, str] = {}
    for candidate in candidates:
        measured |= size.scripts(lune, candidate.place_file)
    for file in files:
        shipped = size.scripts(lune, file)
        shipped[size.INDEX] = measured[size.INDEX]  # which lists the networks of its own file
        if shipped != measured:
            names = sorted(
                name
                for name in shipped.keys() | measured.keys()
                if shipped.get(name) != measured.get(name)
            )
            raise PocketDigitsError(
                f"{file.name}: {', '.join(names)} differ from the measured places; delete the"
                " build folder and run again"
            )


def _expect(new: Path, prefix: str, names: Sequence[str]) -> None:
    found, expected = {path.name for path in new.iterdir()}, expected_files(prefix, names)
    if found != expected:
        raise PocketDigitsError(
            f"dist would hold {sorted(found - expected)} too many and lack"
            f" {sorted(expected - found)}; this is a bug in release/bundle.py"
        )
