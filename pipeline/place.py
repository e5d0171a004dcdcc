"""Model modules + the Luau tree → a Roblox place or model file: darklua minifies, Rojo builds.

The same tree gives the same bytes in any folder. It is a copy of `roblox/` with its library
minified and the generated modules in `src/shared/models`. Attributes describe what ships without
changing the measured scripts.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import command
from pipeline.artifacts import scratch_folder
from pipeline.code_fingerprint import luau_code
from pipeline.export import models_index
from pipeline.fingerprint import REPOSITORY, file_hashes, value_hash
from pipeline.minify import LIBRARY, minify

ROBLOX = REPOSITORY / "roblox"
PROJECT = "default.project.json"
LIBRARY_PROJECT = {"name": "PocketDigits", "tree": {"$path": LIBRARY.as_posix()}}

Values = Mapping[str, str | float]


@dataclass(frozen=True)
class Attributes:
    """Attributes of ModuleScripts: PocketDigits, and each network's model by name."""

    library: Values = field(default_factory=dict)
    models: Mapping[str, Values] = field(default_factory=dict)


NO_ATTRIBUTES = Attributes()


def build_place(
    models: Sequence[Path],
    rojo: Path,
    darklua: Path,
    target: Path,
    attributes: Attributes = NO_ATTRIBUTES,
    project: Mapping[str, object] | None = None,
) -> str:
    """Build the place of the given model modules, best first, and write it to `target` (.rbxl).

    `project` replaces Rojo's project of the place. Returns the fingerprint of the library and the
    modules in it.
    """
    with scratch_folder() as folder:
        tree = folder / "roblox"
        # A models folder that was made for `rojo serve` must not ship.
        shutil.copytree(ROBLOX, tree, ignore=shutil.ignore_patterns("models"))
        minify(darklua, tree)
        modules = tree / LIBRARY / "models"
        modules.mkdir()
        for model in models:
            shutil.copy(model, modules)
        index = models_index([model.stem for model in models])
        (modules / "init.luau").write_text(index, encoding="utf-8", newline="\n")
        library = value_hash(file_hashes(tree / LIBRARY))
        _describe(tree / LIBRARY / "init", attributes.library)
        for model in models:
            _describe(modules / model.stem, attributes.models.get(model.stem, {}))
        if project is not None:
            (tree / PROJECT).write_text(json.dumps(project), encoding="utf-8")
        command.run(rojo, "build", tree / PROJECT, "--output", target.resolve())
    return library


def build_library(
    models: Sequence[Path],
    rojo: Path,
    darklua: Path,
    target: Path,
    attributes: Attributes = NO_ATTRIBUTES,
) -> None:
    """Build ModuleScript PocketDigits alone, for any game, and write it to `target` (.rbxm)."""
    build_place(models, rojo, darklua, target, attributes, LIBRARY_PROJECT)


def roblox_fingerprint() -> str:
    """Return the fingerprint of `roblox/`, without the comments that minifying removes."""
    sources = {}
    for path in ROBLOX.rglob("*"):
        if path.is_file() and "models" not in path.parts:
            text = path.read_text(encoding="utf-8")
            is_library = path.is_relative_to(ROBLOX / LIBRARY)
            sources[path.relative_to(ROBLOX).as_posix()] = luau_code(text) if is_library else text
    return value_hash(sources)


def _describe(module: Path, values: Values) -> None:
    """Give the ModuleScript of `module`.luau its attributes, if any."""
    if values:
        meta = module.with_name(f"{module.name}.meta.json")
        meta.write_text(json.dumps({"attributes": dict(values)}), encoding="utf-8")
