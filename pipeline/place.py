"""Model modules + the Luau tree → a Roblox place or model file: darklua minifies, Rojo builds.

Both make the same bytes from the same tree wherever it lies, so nothing here needs care but the
tree: a copy of `roblox/`, its library minified, with the generated modules in `src/shared/models`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline import command
from pipeline.export import models_index
from pipeline.hashes import REPOSITORY
from pipeline.minify import LIBRARY, minify

ROBLOX = REPOSITORY / "roblox"
PROJECT = "default.project.json"
LIBRARY_PROJECT = {"name": "PocketDigits", "tree": {"$path": LIBRARY.as_posix()}}


def build_place(models: Sequence[Path], rojo: Path, darklua: Path, target: Path) -> None:
    """Write the place that holds the given model modules, best first, to `target` (.rbxl)."""
    project = json.loads((ROBLOX / PROJECT).read_text(encoding="utf-8"))
    _build(models, rojo, darklua, target, project)


def build_library(models: Sequence[Path], rojo: Path, darklua: Path, target: Path) -> None:
    """Write ModuleScript PocketDigits alone, to drop into a game, to `target` (.rbxm)."""
    _build(models, rojo, darklua, target, LIBRARY_PROJECT)


def _build(
    models: Sequence[Path],
    rojo: Path,
    darklua: Path,
    target: Path,
    project: Mapping[str, object],
) -> None:
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
        (tree / PROJECT).write_text(json.dumps(project), encoding="utf-8")
        command.run(rojo, "build", tree / PROJECT, "--output", target.resolve())
