"""Architecture → Trained: float weights, which a seed determines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from pipeline.architecture import Architecture
from pipeline.arrays import Float32, Uint8
from pipeline.augment import AugmentedBatches
from pipeline.datasets.dataset import Dataset
from pipeline.datasets.ood import with_ood
from pipeline.datasets.rare_styles import with_rare_styles
from pipeline.datasets.synthetic import with_drawings
from pipeline.errors import PocketDigitsError
from pipeline.keras_pinned import keras, tf
from pipeline.networks import BATCH_SIZE, as_inputs, build, probabilities
from pipeline.optimizer import optimizer

WEIGHTS_FILE = "weights.safetensors"
HISTORY_FILE = "history.json"

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class TrainedNetwork:
    """Float weights in Keras' order, with loss and validation accuracy per epoch."""

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

    Raises PocketDigitsError, with the architecture and what became NaN or infinite: the loss of an
    epoch, or a weight.
    """
    tf.config.experimental.enable_op_determinism()
    recipe = architecture.training
    network = build(architecture)
    images, labels = with_drawings(*dataset.training_split, recipe.synthetic_share, recipe.seed)
    images, labels = with_rare_styles(images, labels, recipe.rare_style_share, recipe.seed)
    examples = with_ood(images, labels, recipe.ood_share, recipe.seed)
    batches = AugmentedBatches(*examples, recipe.batch_size, recipe.augment, recipe.seed)
    # By default, Keras compiles with XLA, whose convolutions are half as fast on a CPU.
    network.compile(
        optimizer(recipe, recipe.epochs * len(batches), network),
        _loss(architecture),
        jit_compile=False,
    )
    validation_images, validation_labels = dataset.validation_split
    history: dict[str, list[float]] = {"loss": [], "val_accuracy": []}
    for epoch in range(1, recipe.epochs + 1):
        loss = _epoch(network, batches)
        if not np.isfinite(loss):
            raise PocketDigitsError(_diverged(architecture, f"the loss of epoch {epoch}"))
        predicted = probabilities(network, validation_images).argmax(axis=1)
        accuracy = float(np.mean(predicted == validation_labels))
        history["loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        detail = f"epoch {epoch}/{recipe.epochs}, validation {accuracy:.2%}"
        on_progress(epoch / recipe.epochs, detail)
    _settle(network, images)
    weights = network.get_weights()
    if not all(np.isfinite(array).all() for array in weights):
        raise PocketDigitsError(_diverged(architecture, "a weight"))
    return TrainedNetwork(weights, history)


def _epoch(network: keras.Sequential, batches: AugmentedBatches) -> float:
    """Train on every batch once, and return the mean loss.

    `fit` takes twice as long, because it passes batches between threads.
    """
    losses = [network.train_on_batch(images, one_hot) for images, one_hot in batches.epoch()]
    return float(np.mean(losses))


def _settle(network: keras.Sequential, images: Uint8) -> None:
    """Recompute the mean and variance of every batch-norm on undistorted (n, 28, 28) images.

    Training computed them on distorted images, which differ from MNIST and from players' drawings.
    """
    norms = [each for each in network.layers if isinstance(each, keras.layers.BatchNormalization)]
    batches = -(-len(images) // BATCH_SIZE)
    for index in range(batches if norms else 0):
        for norm in norms:
            norm.momentum = index / (index + 1)  # gives the mean over all batches
        # Strided, so that every batch gets its share of the drawings at the end.
        network(as_inputs(images[index::batches]), training=True)


def _loss(architecture: Architecture) -> keras.losses.Loss:
    smoothing = architecture.training.label_smoothing
    if architecture.output.activation == "sigmoid":
        return keras.losses.BinaryCrossentropy(label_smoothing=smoothing)
    return keras.losses.CategoricalCrossentropy(label_smoothing=smoothing)


def _diverged(architecture: Architecture, what: str) -> str:
    return (
        f"{architecture.name}: {what} became NaN or infinite while training; lower its"
        f" learning_rate of {architecture.training.learning_rate:g} in architectures.yaml"
    )
