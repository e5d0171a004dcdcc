"""Trains every variation of an architecture from several seeds, and measures what it predicts.

The measurement is on images that none of its weights learned from, and no test image is among
them. It runs in Keras, with the weights that would ship: a variation is compared, not shipped.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from benchmarks.drawings.ood import HELD_OUT
from benchmarks.predictions import accuracy
from benchmarks.studies.ablation.variations import variations
from pipeline import stages, tta
from pipeline.architecture import Architecture
from pipeline.arrays import Uint8
from pipeline.artifacts import write_atomically
from pipeline.candidates import exports, seeded
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets import ood, synthetic
from pipeline.datasets.dataset import Dataset
from pipeline.errors import PocketDigitsError
from pipeline.layers import Strict
from pipeline.progress import Update
from pipeline.quantized_network import QuantizedNetwork
from pipeline.stages import Quantized
from pipeline.validation import cross_entropy
from pipeline.workspace import Workspace

ABLATION_FILE = "ablation.json"
FOLDER, METRICS_FILE = "validated", "metrics.json"
SYNTHETIC_DRAWINGS = 5000
OOD_DRAWINGS = 40 * len(HELD_OUT)
SEED = 2_000_000  # far from any that trains or calibrates


class Metrics(Strict):
    """Of one seed. `loss` is the mean cross-entropy of the validation images, in nats.

    `synthetic_accuracy` is of synthetic drawings, every style alike, and `ood_coverage` the share
    of letters and shapes, none of them learned, that are called a digit without doubt.
    """

    accuracy: float
    loss: float
    synthetic_accuracy: float
    ood_coverage: float
    weight_bytes: int


class Row(Strict):
    """One variation: the metrics of each seed."""

    variation: str
    seeds: tuple[Metrics, ...]


class Ablation(Strict):
    """An architecture's variations, the first of them the architecture as it is."""

    architecture: str
    recipe: str
    dataset: str
    validation_images: int
    synthetic_drawings: int
    ood_drawings: int
    rows: tuple[Row, ...]


def ablate(architecture: Architecture, recipe_name: str, seeds: int, space: Workspace) -> Ablation:
    """Train, quantize and validate every variation from `seeds` seeds each."""
    every = variations(architecture)
    learned = {each.learned.name: each.learned for each in every}
    exports([one for each in learned.values() for one in seeded(each, seeds)], space)

    def measure(shipped: Architecture, learned: Architecture) -> Metrics:
        trained = stages.train(learned, space)  # unchanged by now
        return validate_stage(stages.quantize(shipped, trained, space), space)

    with ThreadPoolExecutor(space.workers.count) as threads:
        metrics = [
            threads.map(measure, seeded(each.architecture, seeds), seeded(each.learned, seeds))
            for each in every
        ]
        rows = [
            Row(variation=each.what, seeds=tuple(of_seeds))
            for each, of_seeds in zip(every, metrics, strict=True)
        ]
    return Ablation(
        architecture=architecture.name,
        recipe=recipe_name,
        dataset=space.dataset.name,
        validation_images=len(space.dataset.validation_split[1]),
        synthetic_drawings=SYNTHETIC_DRAWINGS,
        ood_drawings=OOD_DRAWINGS,
        rows=tuple(rows),
    )


def validate_stage(quantized: Quantized, space: Workspace) -> Metrics:
    """Measure the network of a finished stage, or read its finished measurement."""
    architecture = quantized.architecture
    inputs = {
        "quantized": quantized.fingerprint,
        "dataset": space.dataset.fingerprint,
        "code": code_fingerprint(f"{__name__}:validate"),
    }

    def make(new: Path, update: Update) -> None:
        space.workers.run(validate, quantized.network, space.dataset, new, update=update)

    folder = space.folder(architecture, FOLDER)
    space.make(folder, f"validate {architecture.title}", inputs, make)
    return Metrics.model_validate_json((folder / METRICS_FILE).read_bytes())


def validate(ready: QuantizedNetwork, dataset: Dataset, folder: Path, _: Update) -> None:
    """Measure a quantized network in Keras, and write its metrics into `folder`."""
    from pipeline import networks  # noqa: PLC0415 - loads Keras, in the worker alone

    once = partial(networks.probabilities, networks.shipped("network", ready.layers))
    predict = partial(tta.predict, once, ready.tta_below)
    images, labels = dataset.validation_split
    probabilities = predict(images)
    drawings, digits, others = _drawings()
    confidence = predict(others).max(axis=1)
    metrics = Metrics(
        accuracy=accuracy(probabilities.argmax(axis=1), labels),
        loss=cross_entropy(probabilities, labels),
        synthetic_accuracy=accuracy(predict(drawings).argmax(axis=1), digits),
        ood_coverage=float(np.mean(confidence >= ready.uncertain_below)),
        weight_bytes=ready.weight_bytes,
    )
    text = metrics.model_dump_json(indent=2) + "\n"
    (folder / METRICS_FILE).write_text(text, encoding="utf-8")


@cache  # in each worker, since drawing takes longer than predicting
def _drawings() -> tuple[Uint8, Uint8, Uint8]:
    """Return synthetic drawings, their digits, and letters and shapes."""
    drawings, digits = synthetic.generate(SYNTHETIC_DRAWINGS, SEED, evenly=True)
    return drawings, digits, ood.draw_evenly(HELD_OUT, OOD_DRAWINGS, SEED)


def write(ablation: Ablation, build: Path) -> Path:
    """Write `build/ablation.json`, and return its path."""
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
            f"{path}: no ablation of this version; make one by `nox -s ablate`"
        ) from error
