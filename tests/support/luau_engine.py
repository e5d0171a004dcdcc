"""Random networks, as Keras computes them and as the Luau engine of a built place does."""

import json
import subprocess
from pathlib import Path

import numpy as np
from keras_twin import answers

from pipeline import export
from pipeline.layers import Conv2D, Dense, DepthwiseConv2D, Flatten, Weighted
from pipeline.quantized_network import QuantizedNetwork
from pipeline.weights import QuantizedLayer, QuantizedWeights, bfloat16, highest_level, levels

SCRIPT = Path(__file__).parents[1] / "luau" / "answer.luau"
SOURCE = "0" * 64
FORMATS = ["float32", "int8", "int7", "int6", "int5", "int4", "int3", "ternary"]


class Engine:
    """A Lune process that answers one network and its images at a time."""

    def __init__(self, lune, built_place):
        self._process = subprocess.Popen(
            [lune, "run", SCRIPT, built_place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def close(self):
        self._process.communicate()

    def ask(self, module, images=()):
        request = {"module": module, "images": np.asarray(images).tolist()}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def outputs(self, network, images):
        reply = self.ask(network.module(), images)
        assert "answers" in reply, reply
        return np.array(reply["answers"])


class Network:
    """Random weights in a number format for layers, or for dense ones (units, activation).

    `inputs` is a number, or the shape (rows, columns, channels) of the images.
    """

    def __init__(self, inputs, layers, number_format="float32", seed=0):
        rng = np.random.default_rng(seed)
        shape = (inputs,) if isinstance(inputs, int) else inputs
        self.input_shape = shape
        self.layers = []
        for layer in map(_as_layer, layers):
            quantized = random_layer(layer, shape, number_format, rng)
            self.layers.append(quantized)
            shape = quantized.output_shape

    def module(self, name="random", **thresholds):
        return export.model_module(quantized_network(name, self.layers, **thresholds), SOURCE)

    def write(self, folder, name, images, probabilities):
        export.write(folder, quantized_network(name, self.layers), SOURCE, images, probabilities)

    def images(self, count, ink, seed=0):
        """Return flat images of which a share is inked."""
        rng = np.random.default_rng(seed)
        shape = (count, int(np.prod(self.input_shape)))
        return rng.uniform(0, 1, shape) * (rng.uniform(0, 1, shape) < ink)

    def expected(self, images):
        shaped = np.reshape(np.asarray(images, np.float32), (-1, *self.input_shape))
        return answers(self.layers, shaped)


def quantized_network(name, layers, uncertain_below=0.5, tta_below=0.0):
    return QuantizedNetwork(name, "synthetic", tuple(layers), uncertain_below, tta_below)


def _as_layer(layer):
    if isinstance(layer, tuple):
        units, activation = layer
        return Dense(type="dense", units=units, activation=activation)
    return layer


def random_layer(layer, input_shape, number_format, rng):
    weights = None
    if isinstance(layer, Weighted):
        kernel = rng.normal(0, 1, _kernel_shape(layer, input_shape)).astype(np.float32)
        kernel *= 2 / np.sqrt(kernel[..., 0].size)
        bias = rng.normal(0, 0.5, kernel.shape[-1]).astype(np.float32)
        weights = quantized_weights(kernel, bias, number_format)
    return QuantizedLayer(layer, input_shape, layer.output_shape(input_shape), weights)


def quantized_weights(kernel, bias, number_format):
    if number_format == "float32":
        return QuantizedWeights(number_format, kernel, np.empty(0, np.float32), bias)
    highest = highest_level(number_format)
    scale = bfloat16(np.abs(kernel).reshape(-1, kernel.shape[-1]).max(axis=0) / highest)
    return QuantizedWeights(number_format, levels(kernel, scale, highest), scale, bfloat16(bias))


def _kernel_shape(layer, input_shape):
    if isinstance(layer, Dense):
        return (*input_shape, layer.units)
    window = (layer.kernel_size, layer.kernel_size, input_shape[-1])
    return (*window, layer.filters) if isinstance(layer, Conv2D) else window


def conv(filters, kernel_size, **options):
    return Conv2D(type="conv2d", filters=filters, kernel_size=kernel_size, **options)


def depthwise(kernel_size, **options):
    return DepthwiseConv2D(type="depthwise_conv2d", kernel_size=kernel_size, **options)


# Small networks of random weights: what the built place of the tests holds.
NETWORKS = {
    "hidden": Network(784, [(20, "relu"), (10, "softmax")], "int6", seed=7),
    "linear": Network(784, [(10, "sigmoid")], "int8", seed=7),
    "convolutional": Network(
        (28, 28, 1),
        [conv(4, 5, strides=2), conv(6, 3), Flatten(type="flatten"), (10, "softmax")],
        "int4",
        seed=7,
    ),
}
