"""Model modules + the Luau tree → a Roblox place or model file: darklua minifies, Rojo builds.

Both make the same bytes from the same tree wherever it lies, so nothing here needs care but the
tree: a copy of `roblox/`, its library minified, with the generated modules in `src/shared/models`.
What ships says what it is in attributes, which leave every script as it was measured.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import command
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
    """What ModuleScripts say of themselves: PocketDigits, and each network's by its name."""

    library: Values = field(default_factory=dict)
    models: Mapping[str, Values] = field(default_factory=dict)


NO_ATTRIBUTES = Attributes()


def build_place(
    models: Sequence[Path],
    rojo: Path,
    darklua: Path,
    target: Path,
    attributes: Attributes = NO_ATTRIBUTES,
) -> str:
    """Write the place that holds the given model modules, best first, to `target` (.rbxl).

    Returns the fingerprint of the library and the modules as they lie in it.
    """
    project = json.loads((ROBLOX / PROJECT).read_text(encoding="utf-8"))
    return _build(models, rojo, darklua, target, project, attributes)


def build_library(
    models: Sequence[Path],
    rojo: Path,
    darklua: Path,
    target: Path,
    attributes: Attributes = NO_ATTRIBUTES,
) -> None:
    """Write ModuleScript PocketDigits alone, to drop into a game, to `target` (.rbxm)."""
    _build(models, rojo, darklua, target, LIBRARY_PROJECT, attributes)


def _build(
    models: Sequence[Path],
    rojo: Path,
    darklua: Path,
    target: Path,
    project: Mapping[str, object],
    attributes: Attributes,
) -> str:
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as folder:
        tree = Path(folder) / "roblox"
        # A models folder that `rojo serve` was given must not leak into what ships.
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
        (tree / PROJECT).write_text(json.dumps(project), encoding="utf-8")
        command.run(rojo, "build", tree / PROJECT, "--output", target.resolve())
    return library


def roblox_fingerprint() -> str:
    """Return the fingerprint of `roblox/`, without the comments that minifying takes away."""
    sources = {
        path.relative_to(ROBLOX).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(ROBLOX.rglob("*"))
        if path.is_file() and "models" not in path.parts
    }
    shared = f"{LIBRARY.as_posix()}/"
    return value_hash(
        {
            name: luau_code(text) if name.startswith(shared) else text
            for name, text in sources.items()
        }
    )


def _describe(module: Path, values: Values) -> None:
    """Give the ModuleScript of the file `module`.luau attributes, where there are any."""
    if values:
        meta = module.with_name(f"{module.name}.meta.json")
        meta.write_text(json.dumps({"attributes": dict(values)}), encoding="utf-8")
