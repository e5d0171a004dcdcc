"""A model module that is not what the exporter wrote is refused, and the error says why."""

import pytest
from luau_engine import Network

DAMAGED = "its weights do not fit its layers: it was cut or edited"
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
    assert DAMAGED in refusal(engine, cut)


@pytest.mark.parametrize("character", ["0", "~", " ", "'", "\\0", "\\xff"])
def test_one_character_of_the_weights_that_changed(engine, character):
    at = MODULE.index('weights = "') + len('weights = "') + 17
    assert MODULE[at] != character
    assert DAMAGED in refusal(engine, MODULE[:at] + character + MODULE[at + 1 :])


def test_another_format_version(engine):
    newer = replaced("formatVersion = 7", "formatVersion = 8")
    assert "version 8, expected 7" in refusal(engine, newer)


def test_layer_of_unknown_type(engine):
    unknown = replaced('type = "dense"', 'type = "lstm"')
    assert 'unknown layer "lstm"' in refusal(engine, unknown)


def test_unknown_activation(engine):
    unknown = replaced('"relu"', '"gelu"')
    assert 'unknown activation "gelu"' in refusal(engine, unknown)


@pytest.mark.parametrize("name", ["int2", "int9", "int16", "float16", "int", "uint4"])
def test_unknown_number_format(engine, name):
    unknown = replaced('"int4"', f'"{name}"')
    assert f'unknown number format "{name}"' in refusal(engine, unknown)


def test_layer_that_is_wider_than_it_was(engine):
    assert DAMAGED in refusal(engine, replaced("units = 8", "units = 9"))


def test_layers_that_need_more_weights_than_there_are(engine):
    assert DAMAGED in refusal(engine, replaced("units = 10", "units = 20"))


def test_layers_that_need_fewer_weights_than_there_are(engine):
    assert DAMAGED in refusal(engine, replaced("units = 10", "units = 1"))


def test_other_number_format(engine):
    assert DAMAGED in refusal(engine, replaced('"int4"', '"int5"'))
