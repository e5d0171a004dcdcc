"""Each layer of a feature map, run by the Luau engine, computes what Keras computes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from luau_engine import FORMATS, Network, conv, depthwise

from pipeline.layers import Flatten, GlobalAveragePool2D, Pool2D

ACTIVATIONS = ["linear", "relu", "tanh", "sigmoid"]
TOLERANCE = 1e-5
FLATTEN = Flatten(type="flatten")
GLOBAL = GlobalAveragePool2D(type="global_average_pool2d")


def pool(kind, size):
    return Pool2D(type=f"{kind}_pool2d", pool_size=size)


def assert_agrees(engine, network, images):
    expected = network.expected(images)
    largest = max(1, np.abs(expected).max())
    actual = engine.outputs(network, images)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=TOLERANCE * largest)


def check(engine, shape, layers, number_format="float32", ink=0.4, seed=0):
    network = Network(shape, [*layers, FLATTEN], number_format, seed)
    assert_agrees(engine, network, network.images(3, ink, seed))


extents = st.tuples(st.integers(1, 13), st.integers(1, 13), st.integers(1, 7))
seeds = st.integers(0, 2**32 - 1)
window_options = st.fixed_dictionaries(
    {
        "strides": st.integers(1, 3),
        "padding": st.sampled_from(["same", "valid"]),
        "activation": st.sampled_from(ACTIVATIONS),
    }
)


def fits(shape, size, options):
    return options["padding"] == "same" or size <= min(shape[:2])


@settings(max_examples=40)
@given(
    shape=extents,
    size=st.integers(1, 7),
    filters=st.integers(1, 8),
    options=window_options,
    number_format=st.sampled_from(FORMATS),
    ink=st.sampled_from([0.1, 0.5, 1]),
    seed=seeds,
)
def test_convolution(engine, shape, size, filters, options, number_format, ink, seed):
    if fits(shape, size, options):
        check(engine, shape, [conv(filters, size, **options)], number_format, ink, seed)


@settings(max_examples=40)
@given(
    shape=extents,
    size=st.integers(1, 7),
    options=window_options,
    number_format=st.sampled_from(FORMATS),
    ink=st.sampled_from([0.1, 0.5, 1]),
    seed=seeds,
)
def test_depthwise_convolution(engine, shape, size, options, number_format, ink, seed):
    if fits(shape, size, options):
        check(engine, shape, [depthwise(size, **options)], number_format, ink, seed)


@settings(max_examples=30)
@given(shape=extents, size=st.integers(1, 5), kind=st.sampled_from(["max", "average"]), seed=seeds)
def test_pooling_drops_the_rest_too_small_for_a_window(engine, shape, size, kind, seed):
    if size <= min(shape[:2]):
        # Signs matter: the largest of negative values is not 0.
        check(engine, shape, [depthwise(1, activation="linear"), pool(kind, size)], seed=seed)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 7])
def test_global_average(engine, channels):
    network = Network((5, 4, 2), [conv(channels, 1, activation="linear"), GLOBAL])
    assert_agrees(engine, network, network.images(3, 0.5))


@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("filters", [1, 2, 3, 4, 5, 9])
def test_every_number_format_and_filling_of_vectors(engine, number_format, filters):
    layers = [conv(filters, 3), depthwise(2), conv(filters, 2)]
    check(engine, (8, 8, 1), layers, number_format)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_pads_the_channels_reaches_no_layer(engine, activation):
    layers = [
        conv(4, 3, activation=activation),
        conv(5, 3, padding="same", activation=activation),
        depthwise(3, activation=activation),
        pool("average", 2),
        conv(2, 1, activation=activation),
    ]
    check(engine, (12, 11, 2), layers)


LAYERS = {
    "strided": [conv(5, 5, strides=2, padding="same")],
    "one by one": [conv(7, 1)],
    "three by three": [conv(6, 3), conv(6, 3)],
    "depthwise": [depthwise(3)],
}


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_image_without_ink(engine, layers):
    network = Network((9, 9, 1), [*layers, FLATTEN])
    assert_agrees(engine, network, np.zeros((1, 81)))


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_each_single_pixel(engine, layers):
    network = Network((7, 6, 1), [*layers, FLATTEN])
    assert_agrees(engine, network, np.eye(42))


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_one_image_leaves_nothing_behind_for_the_next(engine, layers):
    network = Network((9, 9, 1), [*layers, FLATTEN])
    first, second = network.images(2, 0.5)
    answers = engine.outputs(network, [first, second, np.zeros(81), first])
    np.testing.assert_array_equal(answers[0], answers[3])


@st.composite
def stacks(draw):
    """Conv → pool → conv → flatten → dense, of random sizes, some parts left out."""
    size = st.sampled_from([1, 2, 3, 3, 5])
    filters = st.sampled_from([1, 2, 4, 6, 9, 13])
    padding = st.sampled_from(["same", "valid"])
    layers = [conv(draw(filters), draw(size), strides=draw(st.integers(1, 3)), padding="same")]
    layers += draw(st.sampled_from([[], [pool("max", 2)], [pool("average", 2)]]))
    layers += draw(st.sampled_from([[], [depthwise(3, padding="same")], [depthwise(1)]]))
    layers += [conv(draw(filters), draw(st.sampled_from([1, 2, 3])), padding=draw(padding))]
    return [*layers, draw(st.sampled_from([FLATTEN, GLOBAL])), (10, "softmax")]


@settings(max_examples=40)
@given(
    layers=stacks(), side=st.integers(18, 28), number_format=st.sampled_from(FORMATS), seed=seeds
)
def test_whole_network(engine, layers, side, number_format, seed):
    network = Network((side, side - 1, 1), layers, number_format, seed)
    assert_agrees(engine, network, network.images(3, 0.2, seed))
