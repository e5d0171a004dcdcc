"""`Architecture` + `Dataset` → `Trained`: float weights, found deterministically from the seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file, save_file

from pipeline.augment import ShiftedBatches
from pipeline.datasets.dataset import Dataset
from pipeline.errors import PocketDigitsError
from pipeline.networks import Float32, as_inputs, build, weights
from pipeline.schema import Architecture

WEIGHTS_FILE = "weights.safetensors"
HISTORY_FILE = "history.json"
WARMUP_SHARE = 0.1
WEIGHT_DECAY = 1e-3
EMA_MOMENTUM = 0.998
EMA_SHARE = 0.1  # of all steps, which the average reaches back over at the most

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Trained:
    """Each layer's float32 kernel (inputs, units) and bias (units,), and the losses per epoch."""

    layers: list[tuple[Float32, Float32]]
    history: Mapping[str, list[float]]

    def write(self, folder: Path) -> None:
        """Write the weights and the history into `folder`."""
        tensors = {}
        for index, (kernel, bias) in enumerate(self.layers):
            tensors[f"{index}.kernel"], tensors[f"{index}.bias"] = kernel, bias
        save_file(tensors, folder / WEIGHTS_FILE)
        history = json.dumps(self.history, indent=2, sort_keys=True)
        (folder / HISTORY_FILE).write_text(history + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Trained:
        """Read what `write` wrote."""
        tensors = load_file(folder / WEIGHTS_FILE)
        layers = [
            (tensors[f"{index}.kernel"], tensors[f"{index}.bias"])
            for index in range(len(tensors) // 2)
        ]
        return cls(layers, json.loads((folder / HISTORY_FILE).read_text(encoding="utf-8")))


def train(architecture: Architecture, dataset: Dataset, on_progress: Progress) -> Trained:
    """Train one network from scratch.

    Raises PocketDigitsError, naming the architecture and the epoch, when the loss or a weight is
    no longer finite.
    """
    tf.config.experimental.enable_op_determinism()
    recipe = architecture.training
    network = build(architecture)
    batches = ShiftedBatches(
        *dataset.training_split, recipe.batch_size, recipe.max_shift, recipe.seed
    )
    network.compile(
        optimizer=_optimizer(recipe.learning_rate, steps=recipe.epochs * len(batches)),
        loss=_loss(architecture),
        metrics=["accuracy"],
    )
    images, digits = dataset.validation_split
    one_hot = np.eye(network.output_shape[-1], dtype=np.float32)[digits]
    history = network.fit(
        batches,
        epochs=recipe.epochs,
        validation_data=(as_inputs(images), one_hot),
        validation_batch_size=1000,
        shuffle=False,
        verbose=0,
        callbacks=[_EachEpoch(architecture, on_progress)],
    )
    losses = {name: [float(value) for value in values] for name, values in history.history.items()}
    return Trained(_finite(architecture, weights(network)), losses)


def _optimizer(peak: float, steps: int) -> keras.optimizers.Optimizer:
    """AdamW on one warm-up and one cosine; the weights that remain are a moving average."""
    warmup = max(1, round(steps * WARMUP_SHARE))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warmup), warmup_target=peak, warmup_steps=warmup
    )
    momentum = min(EMA_MOMENTUM, 1 - 1 / max(1, steps * EMA_SHARE))
    return keras.optimizers.AdamW(
        schedule, weight_decay=WEIGHT_DECAY, use_ema=True, ema_momentum=momentum
    )


def _loss(architecture: Architecture) -> keras.losses.Loss:
    if architecture.layers[-1].activation == "sigmoid":
        return keras.losses.BinaryCrossentropy()
    return keras.losses.CategoricalCrossentropy()


def _finite(
    architecture: Architecture, layers: list[tuple[Float32, Float32]]
) -> list[tuple[Float32, Float32]]:
    for index, pair in enumerate(layers):
        if not all(np.isfinite(array).all() for array in pair):
            raise PocketDigitsError(_diverged(architecture, f"the weights of layer {index}"))
    return layers


def _diverged(architecture: Architecture, what: str) -> str:
    return (
        f"{architecture.name}: {what} became NaN or infinite while training; lower its"
        f" learning_rate of {architecture.training.learning_rate:g} in architectures.yaml"
    )


class _EachEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports progress, and stops at the first loss that is not finite."""

    def __init__(self, architecture: Architecture, on_progress: Progress) -> None:
        super().__init__()
        self._architecture = architecture
        self._on_progress = on_progress

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        if not np.isfinite(logs["loss"]):
            raise PocketDigitsError(_diverged(self._architecture, f"the loss of epoch {epoch + 1}"))
        epochs = self._architecture.training.epochs
        self._on_progress(
            (epoch + 1) / epochs,
            f"epoch {epoch + 1}/{epochs}, validation {logs['val_accuracy']:.2%}",
        )
