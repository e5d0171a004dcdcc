"""How much a network learns from one writer's corrections, in Luau from its built place.

Each of the 30 people draws in an order of their own, shuffled once. A shipped network is corrected
where it is wrong or not sure, as a player would, up to 20 times within the first half of the
drawings: few networks are wrong so often. Then it predicts the other half, and test images, which
it must not have forgotten. A perceptron that starts from scratch learns the first 100 drawings and
predicts the rest.

How the network adapts was chosen on synthetic writers and MNIST's training images; these people's
drawings measure it and decide nothing.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from rich.table import Table

from benchmarks import lune
from benchmarks.drawings import pendigits, placement
from benchmarks.report.tables import plain_table
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets.dataset import Dataset
from pipeline.progress import Update
from pipeline.workspace import Workspace

FOLDER, LESSONS_FILE = "teaching", "lessons.json"
SCRATCH = "scratch"  # as benchmarks/luau/teach.luau calls a perceptron with no training
TEST_IMAGES = 400  # that each writer's network predicts; together they cover the test set
SEED = 1
SIDE_BY_SIDE = 2
USUAL_SECONDS = 90
HEADINGS = (
    *("corrections", "of wrong answers", "read before", "after", "errors gone"),
    *("test images lost", "ms a correction"),
)


@dataclass(frozen=True)
class Lesson:
    """One writer's lesson: of `remaining` drawings, how many were predicted correctly.

    `wrong` counts the corrections of a wrong prediction. `test_images` are 0 for a network that
    starts from scratch.
    """

    writer: int
    corrections: int
    wrong: int
    remaining: int
    correct_before: int
    correct_after: int
    milliseconds: float
    test_images: int = 0
    test_correct_before: int = 0
    test_correct_after: int = 0


def summary(lessons: Sequence[Lesson]) -> dict[str, float]:
    """Return means over the writers.

    `errors_gone` is the share of all their errors, 0 without any, and `test_lost` the share of test
    images that lessons cost.
    """
    before = sum(each.remaining - each.correct_before for each in lessons)
    after = sum(each.remaining - each.correct_after for each in lessons)
    test_images = sum(each.test_images for each in lessons)
    forgotten = sum(each.test_correct_before - each.test_correct_after for each in lessons)
    return {
        "corrections": fmean(each.corrections for each in lessons),
        "wrong": fmean(each.wrong for each in lessons),
        "accuracy_before": fmean(each.correct_before / each.remaining for each in lessons),
        "accuracy_after": fmean(each.correct_after / each.remaining for each in lessons),
        "errors_gone": 1 - after / before if before else 0.0,
        "test_lost": forgotten / test_images if test_images else 0.0,
        "milliseconds": fmean(each.milliseconds for each in lessons),
    }


def table(lessons: Mapping[str, Sequence[Lesson]]) -> Table:
    """Return a row for each network, by its name."""
    made = plain_table("Taught by one writer, mean of 30", HEADINGS)
    for name, rows in lessons.items():
        taught = summary(rows)
        made.add_row(
            name,
            f"{taught['corrections']:.1f}",
            f"{taught['wrong']:.1f}",
            f"{taught['accuracy_before']:.2%}",
            f"{taught['accuracy_after']:.2%}",
            f"{taught['errors_gone']:.0%}",
            f"{100 * taught['test_lost']:.2f} pp" if any(each.test_images for each in rows) else "",
            f"{taught['milliseconds']:.1f}",
        )
    return made


def teach_all(
    candidates: Sequence[Candidate], file: Path, space: Workspace
) -> dict[str, list[Lesson]]:
    """Teach a network from scratch, then each candidate's; return lessons by the names."""
    names = {SCRATCH: candidates[0]} | {each.architecture.name: each for each in candidates}
    return {name: teach_stage(each, name, file, space) for name, each in names.items()}


def teach_stage(candidate: Candidate, name: str, file: Path, space: Workspace) -> list[Lesson]:
    """Have every writer teach a network of a candidate's place, or read finished lessons.

    `name` is the network's, or SCRATCH; `file` holds the writers' drawings.
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
        people, program = pendigits.read(file), space.tools.path("lune")
        lessons = teach(program, candidate.place.file, name, people, space.dataset, update)
        rows = [asdict(lesson) for lesson in lessons]
        (new / LESSONS_FILE).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")

    what = f"have 30 people teach {name}"
    folder = candidate.place.folder.with_name(FOLDER)
    if name == SCRATCH:
        folder = space.build / f"{FOLDER}-from-{SCRATCH}"
    space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))
    return [Lesson(**row) for row in json.loads((folder / LESSONS_FILE).read_bytes())]


def teach(
    program: Path,
    place: Path,
    name: str,
    people: placement.Drawings,
    dataset: Dataset,
    update: Update,
) -> list[Lesson]:
    """Have every writer teach a network of a built place, or SCRATCH; writers in their order."""
    random = np.random.default_rng(SEED)
    writers = sorted({each.writer for each in people})
    orders = [
        random.permutation([i for i, each in enumerate(people) if each.writer == writer])
        for writer in writers
    ]
    share = placement.USUAL_SIZE / placement.CANVAS
    placed = [
        [placement.placed(people[index].strokes, share, random) for index in order]
        for order in orders
    ]
    done = 0

    def one(number: int) -> Lesson:
        nonlocal done
        chosen = np.arange(number * TEST_IMAGES, (number + 1) * TEST_IMAGES)
        chosen = np.unique(chosen % len(dataset.y_test))
        row = lune.run(
            program,
            "teach",
            place.resolve(),
            name,
            placement.packed(placed[number]),
            "".join(str(people[index].digit) for index in orders[number]),
            dataset.x_test[chosen].tobytes(),
            dataset.y_test[chosen].tobytes(),
        )
        done += 1
        update(done / len(writers), f"writer {writers[number]}")
        return Lesson(writer=writers[number], **json.loads(row))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(one, range(len(writers))))
