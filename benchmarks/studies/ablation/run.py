"""Trains every variation of an architecture from several seeds, and reports what they read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import ValidationError

from benchmarks.studies.ablation.validate import DRAWINGS, OUTLIERS, Figures, validate_stage
from benchmarks.studies.ablation.variations import Variation, variations
from pipeline import stages
from pipeline.architecture import Architecture
from pipeline.artifacts import write_atomically
from pipeline.candidates import exports, seeded
from pipeline.errors import PocketDigitsError
from pipeline.layers import Strict
from pipeline.workspace import Workspace

ABLATION_FILE = "ablation.json"


class Row(Strict):
    """One variation: the figures of each seed."""

    variation: str
    seeds: tuple[Figures, ...]


class Ablation(Strict):
    """An architecture's variations, the first of them the architecture as it is."""

    architecture: str
    recipe: str
    dataset: str
    validation_images: int
    drawings: int
    outliers: int
    rows: tuple[Row, ...]


def ablate(architecture: Architecture, recipe_name: str, seeds: int, space: Workspace) -> Ablation:
    """Train, quantise and validate every variation from `seeds` seeds each."""
    every = variations(architecture)
    learned = {each.learned.name: each.learned for each in every}
    exports([one for each in learned.values() for one in seeded(each, seeds)], space)
    with ThreadPoolExecutor(space.workers.count) as threads:
        rows = [
            (each.what, [threads.submit(_validate, one, space) for one in _seeded(each, seeds)])
            for each in every
        ]
        return Ablation(
            architecture=architecture.name,
            recipe=recipe_name,
            dataset=space.dataset.name,
            validation_images=len(space.dataset.validation_split[1]),
            drawings=DRAWINGS,
            outliers=OUTLIERS,
            rows=tuple(
                Row(variation=what, seeds=tuple(each.result() for each in of_seeds))
                for what, of_seeds in rows
            ),
        )


def _seeded(variation: Variation, seeds: int) -> list[Variation]:
    pairs = zip(
        seeded(variation.architecture, seeds),
        seeded(variation.learned, seeds),
        strict=True,
    )
    return [Variation(variation.what, *pair) for pair in pairs]


def _validate(variation: Variation, space: Workspace) -> Figures:
    trained = stages.train(variation.learned, space)  # unchanged by now
    return validate_stage(stages.quantize(variation.architecture, trained, space), space)


def write(ablation: Ablation, build: Path) -> Path:
    """Write the figures to `build/ablation.json`, and return where they are."""
    path = build / ABLATION_FILE
    write_atomically(path, ablation.model_dump_json(indent=2) + "\n")
    return path


def load(path: Path) -> Ablation:
    """Read what `write` wrote.

    Raises PocketDigitsError when it is missing or of another version.
    """
    try:
        return Ablation.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError) as error:
        raise PocketDigitsError(
            f"{path}: no figures of this version; make them by `nox -s ablate`"
        ) from error
