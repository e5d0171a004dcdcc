"""How much a network learns from being corrected by one writer, in Luau from its built place.

Each of the 30 people draws in an order of their own, shuffled once. A shipped network is corrected
where it is wrong or says that it is not sure, which is when its player is asked, up to 20 times
within the first half of the drawings: few networks are wrong so often. Then it reads the other
half, and test images, which it must not have forgotten. A perceptron that knows nothing is told of
each of the first 100 drawings what it is, and reads the rest.

How the network adapts was chosen on synthetic writers and MNIST's training images; these people's
drawings measure it and decide nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import lune
from benchmarks.drawings import pendigits
from benchmarks.drawings import placement as drawings
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets.dataset import Dataset
from pipeline.progress import Update
from pipeline.workspace import Workspace

FOLDER, LESSONS_FILE = "teaching", "lessons.json"
NOTHING = "nothing"  # as benchmarks/luau/teach.luau calls a perceptron that knows nothing
TEST_IMAGES = 400  # that each writer's network reads; together they cover the test set
SEED = 1
SIDE_BY_SIDE = 2
USUAL_SECONDS = 90


@dataclass(frozen=True)
class Lesson:
    """What came of one writer's lesson; of `remaining` drawings, how many were read right.

    `wrong` of the corrections were of a wrong answer. `others` are test images, how many were shown
    and read right; none for a network that knows nothing but this writer.
    """

    writer: int
    corrections: int
    wrong: int
    remaining: int
    right_before: int
    right_after: int
    milliseconds: float
    others: int = 0
    others_before: int = 0
    others_after: int = 0


@dataclass(frozen=True)
class Taught:
    """The figures of all writers' lessons; accuracies are means over the writers."""

    corrections: float
    wrong: float
    accuracy_before: float
    accuracy_after: float
    errors_gone: float
    others_lost: float
    milliseconds: float


def figures(lessons: Sequence[Lesson]) -> Taught:
    """Sum up; `errors_gone` is the share of all writers' errors, `others_lost` a share of images.

    `errors_gone` is 0 where there was no error.
    """

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    before = sum(each.remaining - each.right_before for each in lessons)
    after = sum(each.remaining - each.right_after for each in lessons)
    others = sum(each.others for each in lessons)
    forgotten = sum(each.others_before - each.others_after for each in lessons)
    return Taught(
        corrections=mean([each.corrections for each in lessons]),
        wrong=mean([each.wrong for each in lessons]),
        accuracy_before=mean([each.right_before / each.remaining for each in lessons]),
        accuracy_after=mean([each.right_after / each.remaining for each in lessons]),
        errors_gone=1 - after / before if before else 0.0,
        others_lost=forgotten / others if others else 0.0,
        milliseconds=mean([each.milliseconds for each in lessons]),
    )


def teach_all(
    candidates: Sequence[Candidate], file: Path, space: Workspace
) -> dict[str, list[Lesson]]:
    """Have a network be taught from nothing, then each candidate's; lessons by the names."""
    names = {NOTHING: candidates[0]} | {each.architecture.name: each for each in candidates}
    return {name: teach_stage(each, name, file, space) for name, each in names.items()}


def teach_stage(candidate: Candidate, name: str, file: Path, space: Workspace) -> list[Lesson]:
    """Have every writer teach a network of a candidate's place, or read what came of it before.

    `name` is the network's, or NOTHING; `file` holds the writers' drawings.
    """
    inputs = {
        "place": candidate.place.library_fingerprint,
        "name": name,
        "drawings": pendigits.SHA256,
        "dataset": space.dataset.fingerprint,
        "lune": space.tools.version("lune"),
        "scripts": lune.fingerprint("teach"),
        "code": code_fingerprint(f"{__name__}:teach"),
    }

    def make(new: Path, update: Update) -> None:
        people = pendigits.read(file)
        program = space.tools.path("lune")
        lessons = teach(program, candidate.place.file, name, people, space.dataset, update)
        rows = [asdict(lesson) for lesson in lessons]
        (new / LESSONS_FILE).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")

    what = f"have 30 people teach {name}"
    folder = candidate.place.folder.with_name(FOLDER)
    if name == NOTHING:
        folder = space.build / f"{FOLDER}-from-{NOTHING}"
    space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))
    return [Lesson(**row) for row in json.loads((folder / LESSONS_FILE).read_bytes())]


def teach(
    program: Path,
    place: Path,
    name: str,
    people: drawings.Drawings,
    dataset: Dataset,
    update: Update,
) -> list[Lesson]:
    """Have every writer teach a network of a built place, or NOTHING; writers in their order."""
    random = np.random.default_rng(SEED)
    writers = sorted({each.writer for each in people})
    orders = [
        random.permutation([i for i, each in enumerate(people) if each.writer == writer])
        for writer in writers
    ]
    placed = [
        [
            drawings.placed(people[index].strokes, drawings.USUAL_SIZE / drawings.CANVAS, random)
            for index in order
        ]
        for order in orders
    ]
    done = 0

    def one(number: int) -> Lesson:
        nonlocal done
        digits = "".join(str(people[index].digit) for index in orders[number])
        chosen = np.arange(number * TEST_IMAGES, (number + 1) * TEST_IMAGES)
        chosen = np.unique(chosen % len(dataset.y_test))
        images, labels = dataset.x_test[chosen], dataset.y_test[chosen]
        row = _play(program, place, name, drawings.packed(placed[number]), digits, images, labels)
        done += 1
        update(done / len(writers), f"writer {writers[number]}")
        others = len(labels) if "others_before" in row else 0
        return Lesson(writer=writers[number], others=others, **row)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(one, range(len(writers))))


def _play(
    program: Path,
    place: Path,
    name: str,
    packed: bytes,
    digits: str,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="pocket-digits-") as temporary:
        files = [Path(temporary) / each for each in ("drawings", "images", "labels")]
        for file, data in zip(files, (packed, images.tobytes(), labels.tobytes()), strict=True):
            file.write_bytes(data)
        drawn, test, answers = files
        words = (place.resolve(), name, drawn, digits, test, answers)
        row: dict[str, int] = json.loads(lune.run(program, "teach", *words))
    return row
