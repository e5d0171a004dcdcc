"""What every seed of every network predicts of the whole test set, in a place of its own.

Each seed's predictions are a stage beside its place, so that only a new place predicts again.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks import lune
from benchmarks.predictions import Predictions, predict
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.progress import Update
from pipeline.stages import Place
from pipeline.workspace import Workspace

PREDICTIONS_FILE = "predictions.npz"
FOLDER = "predictions"
SIDE_BY_SIDE = 2


def predict_all(candidates: Sequence[Candidate], space: Workspace) -> list[tuple[Path, ...]]:
    """Have every seed's place predict; return each candidate's stages, the shipped seed first."""
    places = [place for candidate in candidates for place in candidate.places]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        stages = pool.map(lambda place: predict_stage(place, space), places)
        return [tuple(next(stages) for _ in candidate.places) for candidate in candidates]


def predict_stage(place: Place, space: Workspace) -> Path:
    """Have one seed's place predict every test image, or keep what it predicted before."""
    name = place.architecture.name
    inputs = {
        "place": place.library_fingerprint,
        "architecture": name,
        "dataset": space.dataset.fingerprint,
        "lune": space.tools.version("lune"),
        "scripts": lune.fingerprint("predict"),
        "code": code_fingerprint("benchmarks.predictions:predict", f"{__name__}:write"),
    }

    def make(new: Path, _: Update) -> None:
        program, images = space.tools.path("lune"), space.dataset.x_test.tobytes()
        write(predict(program, place.file, name, images), new / PREDICTIONS_FILE)

    folder = place.folder.with_name(FOLDER)
    return space.make(
        folder, f"predict by {place.architecture.title}", inputs, make, tools=("lune",)
    )


def write(predictions: Predictions, path: Path) -> None:
    """Write arrays; numpy gives the archive no times, so that equal predictions are equal files."""
    np.savez(path, **vars(predictions))


def read(folder: Path) -> Predictions:
    """Read the predictions of a finished stage."""
    with np.load(folder / PREDICTIONS_FILE, allow_pickle=False) as arrays:
        return Predictions(**arrays)
