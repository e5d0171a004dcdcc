"""A model module that is not what the exporter wrote is refused, and the error says why."""

import pytest
from luau_engine import Network, conv, depthwise

from pipeline.layers import Flatten

MODULE = Network(20, [(8, "relu"), (10, "softmax")], "int4").module()


def refusal(engine, module):
    reply = engine.ask(module)
    assert "refused" in reply
    return reply["refused"]


def replaced(old, new):
    assert old in MODULE
    return MODULE.replace(old, new, 1)


def test_whole_module_is_taken(engine):
    assert "answers" in engine.ask(MODULE)


def test_weights_that_were_cut(engine):
    cut = MODULE[: MODULE.rindex('"') - 50] + '",\n}'
    assert "it was cut or edited" in refusal(engine, cut)


@pytest.mark.parametrize("character", ["0", "~", " ", "'", "\\0", "\\xff"])
def test_one_character_of_the_weights_that_changed(engine, character):
    at = MODULE.index('weights = "') + len('weights = "') + 17
    assert MODULE[at] != character
    assert "checksum" in refusal(engine, MODULE[:at] + character + MODULE[at + 1 :])


def test_another_format_version(engine):
    newer = replaced("formatVersion = 2", "formatVersion = 3")
    assert "version 3, expected 2" in refusal(engine, newer)


def test_layer_of_unknown_type(engine):
    unknown = replaced('type = "dense"', 'type = "lstm"')
    assert 'layer 1 is of unknown type "lstm"' in refusal(engine, unknown)


def test_unknown_activation(engine):
    unknown = replaced('"relu"', '"gelu"')
    assert 'unknown activation "gelu"' in refusal(engine, unknown)


@pytest.mark.parametrize("layer", [conv(4, 3), depthwise(3)], ids=["conv2d", "depthwise"])
def test_activation_that_feature_maps_do_not_have(engine, layer):
    module = Network((5, 5, 1), [layer, Flatten(type="flatten")]).module()
    softmax = module.replace('"relu"', '"softmax"')
    assert 'unknown activation "softmax"' in refusal(engine, softmax)


@pytest.mark.parametrize("name", ["int2", "int9", "int16", "float16", "int", "uint4"])
def test_unknown_number_format(engine, name):
    unknown = replaced('"int4"', f'"{name}"')
    assert f'unknown number format "{name}"' in refusal(engine, unknown)


def test_layers_that_do_not_fit_each_other(engine):
    wider = replaced("outputs = 8", "outputs = 9")
    assert "layer 2 has 8 inputs, expected 9" in refusal(engine, wider)


def test_feature_maps_that_do_not_fit_each_other(engine):
    layers = [conv(4, 3), conv(2, 3), Flatten(type="flatten"), (10, "softmax")]
    module = Network((9, 8, 1), layers).module()
    assert "answers" in engine.ask(module)
    other = module.replace("columns = 6, channels = 4", "columns = 6, channels = 5", 1)
    assert "layer 2 has 7×6×4 inputs, expected 7×6×5" in refusal(engine, other)


def test_layers_that_need_more_weights_than_there_are(engine):
    wider = replaced("outputs = 10", "outputs = 20")
    assert "need more weights than its" in refusal(engine, wider)


def test_layers_that_need_fewer_weights_than_there_are(engine):
    narrower = replaced("outputs = 10", "outputs = 1")
    assert "bytes of weights, it holds" in refusal(engine, narrower)
