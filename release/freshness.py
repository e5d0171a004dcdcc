"""Whether `dist/` still is what an earlier run put there: then a repeated one leaves it alone."""

import json
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import artifacts, fingerprint
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.toolchain import TOOLS
from pipeline.workspace import Workspace
from release.provenance import Provenance
from release.verification import VERIFICATION_FILE

RECORD_FILE = "dist.json"
NO_INPUTS = (RECORD_FILE, ".lock", VERIFICATION_FILE)  # of the files in the build folder


def inputs(
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
            path.name: fingerprint.file_hash(path)
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


def is_fresh(dist: Path, inputs: dict[str, Any], build: Path) -> bool:
    """Whether every file of `dist` is as it was made of the same inputs."""
    try:
        recorded = json.loads((build / RECORD_FILE).read_bytes())
    except (OSError, ValueError):
        return False
    return dist.is_dir() and bool(recorded == _record(dist, inputs))


def record(dist: Path, inputs: dict[str, Any], build: Path) -> None:
    """Record in the build folder what `dist` was filled with, and from what inputs."""
    text = json.dumps(_record(dist, inputs), indent=2) + "\n"
    artifacts.write_atomically(build / RECORD_FILE, text)


def _record(dist: Path, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"inputs": fingerprint.value_hash(inputs), "files": fingerprint.file_hashes(dist)}
