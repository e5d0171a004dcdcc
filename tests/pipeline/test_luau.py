"""Python values become Luau source that reads back as the same values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import luau
from pipeline.command import run


def test_numbers_keep_every_digit():
    assert [luau.literal(value) for value in (1, -3, 0.1, 1e-30, 2**53)] == [
        "1",
        "-3",
        "0.1",
        "1e-30",
        "9007199254740992",
    ]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_float_reads_back_as_itself(value):
    assert float(luau.literal(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 2**53 + 1])
def test_number_that_luau_cannot_hold_is_refused(value):
    with pytest.raises(ValueError, match="Luau"):
        luau.literal(value)


@pytest.mark.parametrize("value", [None, b"bytes", object(), {1, 2}])
def test_value_that_luau_does_not_have_is_refused(value):
    with pytest.raises(TypeError, match="no form in Luau"):
        luau.literal(value)


def test_booleans_are_not_numbers():
    assert luau.literal([True, False, 1, 0]) == "{ true, false, 1, 0 }"


def test_quotes_backslashes_and_control_characters_are_escaped():
    assert luau.literal('a"b\\c\nd\x00é') == r'"a\"b\\c\nd\x00é"'


def test_keys_that_are_not_identifiers_are_bracketed():
    value = {"plain": 1, "mlp-64": 2, "end": 3, "": 4}
    assert luau.literal(value) == '{ plain = 1, ["mlp-64"] = 2, ["end"] = 3, [""] = 4 }'


def test_empty_table_is_closed_at_once():
    assert luau.literal({"list": []}) == "{ list = {} }"


def test_table_that_fits_stands_on_one_line():
    value = {"name": "x" * 80}
    assert luau.literal(value) == f'{{ name = "{"x" * 80}" }}'


def test_table_that_does_not_fit_is_broken_into_lines():
    value = {"name": "x" * 90, "list": [1, {"a": 2}]}
    expected = f'{{\n\tname = "{"x" * 90}",\n\tlist = {{ 1, {{ a = 2 }} }},\n}}'
    assert luau.literal(value) == expected


def test_module_is_strict_and_keeps_its_comment():
    assert luau.module([1], ["About."]) == "--!strict\n-- About.\nreturn { 1 }\n"


def test_stylua_would_change_nothing(stylua, tmp_path):
    rows = [{"name": "x" * length, "list": list(range(length))} for length in range(1, 40)]
    path = tmp_path / "module.luau"
    path.write_text(luau.module({"rows": rows, "text": "é\n"}, ["About."]), encoding="utf-8")
    run(stylua, "--check", path)
