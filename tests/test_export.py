"""Quantised layers become a model module: a small table, and weights as printable text."""

import base64
import re

import numpy as np
import pytest
from luau_engine import FORMATS, Network, conv, depthwise

from pipeline import export, packing
from pipeline.command import run
from pipeline.errors import PocketDigitsError
from pipeline.layers import Flatten, Pool2D

FLATTEN = Flatten(type="flatten")


def field(module, name):
    return re.search(rf'^\t{name} = "?(.*?)"?,$', module, re.MULTILINE)[1]


def weight_data(network):
    words = base64.b85decode(field(network.module(), "weights"))
    return np.frombuffer(words, ">u4").astype("<u4").tobytes()


def unpacked(data, number_format, shape):
    """Return the levels that stand at the start of a layer's bytes, read digit by digit."""
    count = int(np.prod(shape))
    if number_format == "ternary":
        words = np.frombuffer(data, "<u4", -(-count // 20)).tolist()
        digits = [word // 3**place % 3 for word in words for place in range(20)]
        return np.array(digits[:count]).reshape(shape) - 1
    bits = int(number_format.removeprefix("int"))
    digits = "".join(f"{byte:08b}"[::-1] for byte in data)
    numbers = [int(digits[at * bits : (at + 1) * bits][::-1], 2) for at in range(count)]
    return np.array(numbers).reshape(shape) - (2 ** (bits - 1) - 1)


def bfloat16s(data):
    return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")


def test_words_are_little_endian_and_five_characters_each():
    data = bytes([1, 2, 3, 4, 0xFF, 0xFE, 0xFD, 0xFC])
    text = packing.encode(data)
    assert len(text) == 10
    assert base64.b85decode(text) == bytes([4, 3, 2, 1, 0xFC, 0xFD, 0xFE, 0xFF])


def test_checksum_is_a_polynomial_over_the_words():
    data = np.array([7, 2**32 - 1, 5], dtype="<u4").tobytes()
    assert packing.checksum(data) == ((7 * 31 + 2**32 - 1) * 31 + 5) % 2**32


@pytest.mark.parametrize("number_format", FORMATS[1:])
def test_levels_are_packed_without_gaps_and_followed_by_scales_and_biases(number_format):
    network = Network(11, [(7, "sigmoid")], number_format)
    weights = network.quantized[0].weights
    data = weight_data(network)
    np.testing.assert_array_equal(unpacked(data, number_format, (11, 7)), weights.levels)
    np.testing.assert_array_equal(bfloat16s(data[-28:-14]), weights.scale)
    np.testing.assert_array_equal(bfloat16s(data[-14:]), weights.bias)


def test_float32_weights_and_biases_are_stored_whole():
    network = Network(3, [(2, "sigmoid")])
    stored = np.frombuffer(weight_data(network), "<f4")
    weights = network.quantized[0].weights
    np.testing.assert_array_equal(stored, [*weights.levels.ravel(), *weights.bias])


def test_kernels_of_feature_maps_are_stored_row_by_row_with_their_outputs_last():
    network = Network((6, 6, 2), [conv(4, 3), depthwise(2), FLATTEN], "int5")
    shapes = (3, 3, 2, 4), (2, 2, 4)
    data = weight_data(network)
    for layer, shape in zip(network.quantized, shapes, strict=False):
        np.testing.assert_array_equal(unpacked(data, "int5", shape), layer.weights.levels)
        data = data[layer.weights.weight_bytes :]
    assert data == b""


def test_scales_that_are_no_bfloat16_are_refused():
    network = Network(3, [(2, "sigmoid")], "int4")
    network.quantized[0].weights.scale[1] = 0.1
    with pytest.raises(ValueError, match="bfloat16"):
        network.module()


@pytest.mark.parametrize("number_format", FORMATS)
def test_binary_size_is_what_the_layers_say(number_format):
    network = Network((5, 5, 1), [conv(7, 3), FLATTEN, (10, "softmax")], number_format)
    size = int(field(network.module(), "bytes"))
    assert size == sum(layer.weights.weight_bytes for layer in network.quantized if layer.weights)


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


def test_convolutions_header_says_where_its_window_stands():
    layers = [conv(12, 5, strides=2, padding="same", activation="tanh"), FLATTEN]
    module = Network((28, 27, 1), layers, "ternary").module()
    assert "28×27×1 → 14×14×12 conv2d ternary → 2352" in module
    assert field(module, "inputs") == "756"
    for entry in (
        "input = { rows = 28, columns = 27, channels = 1 }",
        "output = { rows = 14, columns = 14, channels = 12 }",
        "kernelSize = 5",
        "strides = 2",
        "padding = { top = 1, left = 2 }",
        'activation = "tanh"',
        'numberFormat = "ternary"',
    ):
        assert entry in module


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
