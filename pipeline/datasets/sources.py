"""Chooses the dataset: MNIST, or synthetic digits where it is unavailable."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from pipeline import artifacts
from pipeline.code_fingerprint import code_fingerprint
from pipeline.datasets import mnist
from pipeline.datasets.dataset import Dataset
from pipeline.progress import Progress
from pipeline.recipe import Recipe

Choice = Literal["auto", "mnist", "synthetic"]
SYNTHETIC_TRAIN_IMAGES = 60_000
SYNTHETIC_TEST_IMAGES = 10_000
SYNTHETIC_SEED = 28
SYNTHETIC_USUAL_SECONDS = 6


@dataclass(frozen=True)
class Source:
    """A dataset, and why it replaces MNIST if that was wanted but unavailable."""

    dataset: Dataset
    fallback_reason: str | None


def load(choice: Choice, recipe: Recipe, build: Path, progress: Progress) -> Source:
    """Return the chosen dataset; `auto` is MNIST, or synthetic digits where MNIST is unavailable.

    Raises PocketDigitsError if a file that should be MNIST is not, and MnistUnavailable if
    `choice` is "mnist" and it is unavailable.
    """
    if choice == "synthetic":
        return Source(_synthetic(recipe, build, progress), None)
    try:
        with progress.step("get MNIST") as update:
            dataset = mnist.load(update)
    except mnist.MnistUnavailable as error:
        if choice == "mnist":
            raise
        return Source(_synthetic(recipe, build, progress), str(error))
    return Source(dataset.first(recipe.train_images, recipe.test_images), None)


def _synthetic(recipe: Recipe, build: Path, progress: Progress) -> Dataset:
    """Generate as many synthetic digits as the recipe uses, once per version of the generator."""
    folder = build / "datasets" / "synthetic"
    counts = {
        "train": recipe.train_images or SYNTHETIC_TRAIN_IMAGES,
        "test": recipe.test_images or SYNTHETIC_TEST_IMAGES,
    }
    inputs = {
        "code": code_fingerprint("pipeline.datasets.synthetic:generate"),
        "numpy": np.__version__,
        "counts": counts,
        "seed": SYNTHETIC_SEED,
    }
    artifacts.run_stage(folder, inputs, lambda new: _generate(new, counts, progress))
    arrays = {
        name: np.load(folder / f"{name}.npy", allow_pickle=False)
        for name in ("x_train", "y_train", "x_test", "y_test")
    }
    return Dataset("synthetic", artifacts.fingerprint(folder), **arrays)


def _generate(folder: Path, counts: dict[str, int], progress: Progress) -> None:
    from pipeline.datasets import synthetic  # noqa: PLC0415 - only when it must be made

    with progress.step("draw the synthetic digits", SYNTHETIC_USUAL_SECONDS):
        for offset, (split, count) in enumerate(counts.items()):
            images, digits = synthetic.generate(count, SYNTHETIC_SEED + offset)
            np.save(folder / f"x_{split}.npy", images)
            np.save(folder / f"y_{split}.npy", digits)
