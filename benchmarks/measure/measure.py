"""Candidate → Measurement: every measure taken of one built place, as a stage of its own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from benchmarks import lune
from benchmarks.drawings import predict as drawings
from benchmarks.drawings.metrics import metrics
from benchmarks.measure import accuracy, callgrind, cost, predict, size
from benchmarks.measure.measurement import Measurement
from pipeline import artifacts
from pipeline.candidates import Candidate
from pipeline.code_fingerprint import code_fingerprint
from pipeline.progress import Update
from pipeline.workspace import Workspace

MEASUREMENT_FILE = "measurement.json"
BASELINE_FILE = "baseline.json"
USUAL_SECONDS = 15
NO_VALGRIND = "valgrind is not on PATH (Linux only)"


@dataclass(frozen=True)
class Baseline:
    """The baseline's instructions per inference; None where `not_counted` says why not."""

    instructions: float | None
    not_counted: str = ""


@dataclass(frozen=True)
class Inputs:
    """What a measurement needs beside the candidate's place.

    `predictions` are the stages of its seeds, `drawn` is that of drawings, or `not_drawn` says why
    there is none.
    """

    predictions: Sequence[Path]
    drawn: Path | None
    not_drawn: str | None
    recipe: str
    baseline: Baseline


def measure(candidate: Candidate, given: Inputs, space: Workspace) -> Measurement:
    """Measure a candidate's place, or read what was measured of the same place before."""
    inputs = {
        "place": candidate.place.library_fingerprint,
        "quantized": candidate.place.exported.quantized.fingerprint,
        "seeds": _seeds(candidate),
        "predictions": [artifacts.fingerprint(folder) for folder in given.predictions],
        "drawn": given.not_drawn if given.drawn is None else artifacts.fingerprint(given.drawn),
        "recipe": given.recipe,
        "dataset": space.dataset.fingerprint,
        "baseline": [given.baseline.instructions, given.baseline.not_counted],
        **_instruments(space),
    }

    def make(new: Path, _: Update) -> None:
        text = _measure(candidate, given, space).model_dump_json(indent=2)
        artifacts.write_atomically(new / MEASUREMENT_FILE, text + "\n")

    what = f"measure {candidate.architecture.name} in its place"
    folder = space.folder(candidate.architecture, "measurement")
    space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))
    measured = Measurement.model_validate_json((folder / MEASUREMENT_FILE).read_bytes())
    # A change of the screen alone measures nothing again, but is in the place's bytes.
    return measured.model_copy(update={"rbxl_bytes": candidate.place.file.stat().st_size})


def _measure(candidate: Candidate, given: Inputs, space: Workspace) -> Measurement:
    subject = (space.tools.path("lune"), candidate.place.file, candidate.architecture.name)
    images, labels = space.dataset.x_test, space.dataset.y_test
    quantized = candidate.place.exported.quantized
    network, keras = quantized.network, quantized.test_probabilities
    seeds = [predict.read(folder) for folder in given.predictions]
    costs = cost.measure(*subject, images, given.baseline.instructions)
    uncounted = [] if costs.is_counted else [name for name, value in costs if value is None]
    not_measured = dict.fromkeys(uncounted, given.baseline.not_counted)
    if given.not_drawn is not None:
        not_measured |= dict.fromkeys(("drawn", "drawn_accuracy"), given.not_drawn)
    return Measurement(
        architecture=candidate.architecture.name,
        dataset=space.dataset.name,
        recipe=given.recipe,
        seeds=_seeds(candidate),
        number_formats=network.number_formats,
        parameters=network.parameters,
        macs=network.macs,
        weight_bytes=network.weight_bytes,
        **dict(size.measure(*subject)),
        **dict(costs),
        **dict(accuracy.measure(seeds, keras, labels)),
        drawn=None if given.drawn is None else metrics(drawings.read(given.drawn)),
        not_measured=not_measured,
    )


def _seeds(candidate: Candidate) -> tuple[int, ...]:
    return tuple(place.architecture.training.seed for place in candidate.places)


def count_baseline(space: Workspace) -> Baseline:
    """Count the baseline's instructions per inference, and so try whether valgrind works here."""
    if not callgrind.is_here():
        return Baseline(None, NO_VALGRIND)
    folder = space.build / "baseline"
    inputs = {"dataset": space.dataset.fingerprint, **_instruments(space)}

    def make(new: Path, _: Update) -> None:
        instructions = cost.count_baseline(space.tools.path("lune"), space.dataset.x_test)
        (new / BASELINE_FILE).write_text(json.dumps(instructions), encoding="utf-8")

    what = "count the baseline's instructions"
    try:
        space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))
    except callgrind.CountError as error:
        told = escape(f"Costs are timed, not counted: {error.why}\n{error.details}".rstrip())
        space.progress.say(f"[yellow]{told}[/]")
        return Baseline(None, error.why)
    return Baseline(float(json.loads((folder / BASELINE_FILE).read_bytes())))


def _instruments(space: Workspace) -> dict[str, object]:
    return {
        "valgrind": callgrind.version(),
        "lune": space.tools.version("lune"),
        "scripts": lune.fingerprint("scripts", "time", "count"),
        "code": code_fingerprint(f"{__name__}:_measure"),
    }
