"""Quantised layers become a model module: a small table, and weights as printable text."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from luau_engine import FORMATS, Network, conv, depthwise

from pipeline import export, packing
from pipeline.command import run
from pipeline.errors import PocketDigitsError
from pipeline.layers import Flatten, Pool2D
from pipeline.weights import highest_level

FLATTEN = Flatten(type="flatten")


def field(module, name):
    return re.search(rf'^\t{name} = "?(.*?)"?,$', module, re.MULTILINE)[1]


class Decoder:
    """Decodes a text of weights with exact integers, as pipeline/packing.py describes."""

    def __init__(self, text):
        self.text, self.state = text, 0
        self.fill()

    def fill(self):
        while self.state < 2**26:
            for character in self.text[:4]:
                self.state = self.state * 91 + packing.ALPHABET.index(character)
            self.text = self.text[4:]

    def uniform(self, size):
        self.state, value = divmod(self.state, size)
        self.fill()
        return value

    def floats(self, count):
        bits = [self.uniform(2**16) for _ in range(2 * count)]
        return np.array(bits, "<u2").view("<f4")

    def bfloat16s(self, count):
        return np.array([self.uniform(2**16) << 16 for _ in range(count)], "<u4").view("<f4")

    def levels(self, highest, shape):
        shares = [self.uniform(2048) for _ in range(2 * highest + 1)]
        if highest == 1 and shape[-1] % 3 == 0:
            triples = self.symbols(packing.triple_slots(shares), int(np.prod(shape)) // 3)
            return np.array(list(itertools.product([-1, 0, 1], repeat=3)))[triples].reshape(shape)
        return np.array(self.symbols(shares, int(np.prod(shape)))).reshape(shape) - highest

    def symbols(self, shares, count):
        firsts = np.cumsum([0, *shares])
        found = []
        for _ in range(count):
            self.state, slot = divmod(self.state, 1024)
            value = int(np.searchsorted(firsts, slot, side="right")) - 1
            self.state = self.state * shares[value] + slot - int(firsts[value])
            self.fill()
            found.append(value)
        return found

    @property
    def is_used_up(self):
        return self.state == 2**26 and self.text == ""


def weight_decoder(network):
    return Decoder(field(network.module(), "weights"))


@pytest.mark.parametrize("number_format", FORMATS[1:])
def test_scales_and_biases_come_before_the_levels(number_format):
    network = Network(11, [(7, "sigmoid")], number_format)
    weights = network.layers[0].weights
    decoder = weight_decoder(network)
    np.testing.assert_array_equal(decoder.bfloat16s(7), weights.scale)
    np.testing.assert_array_equal(decoder.bfloat16s(7), weights.bias)
    highest = highest_level(number_format)
    np.testing.assert_array_equal(decoder.levels(highest, (11, 7)), weights.levels)
    assert decoder.is_used_up


def test_ternary_levels_of_three_outputs_are_coded_together():
    network = Network(11, [(6, "sigmoid")], "ternary")
    decoder = weight_decoder(network)
    decoder.bfloat16s(2 * 6)
    np.testing.assert_array_equal(decoder.levels(1, (11, 6)), network.layers[0].weights.levels)
    assert decoder.is_used_up


@given(st.integers(0, 1024), st.integers(0, 1024))
def test_every_triple_has_a_slot(one, other):
    least, middle = sorted((one, other))
    slots = packing.triple_slots([least, middle - least, 1024 - middle])
    assert sum(slots) == 1024
    assert min(slots) >= 1


def test_float32_weights_and_biases_are_stored_whole():
    network = Network(3, [(2, "sigmoid")])
    decoder = weight_decoder(network)
    weights = network.layers[0].weights
    stored = decoder.floats(8)
    np.testing.assert_array_equal(stored, [*weights.bias, *weights.levels.ravel()])
    assert decoder.is_used_up


def test_layers_follow_each_other():
    network = Network((6, 6, 2), [conv(4, 3), depthwise(2), FLATTEN], "int5")
    decoder = weight_decoder(network)
    for layer, outputs in zip(network.layers, (4, 4), strict=False):
        decoder.bfloat16s(2 * outputs)
        shape = layer.weights.levels.shape
        np.testing.assert_array_equal(decoder.levels(15, shape), layer.weights.levels)
    assert decoder.is_used_up


def test_scales_that_are_not_bfloat16_are_refused():
    network = Network(3, [(2, "sigmoid")], "int4")
    network.layers[0].weights.scale[1] = 0.1
    with pytest.raises(ValueError, match="bfloat16"):
        network.module()


def entropy_characters(weights):
    """Return the characters that a layer's levels need, by Shannon's entropy."""
    _, counts = np.unique(weights.levels, return_counts=True)
    shares = counts / counts.sum()
    return -(counts * np.log2(shares)).sum() / np.log2(91)


@pytest.mark.parametrize("number_format", ["ternary", "int3", "int4"])
def test_weights_take_about_their_entropy(number_format):
    network = Network(784, [(30, "relu")], number_format)
    weights = network.layers[0].weights
    raw = (2 * 16 * 30 + 2 * 8 * 11) / np.log2(91)
    text = field(network.module(), "weights")
    assert len(text) < entropy_characters(weights) * 1.005 + raw + 12


def test_checksum_is_a_polynomial_over_the_words():
    assert packing.checksum("###%##$#") == 2 * 31 + 91
    assert packing.checksum("~" * 36) == sum((91**4 - 1) * 31**at for at in range(9)) % 2**32


@given(st.lists(st.integers(0, 10**5), min_size=3, max_size=255).filter(any))
def test_slots_are_shared_out_among_the_values_that_occur(counts):
    slots = packing.slot_counts(np.array(counts))
    assert sum(slots) == 1024
    assert [count > 0 for count in counts] == [slot > 0 for slot in slots]


def test_weights_hold_printable_characters_and_nothing_to_escape():
    weights = field(Network(784, [(64, "relu"), (10, "softmax")], "int8").module(), "weights")
    assert set(weights) <= set(map(chr, range(33, 127))) - set('"\\')


def test_header_describes_the_network():
    module = Network(784, [(20, "relu"), (10, "softmax")], "int5").module("mlp-20")
    assert "-- mlp-20 of pocket-digits: 784 → 20 → 10 (" in module
    assert field(module, "name") == "mlp-20"
    assert field(module, "dataset") == "synthetic"
    assert field(module, "uncertainBelow") == "0.5"
    assert field(module, "ttaBelow") == "0.0"
    assert field(module, "source") == "0" * 16
    assert "\tinput = { 1, 1, 784 },\n" in module
    assert '{ type = "dense", units = 20, activation = "relu", format = "int5" }' in module


def test_header_of_a_convolution_has_keras_arguments():
    layers = [conv(12, 5, strides=2, padding="same", activation="tanh"), FLATTEN]
    module = Network((28, 27, 1), layers, "ternary").module()
    assert "28×27×1 → 14×14×12 → 2352" in module
    assert "\tinput = { 28, 27, 1 },\n" in module
    for entry in (
        'type = "conv2d"',
        "filters = 12",
        "kernelSize = 5",
        "strides = 2",
        'padding = "same"',
        'activation = "tanh"',
        'format = "ternary"',
    ):
        assert entry in module


def test_keras_defaults_are_left_out():
    layers = [conv(12, 5, activation="linear"), FLATTEN]
    module = Network((28, 27, 1), layers).module()
    assert '{ type = "conv2d", filters = 12, kernelSize = 5, format = "float32" },' in module


def test_same_layers_make_the_same_module():
    assert Network(20, [(10, "softmax")]).module() == Network(20, [(10, "softmax")]).module()


def test_stylua_would_change_nothing(stylua, tmp_path):
    path = tmp_path / "model.luau"
    layers = [conv(5, 3, padding="same"), Pool2D(type="max_pool2d", pool_size=2), FLATTEN]
    module = Network((28, 28, 1), [*layers, (10, "softmax")], "int4").module()
    path.write_text(module, encoding="utf-8")
    run(stylua, "--check", path)


def test_module_that_is_too_large_is_refused_with_its_size_and_a_way_out():
    network = Network(784, [(256, "relu"), (10, "softmax")], "int8")
    with pytest.raises(PocketDigitsError, match=r"big: .* 2\d\d,\d{3} bytes.* 200,000") as error:
        network.module("big")
    assert "number_format" in str(error.value)


def test_too_large_module_leaves_no_file_behind(tmp_path):
    network = Network(784, [(256, "relu"), (10, "softmax")], "int8")
    nothing = np.zeros((0, 28, 28), np.uint8), np.zeros((0, 10), np.float32)
    with pytest.raises(PocketDigitsError):
        network.write(tmp_path, "big", *nothing)
    assert list(tmp_path.iterdir()) == []


def test_index_keeps_the_order_of_the_networks():
    index = export.models_index(["mlp-64", "best", "a"])
    assert index.endswith('return { "mlp-64", "best", "a" }\n')
