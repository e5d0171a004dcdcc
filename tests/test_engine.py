"""The Luau engine, run from a built place, computes what numpy and Keras compute."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from luau_engine import Network

TOLERANCE = 1e-5
FORMATS = ["float32", "int8", "int7", "int6", "int5", "int4", "int3", "int2"]
ACTIVATIONS = ["relu", "tanh", "sigmoid", "softmax"]


def random_images(count, pixels, ink, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 1, (count, pixels)) * (rng.uniform(0, 1, (count, pixels)) < ink)


def assert_agrees(engine, network, images):
    actual = engine.outputs(network, images)
    np.testing.assert_allclose(actual, network.expected(images), rtol=0, atol=TOLERANCE)


units = st.integers(1, 70)
networks = st.builds(
    Network,
    inputs=st.integers(1, 40),
    layers=st.builds(
        lambda hidden, last: [*hidden, last],
        st.lists(st.tuples(units, st.sampled_from(ACTIVATIONS)), max_size=3),
        st.tuples(units, st.sampled_from(["tanh", "sigmoid", "softmax"])),
    ),
    number_format=st.sampled_from(FORMATS),
    seed=st.integers(0, 2**32 - 1),
)


@given(network=networks, ink=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_random_network_agrees_with_numpy(engine, network, ink, seed):
    images = random_images(3, network.quantized[0].levels.shape[0], ink, seed)
    assert_agrees(engine, network, images)


@pytest.mark.parametrize("number_format", FORMATS)
def test_every_number_format_agrees_with_numpy(engine, number_format):
    network = Network(30, [(11, "relu"), (10, "softmax")], number_format)
    assert_agrees(engine, network, random_images(5, 30, 0.3))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_hidden_activation_agrees_with_numpy(engine, activation):
    network = Network(30, [(11, activation), (10, "softmax")])
    assert_agrees(engine, network, random_images(5, 30, 0.3))


# Blocks are of 16, 4, 2 and 1 vectors of three outputs.
@pytest.mark.parametrize("outputs", [1, 2, 3, 4, 6, 7, 12, 13, 48, 49, 63, 69, 96, 256])
def test_every_split_into_blocks_agrees_with_numpy(engine, outputs):
    network = Network(20, [(outputs, "sigmoid")], "int5")
    assert_agrees(engine, network, random_images(5, 20, 0.5))


def test_image_without_ink_gives_the_biases_answer(engine):
    network = Network(20, [(8, "relu"), (10, "softmax")], "int4")
    assert_agrees(engine, network, np.zeros((1, 20)))


def test_each_single_pixel_has_its_own_weights(engine):
    network = Network(20, [(7, "tanh"), (10, "sigmoid")], "int4")
    assert_agrees(engine, network, np.eye(20))


def test_one_image_leaves_nothing_behind_for_the_next(engine):
    network = Network(20, [(8, "relu"), (10, "softmax")])
    first, second = random_images(2, 20, 0.5)
    answers = engine.outputs(network, [first, second, first])
    np.testing.assert_array_equal(answers[0], answers[2])


def test_large_sums_saturate_instead_of_overflowing(engine):
    network = Network(1, [(10, "softmax")])
    network.quantized[0].bias[:] = [0, 800, *[-800] * 8]
    assert_agrees(engine, network, [[0.0]])


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_network_agrees_with_keras(engine, output):
    import keras  # noqa: PLC0415 - takes seconds, and only this test needs it

    network = Network(30, [(30, "relu"), (20, "tanh"), (16, "sigmoid"), (10, output)], "int6")
    stack = [keras.layers.Dense(layer.units, layer.activation) for layer in network.layers]
    twin = keras.Sequential([keras.Input((30,)), *stack])
    twin.set_weights([array for layer in network.quantized for array in (layer.kernel, layer.bias)])
    images = random_images(10, 30, 0.3)
    expected = twin(images).numpy()
    np.testing.assert_allclose(engine.outputs(network, images), expected, rtol=0, atol=TOLERANCE)
