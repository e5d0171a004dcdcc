"""Test-time augmentation: the same in Python and in the place."""

import numpy as np
import pytest
from luau_engine import Network, conv

from benchmarks import predictions
from pipeline import export, tta
from pipeline.layers import Flatten
from pipeline.place import build_place

LAYERS = [conv(4, 5, strides=2), Flatten(type="flatten"), (10, "softmax")]


def predict(network):
    return lambda images: network.expected(images / 255)


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    images = np.zeros((60, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = random.integers(0, 256, (60, 20, 20))
    return images


def test_images_are_moved_by_a_row_and_a_column_down_and_up(images):
    down, up = tta.moved(images)
    np.testing.assert_array_equal(down[:, 1:, 1:], images[:, :-1, :-1])
    np.testing.assert_array_equal(up[:, :-1, :-1], images[:, 1:, 1:])
    assert not down[:, 0].any()
    assert not up[:, -1].any()


def test_only_images_below_the_threshold_are_predicted_by_the_mean_of_three_passes(images):
    network = Network((28, 28, 1), LAYERS, "int4", seed=3)
    one, down, up = map(predict(network), (images, *tta.moved(images)))
    threshold = float(np.median(one.max(axis=1)))
    expected = np.where(one.max(axis=1, keepdims=True) < threshold, (one + down + up) / 3, one)
    predicted = tta.predict(predict(network), threshold, images)
    np.testing.assert_allclose(predicted, expected, atol=1e-6)
    np.testing.assert_array_equal(tta.predict(predict(network), 0, images), one)


def test_a_place_augments_as_the_twin_does(images, lune, rojo, darklua, tmp_path):
    network = Network((28, 28, 1), LAYERS, "int4", seed=3)
    confidence = predict(network)(images).max(axis=1)
    threshold = float(np.median(confidence))
    expected = tta.predict(predict(network), threshold, images)
    text = network.module("net", tta_below=threshold)
    module = tmp_path / export.module_file("net")
    module.write_text(text, encoding="utf-8")
    build_place([module], rojo, darklua, tmp_path / "net.rbxl")
    predicted = predictions.predict(lune, tmp_path / "net.rbxl", "net", images.tobytes())
    np.testing.assert_allclose(predicted.probabilities, expected, atol=1e-5)
    np.testing.assert_array_equal(predicted.passes, np.where(confidence < threshold, 3, 1))
