"""Quantised layers become a model module: a small table, and weights as printable text."""

import base64
import re

import numpy as np
import pytest
from luau_engine import Network

from pipeline import config, export
from pipeline.command import run
from pipeline.errors import PocketDigitsError

LIMIT = export.MODULE_BYTES_LIMIT


def field(module, name):
    return re.search(rf'^\t{name} = "?(.*?)"?,$', module, re.MULTILINE)[1]


def unpacked(data, number_format, shape):
    """Return the levels that stand at the start of a layer's bytes, read bit by bit."""
    bits = int(number_format.removeprefix("int"))
    digits = "".join(f"{byte:08b}"[::-1] for byte in data)
    count = shape[0] * shape[1]
    numbers = [int(digits[at * bits : (at + 1) * bits][::-1], 2) for at in range(count)]
    return np.array(numbers).reshape(shape) - (2 ** (bits - 1) - 1)


def test_words_are_little_endian_and_five_characters_each():
    data = bytes([1, 2, 3, 4, 0xFF, 0xFE, 0xFD, 0xFC])
    text = export.encode(data)
    assert len(text) == 10
    assert base64.b85decode(text) == bytes([4, 3, 2, 1, 0xFC, 0xFD, 0xFE, 0xFF])


def test_checksum_is_a_polynomial_over_the_words():
    data = np.array([7, 2**32 - 1, 5], dtype="<u4").tobytes()
    assert export.checksum(data) == ((7 * 31 + 2**32 - 1) * 31 + 5) % 2**32


@pytest.mark.parametrize("number_format", ["int8", "int6", "int5", "int3", "int2"])
def test_levels_are_packed_without_gaps_and_followed_by_scales_and_biases(number_format):
    network = Network(11, [(7, "sigmoid")], number_format)
    layer = network.quantized[0]
    words = base64.b85decode(field(network.module(), "weights"))
    data = np.frombuffer(words, ">u4").astype("<u4").tobytes()
    np.testing.assert_array_equal(unpacked(data, number_format, (11, 7)), layer.levels)
    np.testing.assert_array_equal(np.frombuffer(data, "<f4")[-14:-7], layer.scale)
    np.testing.assert_array_equal(np.frombuffer(data, "<f4")[-7:], layer.bias)


@pytest.mark.parametrize("number_format", ["float32", "int7", "int4"])
def test_binary_size_is_what_the_layers_say(number_format):
    network = Network(11, [(7, "relu"), (10, "softmax")], number_format)
    size = int(field(network.module(), "bytes"))
    assert size == sum(layer.weight_bytes for layer in network.quantized)


def test_weights_hold_printable_characters_and_nothing_to_escape():
    weights = field(Network(784, [(64, "relu"), (10, "softmax")], "int8").module(), "weights")
    assert set(weights) <= set(map(chr, range(33, 127))) - set("\"'\\")


def test_header_says_what_the_network_is():
    module = Network(784, [(20, "relu"), (10, "softmax")], "int5").module("mlp-20")
    assert "-- mlp-20 of pocket-digits, trained on synthetic: 784 → 20 relu" in module
    assert field(module, "name") == "mlp-20"
    assert field(module, "inputs") == "784"
    assert field(module, "uncertainBelow") == "0.5"
    assert field(module, "source") == "0" * 64


def test_same_layers_make_the_same_module():
    assert Network(20, [(10, "softmax")]).module() == Network(20, [(10, "softmax")]).module()


def test_stylua_would_change_nothing(stylua, tmp_path):
    path = tmp_path / "model.luau"
    module = Network(784, [(200, "sigmoid"), (10, "softmax")], "int4").module()
    path.write_text(module, encoding="utf-8")
    run(stylua, "--check", path)


@pytest.mark.parametrize("name", sorted(config.load().architectures))
def test_every_architecture_fits_a_script(name):
    architecture = config.load().architectures[name]
    layers = [(layer.units, layer.activation) for layer in architecture.layers]
    module = Network(784, layers, architecture.number_format).module(name)
    assert len(module.encode()) < LIMIT


def test_module_that_is_too_large_is_refused_with_its_size_and_a_way_out():
    network = Network(784, [(256, "relu"), (10, "softmax")], "int8")
    with pytest.raises(PocketDigitsError, match=r"big: .* 25\d,\d{3} bytes.* 200,000") as error:
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
