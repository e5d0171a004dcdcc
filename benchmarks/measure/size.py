"""How many bytes of Luau a network costs, read out of the built place."""

import json
from pathlib import Path

from pydantic import Field

from benchmarks import lune as lune_scripts
from pipeline.layers import Strict

INDEX = "models"
MODELS = f"{INDEX}."
LIBRARY = "shared"  # below roblox/src, where people read it


class Sizes(Strict):
    """Bytes of source, as UTF-8: the network's own module, and what of the library runs it.

    A network does without other layers' kernels, and without what makes images of strokes.
    """

    model_luau_bytes: int
    runtime_luau_bytes: int
    runtime_modules: dict[str, int] | None = Field(default=None, description="bytes of each")
    rbxl_bytes: int


def scripts(lune: Path, place: Path, model: str | None = None) -> dict[str, str]:
    """Return the source of every script of PocketDigits in a place, by its path below it.

    With `model`, only of those that run when this network is loaded and predicts.
    """
    only = () if model is None else (model,)
    sources: dict[str, str] = json.loads(lune_scripts.run(lune, "scripts", place.resolve(), *only))
    return sources


def measure(lune: Path, place: Path, model: str) -> Sizes:
    """Return the sizes for one network of a place."""
    sources = {path: len(source.encode()) for path, source in scripts(lune, place, model).items()}
    modules = {
        f"{LIBRARY}/{path.replace('.', '/') or 'init'}": size
        for path, size in sorted(sources.items())
        if path != INDEX and not path.startswith(MODELS)
    }
    return Sizes(
        model_luau_bytes=sources[MODELS + model],
        runtime_luau_bytes=sum(modules.values()),
        runtime_modules=modules,
        rbxl_bytes=place.stat().st_size,
    )
