"""A second look at what one look leaves uncertain: the same in Keras' twin and in the place."""

import numpy as np
import pytest
from luau_engine import Network, conv

from benchmarks import accuracy
from pipeline import export, looks
from pipeline.layers import Flatten
from pipeline.place import build_place

LAYERS = [conv(4, 5, strides=2), Flatten(type="flatten"), (10, "softmax")]


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    images = np.zeros((60, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = random.integers(0, 256, (60, 20, 20))
    return images


def test_images_are_moved_by_a_row_and_a_column_down_and_up(images):
    down, up = looks.moved(images)
    np.testing.assert_array_equal(down[:, 1:, 1:], images[:, :-1, :-1])
    np.testing.assert_array_equal(up[:, :-1, :-1], images[:, 1:, 1:])
    assert not down[:, 0].any()
    assert not up[:, -1].any()


def test_only_what_is_uncertain_is_answered_by_the_second_look():
    first = np.array([[0.9, 0.1], [0.7, 0.3], [0.6, 0.4]], np.float32)
    again = np.array([[0.2, 0.8], [0.3, 0.7], [0.1, 0.9]], np.float32)
    expected = [first[0], first[1], again[2]]
    np.testing.assert_array_equal(looks.settled(first, again, 0.7), expected)


def test_a_place_looks_again_as_the_twin_does(images, lune, rojo, darklua, tmp_path):
    network = Network((28, 28, 1), LAYERS, "int4", seed=3)
    first, second = looks.again(lambda each: network.expected(each / 255), images)
    threshold = round(float(np.median(first.max(axis=1))), 4)
    text = network.module("net", uncertain_below=threshold, looks_again=True)
    module = tmp_path / export.module_file("net")
    module.write_text(text, encoding="utf-8")
    build_place([module], rojo, darklua, tmp_path / "net.rbxl")
    answers = accuracy.ask(lune, tmp_path / "net.rbxl", "net", images)
    expected = looks.settled(first, second, threshold)
    np.testing.assert_allclose(answers.probabilities, expected, atol=1e-5)
    is_again = first.max(axis=1) < threshold
    assert 0 < is_again.sum() < len(images)
    np.testing.assert_array_equal(answers.looks, np.where(is_again, 3, 1))
    np.testing.assert_array_equal(answers.uncertain, expected.max(axis=1) < threshold)
