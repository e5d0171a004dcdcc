"""What a network answers to digits that people drew, executed in Luau from its built place.

Its answers are a stage beside the place, so that only a new place is asked again. Where the
drawings cannot be had, nothing is measured, and the row says why.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from benchmarks import lune
from benchmarks.drawings import compose, mistakes, pendigits
from benchmarks.drawings import ood as outliers
from benchmarks.drawings import placement as drawings
from benchmarks.drawings.metrics import Asked, Reading
from benchmarks.predictions import read_answers
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.progress import Progress, Update
from pipeline.workspace import Workspace

CODE = (f"{__name__}:ask", f"{__name__}:write", "benchmarks.drawings.mistakes:png")
FOLDER = "drawn"
ANSWERS_FILE, READINGS_FILE, MISTAKES_FILE = "answers.npz", "readings.json", "mistakes.png"
SIDE_BY_SIDE = 2
USUAL_SECONDS = 30


@dataclass(frozen=True)
class Material:
    """The file of drawings and how many of them to use (None: all), or why there is none."""

    file: Path | None
    count: int | None = None
    reason: str | None = None


def find(count: int | None, progress: Progress) -> Material:
    """Look for the drawings.

    Raises PocketDigitsError when a file that should hold them does not.
    """
    try:
        with progress.step("get the digits that people drew") as update:
            return Material(pendigits.find(update), count)
    except pendigits.PendigitsUnavailable as error:
        return Material(None, count, str(error))


def ask_all(
    candidates: Sequence[Candidate], material: Material, space: Workspace
) -> list[Path | None]:
    """Show every candidate's place the drawings, and return their stages.

    Two places are shown at once, since the two Lunes of one are not ready together.
    """
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(lambda each: ask_stage(each, material, space), candidates))


def ask_stage(candidate: Candidate, material: Material, space: Workspace) -> Path | None:
    """Show a candidate's place every drawing, or keep what it answered before.

    Returns the stage's folder; None where there are no drawings.
    """
    file = material.file
    if file is None:
        return None
    name = candidate.architecture.name
    inputs = {
        "place": candidate.place.library_fingerprint,
        "architecture": name,
        "drawings": pendigits.SHA256,
        "count": material.count,
        "lune": space.tools.version("lune"),
        "scripts": lune.fingerprint("predict", "read"),
        "code": code_fingerprint(
            f"{__name__}:ask", f"{__name__}:write", "benchmarks.drawings.mistakes:png"
        ),
    }

    def make(new: Path, _: Update) -> None:
        people = pendigits.read(file)
        if material.count is not None:
            people = tuple(people[i] for i in drawings.balanced(people, material.count))
        asked = ask(space.tools.path("lune"), candidate.place.file, name, people)
        write(asked, new)
        sheet = mistakes.png(name, asked, people)
        (new / MISTAKES_FILE).write_bytes(sheet)

    folder = candidate.place.folder.with_name(FOLDER)
    what = f"show {name} what people drew"
    return space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))


def ask(program: Path, place: Path, model: str, people: drawings.Drawings) -> Asked:
    """Have a network of a built place predict every drawing, and read numbers and outliers."""
    shown = drawings.shown(people)
    numbers = [*compose.alone(people), *compose.numbers(people), *outliers.drawings()]
    with (
        tempfile.TemporaryDirectory(prefix="pocket-digits-") as temporary,
        ThreadPoolExecutor(2) as pool,  # two Lunes, side by side
    ):
        folder = Path(temporary)
        digits_file, numbers_file, answers_file = (
            folder / each for each in ("digits", "numbers", "answers")
        )
        digits_file.write_bytes(drawings.packed([each.strokes for each in shown]))
        numbers_file.write_bytes(drawings.packed([each.strokes for each in numbers]))
        subject = (place.resolve(), model)
        reading = pool.submit(lune.run, program, "read", *subject, numbers_file)
        lune.run(program, "predict", *subject, "drawings", digits_file, answers_file)
        answers = read_answers(answers_file, len(shown))
        read = json.loads(reading.result())
    return Asked(
        drawing=np.array([each.drawing for each in shown]),
        size=np.array([each.size for each in shown]),
        digit=np.array([people[each.drawing].digit for each in shown], np.uint8),
        writer=np.array([people[each.drawing].writer for each in shown]),
        answers=answers,
        readings=tuple(
            Reading(number.spacing, number.written, **answer)
            for number, answer in zip(numbers, read, strict=True)
        ),
    )


def write(asked: Asked, folder: Path) -> None:
    """Write what was asked and answered, as arrays and JSON; equal answers give equal files."""
    np.savez(folder / ANSWERS_FILE, allow_pickle=False, **asked.arrays)
    readings = [astuple(each) for each in asked.readings]
    (folder / READINGS_FILE).write_text(json.dumps(readings), encoding="utf-8")


def read(folder: Path) -> Asked:
    """Read what a finished stage asked and was answered."""
    readings = json.loads((folder / READINGS_FILE).read_bytes())
    with np.load(folder / ANSWERS_FILE, allow_pickle=False) as arrays:
        return Asked.of(arrays, tuple(Reading(*each) for each in readings))
