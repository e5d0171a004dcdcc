"""What a quantised network reads that none of its weights has learned from; no test image is in it.

Asked in Keras, with the weights that would ship: a variation is compared, not shipped.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.drawings.ood import HELD_OUT
from pipeline import tta
from pipeline.calibrate import SMALLEST
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets import ood as outliers
from pipeline.datasets import synthetic
from pipeline.datasets.dataset import Dataset
from pipeline.layers import Strict
from pipeline.progress import Update
from pipeline.quantized_network import QuantizedNetwork
from pipeline.quiet import quiet
from pipeline.stages import Quantized
from pipeline.workspace import Workspace

FOLDER, FIGURES_FILE = "validated", "figures.json"
DRAWINGS = 5000
OUTLIERS = 40 * len(HELD_OUT)
SEED = 2_000_000  # far from any that trains or calibrates


class Figures(Strict):
    """Of one seed. `loss` is the mean cross-entropy of the validation images, in nats.

    `drawn_accuracy` is of synthetic drawings, every way of writing alike, and `asserted` the share
    of letters and shapes, none of them learned, that are called a digit without doubt.
    """

    accuracy: float
    loss: float
    drawn_accuracy: float
    asserted: float
    weight_bytes: int


def validate_stage(quantized: Quantized, space: Workspace) -> Figures:
    """Ask the network of a finished stage, or read what it answered before."""
    architecture = quantized.architecture
    inputs = {
        "quantized": quantized.fingerprint,
        "dataset": space.dataset.fingerprint,
        "code": code_fingerprint(f"{__name__}:write"),
    }

    def make(new: Path, update: Update) -> None:
        space.workers.run(write, quantized.network, space.dataset, new, update=update)

    folder = space.folder(architecture, FOLDER)
    what = f"validate {architecture.title}"
    space.make(folder, what, inputs, make)
    return Figures.model_validate_json((folder / FIGURES_FILE).read_bytes())


def write(ready: QuantizedNetwork, dataset: Dataset, folder: Path, _: Update) -> None:
    """Ask a quantised network in Keras, and write its figures into `folder`."""
    with quiet():
        from pipeline import networks  # noqa: PLC0415 - loads Keras, in the worker alone

    network = networks.shipped("network", ready.layers)
    ask = partial(networks.probabilities, network)
    answer = partial(tta.predict, ask, ready.tta_below)
    images, digits = dataset.validation_split
    answers = answer(images)
    drawn, of_drawn = synthetic.generate(DRAWINGS, SEED, evenly=True)
    letters_and_shapes = outliers.draw_evenly(HELD_OUT, OUTLIERS, SEED)
    figures = Figures(
        accuracy=_right(answers, digits),
        loss=loss(answers, digits),
        drawn_accuracy=_right(answer(drawn), of_drawn),
        asserted=float(np.mean(answer(letters_and_shapes).max(axis=1) >= ready.uncertain_below)),
        weight_bytes=ready.weight_bytes,
    )
    text = figures.model_dump_json(indent=2) + "\n"
    (folder / FIGURES_FILE).write_text(text, encoding="utf-8")


def loss(answers: NDArray[np.float32], digits: NDArray[np.uint8]) -> float:
    """Return the mean cross-entropy of answers (n, 10), in nats."""
    of_digits = answers[np.arange(len(digits)), digits].astype(np.float64)
    return float(-np.log(np.clip(of_digits, SMALLEST, 1)).mean())


def _right(answers: NDArray[np.float32], digits: NDArray[np.uint8]) -> float:
    return float(np.mean(answers.argmax(axis=1) == digits))
