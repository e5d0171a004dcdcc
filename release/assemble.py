"""A release's networks → their files: stamped modules and weights, and places with attributes.

The networks are those that were measured, or those that `release.rebuild` made again.
"""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.verdict.report import Row
from pipeline.place import build_library, build_place
from pipeline.stages import Exported
from pipeline.toolbox import Toolbox
from release.attributes import attributes
from release.files import place_files, stem
from release.provenance import Provenance

SIDE_BY_SIDE = 2


@dataclass(frozen=True)
class Part:
    """One network that ships, its measurements, and the fingerprint that its module carries."""

    exported: Exported
    row: Row
    source: str


def assemble(folder: Path, parts: Sequence[Part], provenance: Provenance, tools: Toolbox) -> None:
    """Write the files of all parts, best first, into `folder`."""
    for part in parts:
        quantized = part.exported.quantized
        name = stem(provenance.version, part.row.architecture)
        # Below its first line the module is, byte for byte, what was measured and is in the places.
        module = f"-- {provenance}\n".encode() + part.exported.model_file.read_bytes()
        (folder / f"{name}.luau").write_bytes(module)
        quantized.network.save(
            folder / f"{name}.safetensors",
            version=provenance.version,
            commit=provenance.commit,
            source=part.source,
        )
        shutil.copyfile(quantized.keras_file, folder / f"{name}.keras")
    modules = {part.row.architecture: part.exported.model_file for part in parts}
    described = attributes(
        provenance, [(part.row, part.exported.architecture.about) for part in parts]
    )
    rojo, darklua = tools.path("rojo"), tools.path("darklua")

    def build(file: str, names: Sequence[str]) -> None:
        make = build_library if file.endswith(".rbxm") else build_place
        make([modules[name] for name in names], rojo, darklua, folder / file, described)

    files = place_files(provenance.version, list(modules))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(build, files.keys(), files.values()))  # raises what a thread raised
