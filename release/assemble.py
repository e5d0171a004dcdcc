"""A release's networks → their files: stamped modules and weights, and places with attributes.

What comes in is what was measured, or what `release.verify` made again of released weights.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.verdict.report import Row
from pipeline.place import build_library, build_place
from pipeline.quantized_network import QuantizedNetwork
from release import stamp
from release.attributes import attributes
from release.provenance import Provenance

LOOSE = ("luau", "safetensors", "keras")
SIDE_BY_SIDE = 2


@dataclass(frozen=True)
class Part:
    """One network that ships: its module as it was measured, its weights, and its figures.

    `source` is the hash that the module carries, and `about` a line of prose.
    """

    row: Row
    about: str
    module: Path
    network: QuantizedNetwork
    keras: Path
    source: str

    @property
    def name(self) -> str:
        """The architecture's name."""
        return self.row.architecture


def places(prefix: str, names: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of the files that Rojo builds, and the networks in each, best first."""
    return {
        f"{prefix}.rbxl": list(names),
        f"{prefix}.rbxm": list(names),
        **{f"{prefix}-{name}.rbxl": [name] for name in names},
    }


def part_files(prefix: str, names: Sequence[str]) -> set[str]:
    """Return the names of all files that `assemble` writes."""
    loose = {f"{prefix}-{name}.{kind}" for name in names for kind in LOOSE}
    return loose | places(prefix, names).keys()


def assemble(
    folder: Path,
    prefix: str,
    parts: Sequence[Part],
    provenance: Provenance,
    rojo: Path,
    darklua: Path,
) -> None:
    """Write the files of all parts, best first, into `folder`; their names begin with `prefix`."""
    for part in parts:
        stem = folder / f"{prefix}-{part.name}"
        stamp.luau(part.module, Path(f"{stem}.luau"), provenance)
        origin = {"version": provenance.version, "commit": provenance.commit}
        part.network.save(Path(f"{stem}.safetensors"), source=part.source, **origin)
        shutil.copyfile(part.keras, f"{stem}.keras")
    by_name = {part.name: part for part in parts}
    abouts = {part.name: part.about for part in parts}
    said = attributes(provenance, [part.row for part in parts], abouts)

    def build(file: str, names: Sequence[str]) -> None:
        modules = [by_name[name].module for name in names]
        make = build_library if file.endswith(".rbxm") else build_place
        make(modules, rojo, darklua, folder / file, said)

    files = places(prefix, list(by_name))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for _ in pool.map(build, files.keys(), files.values()):
            pass  # what a thread raised is raised here
