"""Whether `dist/` still is what an earlier run put there: then a repeated one leaves it alone."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import artifacts
from pipeline import fingerprint as hashes
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.stages import Place, Stage
from pipeline.workspace import Workspace
from release.manifest import TOOLS
from release.provenance import Provenance

RECORD = "dist.json"
NO_INPUTS = (RECORD, ".lock", "verified.json")  # of what lies in the build folder


def inputs(
    approved: Sequence[Candidate], provenance: Provenance, space: Workspace
) -> dict[str, Any]:
    """Return all that decides what a release holds.

    That includes what lies beside the stages in the build folder: the report and its pictures.
    """
    return {
        "networks": [
            [
                candidate.architecture.model_dump_json(),
                candidate.limits.model_dump_json(),
                *(stage.fingerprint for stage in _stages(candidate.place)),
            ]
            for candidate in approved
        ],
        "build": {
            path.name: hashes.file_hash(path)
            for path in sorted(space.build.iterdir())
            if path.is_file() and path.name not in NO_INPUTS
        },
        "provenance": str(provenance),
        "dataset": space.dataset.fingerprint,
        "tools": {name: space.tools.version(name) for name in TOOLS},
        "python": platform.python_version(),
        "installed": sorted(f"{each.name} {each.version}" for each in metadata.distributions()),
        "code": code_fingerprint("release.bundle:bundle"),
    }


def is_filled(dist: Path, decided_by: dict[str, Any], build: Path) -> bool:
    """Tell whether every file of `dist` is as it was made of the same inputs."""
    try:
        record = json.loads((build / RECORD).read_bytes())
    except (OSError, ValueError):
        return False
    return dist.is_dir() and bool(record == _record(dist, decided_by))


def note(dist: Path, decided_by: dict[str, Any], build: Path) -> None:
    """Remember what `dist` was filled with, and of what inputs."""
    text = json.dumps(_record(dist, decided_by), indent=2) + "\n"
    artifacts.write_atomically(build / RECORD, text)


def _record(dist: Path, decided_by: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": hashes.value_hash(decided_by), "files": hashes.file_hashes(dist)}


def _stages(place: Place) -> tuple[Stage, ...]:
    return place.exported.quantized, place.exported, place
