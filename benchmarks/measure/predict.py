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
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.progress import Update
from pipeline.stages import Place
from pipeline.workspace import Workspace

ANSWERS_FILE = "answers.npz"
FOLDER = "answers"
SIDE_BY_SIDE = 2


def ask_all(candidates: Sequence[Candidate], space: Workspace) -> list[tuple[Path, ...]]:
    """Ask every seed's place, and return the stages of each candidate, the shipped seed first."""
    places = [place for candidate in candidates for place in candidate.places]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        asked = pool.map(lambda place: ask_stage(place, space), places)
        return [tuple(next(asked) for _ in candidate.places) for candidate in candidates]


def ask_stage(place: Place, space: Workspace) -> Path:
    """Ask one seed's place about every test image, or keep what it answered before."""
    name = place.architecture.name
    inputs = {
        "place": place.library_fingerprint,
        "architecture": name,
        "dataset": space.dataset.fingerprint,
        "lune": space.tools.version("lune"),
        "scripts": lune.fingerprint("predict"),
        "code": code_fingerprint("benchmarks.predictions:ask", f"{__name__}:write"),
    }

    def make(new: Path, _: Update) -> None:
        program, images = space.tools.path("lune"), space.dataset.x_test
        write(ask(program, place.file, name, images), new / ANSWERS_FILE)

    folder = place.folder.with_name(FOLDER)
    return space.make(folder, f"ask {place.architecture.title}", inputs, make, tools=("lune",))


def write(answers: Answers, path: Path) -> None:
    """Write answers as arrays; numpy gives the archive no times, so that equal ones are equal."""
    np.savez(path, **vars(answers))


def read(folder: Path) -> Answers:
    """Read the answers of a finished stage."""
    with np.load(folder / ANSWERS_FILE, allow_pickle=False) as arrays:
        return Answers(**arrays)
