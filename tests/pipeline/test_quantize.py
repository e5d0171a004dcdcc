"""Folding a trained network into the layers that ship does not change its predictions."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from pipeline import networks
from pipeline.architecture import Architecture, Training
from pipeline.errors import PocketDigitsError
from pipeline.keras_pinned import keras, tf
from pipeline.layers import Flatten, Layer
from pipeline.qat import fake_quantize, step
from pipeline.quantize import fold

EVERY_LAYER = [
    {"type": "conv2d", "filters": 5, "kernel_size": 5, "strides": 2, "number_format": "int4"},
    {"type": "depthwise_conv2d", "kernel_size": 3, "padding": "same", "activation": "tanh"},
    {"type": "max_pool2d", "pool_size": 2},
    {"type": "conv2d", "filters": 7, "kernel_size": 2, "batch_norm": False},
    {"type": "average_pool2d", "pool_size": 2},
    {"type": "flatten"},
    {"type": "dense", "units": 12, "activation": "sigmoid", "batch_norm": True},
    {"type": "dense", "units": 10, "activation": "softmax"},
]
MLP = [{"type": "flatten"}, {"type": "dense", "units": 10, "activation": "sigmoid"}]


def architecture(layers, number_format):
    return Architecture.model_construct(
        name="net",
        layers=tuple(map(TypeAdapter(Layer).validate_python, layers)),
        number_format=number_format,
        training=Training(epochs=1, batch_size=10, learning_rate=0.1, seed=1),
    )


def learned(built, seed=0):
    """Build a network and give every weight a random value, those of batch-norm too."""
    random = np.random.default_rng(seed)
    network = networks.build(built)
    network.set_weights([random.uniform(0.2, 1, array.shape) for array in network.get_weights()])
    for kernel in (each.kernel for each in network.layers if hasattr(each, "kernel")):
        kernel.assign(random.normal(0, 0.3, kernel.shape))
    return network


IMAGES = np.random.default_rng(1).integers(0, 256, (20, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize("layers", [EVERY_LAYER, MLP], ids=["every layer", "mlp"])
@pytest.mark.parametrize("number_format", ["float32", "int8", "int3", "ternary"])
def test_the_shipped_network_predicts_as_the_trained_one(layers, number_format):
    built = architecture(layers, number_format)
    network = learned(built)
    shipped = networks.shipped("net", fold(built, network))
    np.testing.assert_allclose(
        networks.probabilities(shipped, IMAGES),
        networks.probabilities(network, IMAGES),
        atol=0.02,  # scales and biases have eight bits
    )


def test_levels_are_those_that_training_computed_with():
    built = architecture(MLP, "int3")
    network = learned(built)
    (dense,) = fold(built, network)
    rounded = fake_quantize(network.layers[-1].kernel, 3)
    expected = np.rint(rounded / step(network.layers[-1].kernel, 3))
    np.testing.assert_array_equal(dense.weights.levels, expected)


def test_batch_norm_changes_scales_and_biases_and_no_level():
    built = architecture(EVERY_LAYER, "int4")
    network = learned(built)
    before = fold(built, network)[0].weights
    network.layers[1].set_weights([array * 1.5 for array in network.layers[1].get_weights()])
    after = fold(built, network)[0].weights
    np.testing.assert_array_equal(before.levels, after.levels)
    assert (before.scale != after.scale).all()
    assert (before.bias != after.bias).all()


def test_a_layer_with_its_own_format_keeps_it():
    built = architecture(EVERY_LAYER, "ternary")
    formats = [each.weights.number_format for each in fold(built, learned(built)) if each.weights]
    assert formats == ["int4", "ternary", "ternary", "ternary", "ternary"]


def test_a_leading_flatten_is_left_out_and_others_are_not():
    built = architecture(MLP, "int8")
    assert [each.input_shape for each in fold(built, learned(built))] == [(784,)]
    built = architecture(EVERY_LAYER, "int8")
    assert sum(isinstance(each.layer, Flatten) for each in fold(built, learned(built))) == 1


def test_a_layer_that_luau_cannot_run_is_refused_by_name():
    built = architecture(MLP, "int8")
    network = networks.build(built)
    network.add(keras.layers.LayerNormalization(name="norm_9"))
    with pytest.raises(PocketDigitsError, match="net: layer norm_9 is LayerNormalization"):
        fold(built, network)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_weight_that_is_not_finite_is_refused_with_its_layer(wrong):
    built = architecture(MLP, "int8")
    network = learned(built)
    kernel = np.zeros((784, 10))
    kernel[3, 4] = wrong
    network.layers[-1].kernel.assign(kernel)
    with pytest.raises(PocketDigitsError, match=r"net, dense_1: weight \[3, 4\]"):
        fold(built, network)


@pytest.mark.parametrize("highest", [1, 3, 7, 127])
def test_the_straight_through_gradient_is_one_inside_and_zero_where_clipped(highest):
    kernel = tf.constant(np.random.default_rng(0).normal(size=(500, 1)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        total = tf.reduce_sum(fake_quantize(kernel, highest))
    gradient = tape.gradient(total, kernel).numpy()
    inside = np.abs(kernel) <= highest * step(kernel, highest).numpy()
    np.testing.assert_allclose(gradient, inside, atol=1e-5)


def test_a_channel_of_zeros_stays_zero():
    kernel = np.zeros((9, 2), np.float32)
    np.testing.assert_array_equal(fake_quantize(kernel, 3), kernel)
