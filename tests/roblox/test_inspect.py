"""What `inspect` shows of a network's layers is what Keras' own layers put out."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from keras_twin import answers
from luau_engine import NETWORKS, Network, conv, depthwise

from pipeline import export
from pipeline.layers import Flatten, Pool2D
from pipeline.place import build_place

SCRIPT = Path(__file__).parents[1] / "luau" / "inspect.luau"
POOLED = Network(
    (28, 28, 1),
    [
        conv(4, 5, strides=2),
        Pool2D(type="max_pool2d", pool_size=2),
        conv(5, 3, padding="same"),
        depthwise(3, activation="tanh"),
        Flatten(type="flatten"),
        (10, "softmax"),
    ],
    seed=5,
)


def show(lune, place, model, images):
    """Return the pictures of each image's layers, and that of the weights, if there is one."""
    done = subprocess.run(
        [lune, "run", SCRIPT, place, model],
        input=json.dumps(np.asarray(images).tolist()) + "\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    shown = json.loads(done.stdout)
    return shown["pictures"], shown.get("weights")


def assert_shows_layers(network, images, pictures):
    flows = np.reshape(np.asarray(images, np.float32), (-1, *network.input_shape))
    kept = [index for index, each in enumerate(network.layers) if each.layer.type != "flatten"]
    for image_pictures in pictures:
        assert len(image_pictures) == len(kept)
    for position, index in enumerate(kept):
        expected = answers(network.layers[: index + 1], flows)
        for number, image_pictures in enumerate(pictures):
            picture = image_pictures[position]
            extents = tuple(picture[name] for name in ("rows", "columns", "channels"))
            shape = expected[number].shape
            assert extents == (shape if len(shape) == 3 else (1, 1, *shape))
            np.testing.assert_allclose(picture["values"], expected[number].ravel(), atol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_layer_shows_what_keras_puts_out(lune, built_place, name):
    network = NETWORKS[name]
    images = network.images(2, 0.2)
    pictures, _ = show(lune, built_place, name, images)
    assert_shows_layers(network, images, pictures)


def test_activations_are_shown_before_the_pooling_that_follows(lune, rojo, darklua, tmp_path):
    module = tmp_path / export.module_file("pooled")
    module.write_text(POOLED.module("pooled"), encoding="utf-8")
    build_place([module], rojo, darklua, tmp_path / "pooled.rbxl")
    images = POOLED.images(2, 0.2)
    pictures, weights = show(lune, tmp_path / "pooled.rbxl", "pooled", images)
    assert_shows_layers(POOLED, images, pictures)
    assert pictures[0][0]["title"] == "conv2d relu"
    assert not weights


@pytest.mark.parametrize("name", ["hidden", "linear"])
def test_weights_of_dense_units_are_shown_with_their_signs(lune, built_place, name):
    kernel = NETWORKS[name].layers[0].weights.kernel
    _, picture = show(lune, built_place, name, [])
    extents = (picture["rows"], picture["columns"], picture["channels"])
    assert extents == (28, 28, kernel.shape[1])
    np.testing.assert_allclose(picture["values"], kernel.ravel(), atol=1e-6)
