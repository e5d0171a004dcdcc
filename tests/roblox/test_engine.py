"""Flat networks on the Luau engine, run from a built place, compute what Keras computes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from luau_engine import FORMATS, Network

TOLERANCE = 1e-5
ACTIVATIONS = ["linear", "relu", "tanh", "sigmoid", "softmax"]


def assert_agrees(engine, network, images):
    actual = engine.outputs(network, images)
    np.testing.assert_allclose(actual, network.expected(images), rtol=0, atol=TOLERANCE)


units = st.integers(2, 70)  # Keras warns of a softmax over one
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


@settings(max_examples=40)
@given(network=networks, ink=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_random_network(engine, network, ink, seed):
    assert_agrees(engine, network, network.images(3, ink, seed))


@pytest.mark.parametrize("number_format", FORMATS)
def test_every_number_format(engine, number_format):
    network = Network(30, [(11, "relu"), (10, "softmax")], number_format)
    assert_agrees(engine, network, network.images(5, 0.3))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_hidden_activation(engine, activation):
    network = Network(30, [(11, activation), (10, "softmax")])
    assert_agrees(engine, network, network.images(5, 0.3))


# Blocks are of 16, 6, 4 and 1 vectors of three outputs, and of 8, 4, 2 and 1 in later layers.
@pytest.mark.parametrize("outputs", [1, 2, 3, 4, 6, 7, 12, 13, 48, 49, 63, 69, 96, 256])
def test_every_split_into_blocks(engine, outputs):
    network = Network(20, [(outputs, "sigmoid")], "int5")
    assert_agrees(engine, network, network.images(5, 0.5))


def test_image_without_ink_gives_the_biases_answer(engine):
    network = Network(20, [(8, "relu"), (10, "softmax")], "int4")
    assert_agrees(engine, network, np.zeros((1, 20)))


def test_each_single_pixel_has_its_own_weights(engine):
    network = Network(20, [(7, "tanh"), (10, "sigmoid")], "ternary")
    assert_agrees(engine, network, np.eye(20))


def test_large_sums_saturate_instead_of_overflowing(engine):
    network = Network(1, [(10, "softmax")])
    network.layers[0].weights.bias[:] = [0, 800, *[-800] * 8]
    assert_agrees(engine, network, [[0.0]])


def drawing(rng, edits):
    """Yield images of 20 pixels, each with a few pixels of the last one changed."""
    image = np.zeros(20)
    for _ in range(edits):
        changed = rng.choice(20, rng.integers(0, 4), replace=False)
        image[changed] = rng.uniform(0, 1, len(changed)) * rng.integers(0, 2, len(changed))
        yield image.copy()


def test_prediction_after_hundreds_of_edits_is_a_fresh_one(engine):
    network = Network(20, [(50, "relu"), (10, "softmax")])
    images = np.array(list(drawing(np.random.default_rng(3), 500)))
    assert_agrees(engine, network, images)


def test_image_that_is_erased_gives_the_empty_answer_again(engine):
    network = Network(20, [(7, "relu"), (10, "softmax")])
    first, *_ = network.images(1, 0.9)
    erased = [first * (np.arange(20) < left) for left in range(20, -1, -1)]
    answers = engine.outputs(network, [np.zeros(20), *erased])
    np.testing.assert_allclose(answers[0], answers[-1], rtol=0, atol=TOLERANCE)


def test_large_layer_that_is_decoded_as_ink_asks_for_it(engine):
    network = Network(784, [(40, "relu"), (10, "softmax")], "ternary")
    images = network.images(3, 0.2)
    corrected = images[0].copy()
    corrected[[3, 400, 783]] = 1
    assert_agrees(engine, network, [images[0], corrected, *images])
