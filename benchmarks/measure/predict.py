"""What every seed of every network answers over the whole test set, in a place of its own.

Each seed's answers are a stage beside its place, so that only a new place is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks import lune
from benchmarks.predictions import Answers, ask
from pipeline import artifacts
from pipeline import fingerprint as hashes
from pipeline.progress import Update
from pipeline.stages import Candidate
from pipeline.workspace import Workspace

ANSWERS_FILE = "answers.npz"
FOLDER = "answers"
SIDE_BY_SIDE = 2


def ask_all(candidates: Sequence[Candidate], space: Workspace) -> list[tuple[Path, ...]]:
    """Ask every seed's place, and return the stages of each candidate, the shipped seed first."""
    families = [(candidate, *candidate.repeats) for candidate in candidates]
    places = [place for family in families for place in family]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        asked = pool.map(lambda place: ask_stage(place, space), places)
        return [tuple(next(asked) for _ in family) for family in families]


def ask_stage(candidate: Candidate, space: Workspace) -> Path:
    """Ask one seed's place about every test image, or keep what it answered before."""
    name, seed = candidate.architecture.name, candidate.architecture.training.seed
    inputs = {
        "place": artifacts.digest(candidate.place),
        "architecture": name,
        "dataset": space.dataset.digest,
        "lune": space.tools.version("lune"),
        "scripts": hashes.tree_hash(lune.SCRIPTS),
        "source": hashes.source_hash(__name__),
    }

    def make(new: Path, _: Update) -> None:
        program, images = space.tools.path("lune"), space.dataset.x_test
        write(ask(program, candidate.place_file, name, images), new / ANSWERS_FILE)

    folder = candidate.place.with_name(FOLDER)
    return space.make(folder, f"ask {name}, seed {seed}", inputs, make, tools=("lune",))


def write(answers: Answers, path: Path) -> None:
    """Write answers as arrays; numpy gives the archive no times, so that equal ones are equal."""
    np.savez(path, **vars(answers))


def read(folder: Path) -> Answers:
    """Read the answers of a finished stage."""
    with np.load(folder / ANSWERS_FILE, allow_pickle=False) as arrays:
        return Answers(**arrays)
