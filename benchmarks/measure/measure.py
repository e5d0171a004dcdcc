"""Candidate → Measurement: every measure taken of one built place, as a stage of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import lune
from benchmarks import predictions as accuracy
from benchmarks.drawings import predict as drawn
from benchmarks.drawings.metrics import figures
from benchmarks.measure import cost, size
from benchmarks.measure import predict as answers
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
DRAWN = ("drawn", "drawn_accuracy")
COUNTED = (
    *("instructions_per_inference", "incremental_instructions", "estimated_cycles"),
    *("load_instructions", "baseline_instructions"),
)


@dataclass(frozen=True)
class Known:
    """What is known of a candidate before its place is measured.

    `asked` are its stages of answers, `shown` is that of drawings, or `not_shown` says why there is
    none, and `baseline` is what `count_baseline` returned.
    """

    asked: Sequence[Path]
    shown: Path | None
    not_shown: str | None
    recipe: str
    baseline: float | None


def measure(candidate: Candidate, known: Known, space: Workspace) -> Measurement:
    """Measure a candidate's place, or read what was measured of the same place before."""
    name = candidate.architecture.name
    inputs = {
        "place": candidate.place.library_fingerprint,
        "quantized": candidate.place.exported.quantized.fingerprint,
        "seeds": _seeds(candidate),
        "answers": [artifacts.fingerprint(folder) for folder in known.asked],
        "drawn": known.not_shown if known.shown is None else artifacts.fingerprint(known.shown),
        "recipe": known.recipe,
        "dataset": space.dataset.fingerprint,
        "baseline": known.baseline,
        **_instruments(space),
    }

    def make(new: Path, _: Update) -> None:
        row = _measure(candidate, known, space)
        artifacts.write_atomically(new / MEASUREMENT_FILE, row.model_dump_json(indent=2) + "\n")

    what = f"measure {name} in its place"
    folder = space.folder(candidate.architecture, "measurement")
    space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))
    return Measurement.model_validate_json((folder / MEASUREMENT_FILE).read_bytes())


def _measure(candidate: Candidate, known: Known, space: Workspace) -> Measurement:
    architecture, place = candidate.architecture, candidate.place.file
    lune_program = space.tools.path("lune")
    images, labels = space.dataset.x_test, space.dataset.y_test
    quantized = candidate.place.exported.quantized
    network, keras = quantized.network, quantized.test_probabilities
    of_seeds = [answers.read(folder) for folder in known.asked]
    shipped = of_seeds[0]
    agreement, disagreements = accuracy.agreement(shipped.digits, keras)
    sizes = size.measure(lune_program, place, architecture.name)
    costs = cost.measure(lune_program, place, architecture.name, images, known.baseline)
    return Measurement(
        architecture=architecture.name,
        dataset=space.dataset.name,
        recipe=known.recipe,
        number_formats=network.number_formats,
        parameters=network.parameters,
        macs=network.macs,
        weight_bytes=network.weight_bytes,
        model_luau_bytes=sizes.model_luau_bytes,
        runtime_luau_bytes=sizes.runtime_luau_bytes,
        rbxl_bytes=sizes.rbxl_bytes,
        load_instructions=costs.load_instructions,
        load_ms=costs.load_ms,
        microseconds_per_inference=costs.microseconds,
        instructions_per_inference=costs.instructions,
        incremental_instructions=costs.incremental_instructions,
        estimated_cycles=costs.cycles,
        incremental_ratio=costs.incremental_ratio,
        baseline_microseconds=costs.baseline_microseconds,
        baseline_instructions=known.baseline,
        cost_method=costs.method,
        cost_ratio=costs.ratio,
        cost_ratio_upper=costs.ratio_upper,
        looks=float(np.mean(shipped.looks)),
        vm_assertions=cost.has_assertions(lune_program),
        test_images=len(labels),
        seeds=_seeds(candidate),
        seed_accuracies=tuple(accuracy.accuracy(seed.digits, labels) for seed in of_seeds),
        keras_accuracy=accuracy.accuracy(keras.argmax(axis=1), labels),
        keras_agreement=agreement,
        keras_disagreements=disagreements,
        uncertain=float(np.mean(shipped.uncertain)),
        calibration_error=accuracy.calibration_error(shipped, labels),
        drawn=None if known.shown is None else figures(drawn.read(known.shown)),
        not_measured=_not_measured(known),
    )


def _not_measured(known: Known) -> dict[str, str]:
    drawn_not = {} if known.not_shown is None else dict.fromkeys(DRAWN, known.not_shown)
    return drawn_not | ({} if known.baseline is not None else dict.fromkeys(COUNTED, NO_VALGRIND))


def _seeds(candidate: Candidate) -> tuple[int, ...]:
    return tuple(place.architecture.training.seed for place in candidate.places)


def count_baseline(space: Workspace) -> float | None:
    """Count the baseline's instructions per inference; None where nothing can be counted."""
    if not cost.has_callgrind():
        return None
    folder = space.build / "baseline"
    inputs = {"dataset": space.dataset.fingerprint, **_instruments(space)}

    def make(new: Path, _: Update) -> None:
        instructions = cost.count_baseline(space.tools.path("lune"), space.dataset.x_test)
        (new / BASELINE_FILE).write_text(json.dumps(instructions), encoding="utf-8")

    what = "count the baseline's instructions"
    space.make(folder, what, inputs, make, USUAL_SECONDS, tools=("lune",))
    return float(json.loads((folder / BASELINE_FILE).read_bytes()))


def _instruments(space: Workspace) -> dict[str, object]:
    return {
        "callgrind": cost.has_callgrind(),
        "lune": space.tools.version("lune"),
        "scripts": lune.fingerprint("scripts", "time", "count"),
        "code": code_fingerprint(f"{__name__}:_measure"),
    }
