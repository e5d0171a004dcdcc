"""What a network predicts of digits that people drew, executed in Luau from its built place.

Its predictions are a stage beside the place, so that only a new place predicts again. Where the
drawings cannot be had, nothing is measured, and the row says why.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from benchmarks import lune
from benchmarks.drawings import compose, mistakes, ood, pendigits, placement
from benchmarks.drawings.metrics import DrawingPredictions, NumberPrediction
from benchmarks.predictions import predict as predictions_of
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.progress import Progress, Update
from pipeline.workspace import Workspace

CODE = (f"{__name__}:predict", f"{__name__}:write", "benchmarks.drawings.mistakes:png")
FOLDER = "drawn"
PREDICTIONS_FILE, NUMBERS_FILE = "predictions.npz", "numbers.json"
MISTAKES_FILE = "mistakes.png"
SIDE_BY_SIDE = 2
USUAL_SECONDS = 30


@dataclass(frozen=True)
class DrawingsSource:
    """The file of drawings and how many of them to use (None: all), or why there is none."""

    file: Path | None
    count: int | None = None
    reason: str | None = None


def find(count: int | None, progress: Progress) -> DrawingsSource:
    """Look for the drawings.

    Raises PocketDigitsError when a file that should hold them does not.
    """
    try:
        with progress.step("get the digits that people drew") as update:
            return DrawingsSource(pendigits.find(update), count)
    except pendigits.PendigitsUnavailable as error:
        return DrawingsSource(None, count, str(error))


def predict_all(
    candidates: Sequence[Candidate], source: DrawingsSource, space: Workspace
) -> list[Path | None]:
    """Have every candidate's place predict the drawings, and return their stages.

    Two places run at once, since the two Lunes of one do not finish together.
    """
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(lambda each: predict_stage(each, source, space), candidates))


def predict_stage(candidate: Candidate, source: DrawingsSource, space: Workspace) -> Path | None:
    """Have a candidate's place predict every drawing, or keep what it predicted before.

    Returns the stage's folder; None where there are no drawings.
    """
    file = source.file
    if file is None:
        return None
    name = candidate.architecture.name
    inputs = {
        "place": candidate.place.library_fingerprint,
        "architecture": name,
        "drawings": pendigits.SHA256,
        "count": source.count,
        "lune": space.tools.version("lune"),
        "scripts": lune.fingerprint("predict", "read"),
        "code": code_fingerprint(*CODE),
    }

    def make(new: Path, _: Update) -> None:
        drawings = pendigits.read(file)
        if source.count is not None:
            drawings = tuple(drawings[i] for i in placement.balanced(drawings, source.count))
        drawn = predict(space.tools.path("lune"), candidate.place.file, name, drawings)
        write(drawn, new)
        (new / MISTAKES_FILE).write_bytes(mistakes.png(name, drawn, drawings))

    folder = candidate.place.folder.with_name(FOLDER)
    what = f"show {name} what people drew"
    return space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))


def predict(
    program: Path, place: Path, model: str, drawings: placement.Drawings
) -> DrawingPredictions:
    """Have a network of a built place predict every drawing, numbers, letters and shapes."""
    placed = placement.on_canvas(drawings)
    numbers = [*compose.alone(drawings), *compose.numbers(drawings), *ood.drawings()]
    with ThreadPoolExecutor(2) as pool:  # two Lunes, side by side
        to_read = placement.packed([each.strokes for each in numbers])
        reading = pool.submit(lune.run, program, "read", place.resolve(), model, to_read)
        digits = placement.packed([each.strokes for each in placed])
        predictions = predictions_of(program, place, model, digits, "drawings")
        read = json.loads(reading.result())
    return DrawingPredictions(
        **vars(predictions),
        drawing=np.array([each.drawing for each in placed]),
        size=np.array([each.size for each in placed]),
        digit=np.array([drawings[each.drawing].digit for each in placed], np.uint8),
        writer=np.array([drawings[each.drawing].writer for each in placed]),
        numbers=tuple(
            NumberPrediction(number.spacing, number.written, **prediction)
            for number, prediction in zip(numbers, read, strict=True)
        ),
    )


def write(drawn: DrawingPredictions, folder: Path) -> None:
    """Write predictions as arrays and JSON; equal ones give equal files."""
    np.savez(folder / PREDICTIONS_FILE, allow_pickle=False, **drawn.arrays)
    numbers = [astuple(each) for each in drawn.numbers]
    (folder / NUMBERS_FILE).write_text(json.dumps(numbers), encoding="utf-8")


def read(folder: Path) -> DrawingPredictions:
    """Read the predictions of a finished stage."""
    numbers = json.loads((folder / NUMBERS_FILE).read_bytes())
    with np.load(folder / PREDICTIONS_FILE, allow_pickle=False) as arrays:
        predicted = tuple(NumberPrediction(*each) for each in numbers)
        return DrawingPredictions(**arrays, numbers=predicted)
