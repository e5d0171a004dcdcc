"""The optimizer: which weights Muon moves, and how far."""

import numpy as np
import pytest
from luau_engine import conv

from pipeline import networks
from pipeline.architecture import Architecture, Training
from pipeline.keras_pinned import keras
from pipeline.layers import Dense, Flatten
from pipeline.optimizer import RMS, optimizer, orthogonal

LEARNING_RATE = 0.01


@pytest.fixture(scope="module")
def changes():
    """Return how much one batch changes each trainable variable, by optimizer."""
    return {name: steps(name) for name in ("adamw", "muon")}


def steps(optimizer_name):
    training = Training(
        optimizer=optimizer_name,
        learning_rate=LEARNING_RATE,
        weight_decay=0,
        epochs=1,
        batch_size=20,
        seed=1,
    )
    layers = [
        conv(4, 5, strides=4, batch_norm=True),
        conv(6, 3),
        conv(5, 2),
        Flatten(type="flatten"),
        Dense(type="dense", units=10, activation="softmax"),
    ]
    keras_network = networks.build(
        Architecture(name="net", about="", layers=layers, number_format="int4", training=training)
    )
    # The first of two steps is the warm-up's, and changes nothing.
    keras_network.compile(
        optimizer(training, 2, keras_network), "categorical_crossentropy", run_eagerly=True
    )
    variables = keras_network.trainable_variables
    before = [each.numpy() for each in variables]
    random = np.random.default_rng(5)
    for _ in range(2):
        images = random.random((20, 28, 28, 1), dtype=np.float32)
        keras_network.train_on_batch(images, np.eye(10, dtype=np.float32)[np.arange(20) % 10])
    return [each.numpy() - old for each, old in zip(variables, before, strict=True)]


def is_convolution(change):
    return change.ndim == 4


def test_muon_moves_convolutions_and_leaves_all_else_to_adamw(changes):
    for adamw, muon in zip(changes["adamw"], changes["muon"], strict=True):
        assert np.allclose(adamw, muon, rtol=1e-3, atol=1e-5) != is_convolution(muon)


def test_a_step_of_muon_is_as_long_in_every_direction(changes):
    convolutions = [change for change in changes["muon"] if is_convolution(change)]
    assert len(convolutions) == 3
    for change in convolutions:
        matrix = change.reshape(-1, change.shape[-1])
        lengths = np.linalg.svd(matrix, compute_uv=False)
        expected = RMS * LEARNING_RATE * max(matrix.shape) ** 0.5
        np.testing.assert_allclose(lengths, expected, rtol=0.4)


@pytest.mark.parametrize("shape", [(7, 7), (40, 9), (9, 40), (25, 1)])
def test_orthogonal_keeps_directions_and_makes_them_equally_long(shape):
    matrix = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    lengths = left.T @ keras.ops.convert_to_numpy(orthogonal(matrix)) @ right.T
    np.testing.assert_allclose(lengths, np.diag(np.diag(lengths)), atol=1e-3)
    np.testing.assert_allclose(np.diag(lengths), 1, atol=0.4)


def test_orthogonal_of_no_gradient_is_no_step():
    assert not np.any(keras.ops.convert_to_numpy(orthogonal(np.zeros((9, 4), np.float32))))
