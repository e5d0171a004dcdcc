"""Architecture → Trained: float weights, found deterministically from the seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file, save_file

from pipeline.architecture import Architecture
from pipeline.arrays import Float32, Uint8
from pipeline.augment import AugmentedBatches
from pipeline.datasets.dataset import Dataset
from pipeline.datasets.ood import with_ood
from pipeline.datasets.rare_styles import with_rare_styles
from pipeline.datasets.synthetic import with_drawings
from pipeline.errors import PocketDigitsError
from pipeline.networks import BATCH_SIZE, as_inputs, build, probabilities
from pipeline.optimizer import optimizer

WEIGHTS_FILE = "weights.safetensors"
HISTORY_FILE = "history.json"

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class TrainedNetwork:
    """The weights of the network that learns, as Keras lists them, and the losses per epoch."""

    weights: list[Float32]
    history: Mapping[str, list[float]]

    def write(self, folder: Path) -> None:
        """Write the weights and the history into `folder`."""
        tensors = {f"{index:03}": array for index, array in enumerate(self.weights)}
        save_file(tensors, folder / WEIGHTS_FILE)
        history = json.dumps(self.history, indent=2, sort_keys=True)
        (folder / HISTORY_FILE).write_text(history + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> TrainedNetwork:
        """Read what `write` wrote."""
        tensors = load_file(folder / WEIGHTS_FILE)
        history = json.loads((folder / HISTORY_FILE).read_text(encoding="utf-8"))
        return cls([tensors[name] for name in sorted(tensors)], history)


def train(architecture: Architecture, dataset: Dataset, on_progress: Progress) -> TrainedNetwork:
    """Train one network from scratch.

    Raises PocketDigitsError, naming the architecture and the epoch, when the loss or a weight is
    no longer finite.
    """
    tf.config.experimental.enable_op_determinism()
    recipe = architecture.training
    network = build(architecture)
    images, digits = with_drawings(*dataset.training_split, recipe.synthetic_share, recipe.seed)
    images, digits = with_rare_styles(images, digits, recipe.rare_style_share, recipe.seed)
    examples = with_ood(images, digits, recipe.ood_share, recipe.seed)
    batches = AugmentedBatches(*examples, recipe.batch_size, recipe.augment, recipe.seed)
    # Keras would compile by XLA, whose convolutions are half as fast on a processor.
    network.compile(
        optimizer(recipe, recipe.epochs * len(batches), network),
        _loss(architecture),
        jit_compile=False,
    )
    validation_images, validation_digits = dataset.validation_split
    history: dict[str, list[float]] = {"loss": [], "val_accuracy": []}
    for epoch in range(1, recipe.epochs + 1):
        loss = _epoch(network, batches)
        if not np.isfinite(loss):
            raise PocketDigitsError(_diverged(architecture, f"the loss of epoch {epoch}"))
        right = probabilities(network, validation_images).argmax(axis=1) == validation_digits
        history["loss"].append(loss)
        history["val_accuracy"].append(float(np.mean(right)))
        detail = f"epoch {epoch}/{recipe.epochs}, validation {np.mean(right):.2%}"
        on_progress(epoch / recipe.epochs, detail)
    _settle(network, images)
    return TrainedNetwork(_finite(architecture, network.get_weights()), history)


def _epoch(network: keras.Sequential, batches: AugmentedBatches) -> float:
    """Show every batch once, and return their mean loss.

    `fit` does the same in twice the time: it hands batches from thread to thread.
    """
    losses = [network.train_on_batch(images, one_hot) for images, one_hot in batches.epoch()]
    return float(np.mean(losses))


def _settle(network: keras.Sequential, images: Uint8) -> None:
    """Give every batch-norm the mean and variance that (n, 28, 28) images have as they are.

    It has learned those of bent images, which neither MNIST's are nor what players draw.
    """
    norms = [each for each in network.layers if isinstance(each, keras.layers.BatchNormalization)]
    batches = -(-len(images) // BATCH_SIZE)
    for index in range(batches if norms else 0):
        for norm in norms:
            norm.momentum = index / (index + 1)  # which makes it the mean over all batches
        # Every so-many-th image, so that each batch has drawings in it where the images have.
        network(as_inputs(images[index::batches]), training=True)


def _loss(architecture: Architecture) -> keras.losses.Loss:
    smoothing = architecture.training.label_smoothing
    if architecture.output.activation == "sigmoid":
        return keras.losses.BinaryCrossentropy(label_smoothing=smoothing)
    return keras.losses.CategoricalCrossentropy(label_smoothing=smoothing)


def _finite(architecture: Architecture, weights: list[Float32]) -> list[Float32]:
    if not all(np.isfinite(array).all() for array in weights):
        raise PocketDigitsError(_diverged(architecture, "a weight"))
    return weights


def _diverged(architecture: Architecture, what: str) -> str:
    return (
        f"{architecture.name}: {what} became NaN or infinite while training; lower its"
        f" learning_rate of {architecture.training.learning_rate:g} in architectures.yaml"
    )
