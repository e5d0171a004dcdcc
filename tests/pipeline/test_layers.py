"""Each kind of layer that a network may be made of is known wherever it must be."""

import re
from typing import get_args

import pytest

from pipeline.fingerprint import REPOSITORY
from pipeline.layers import Conv2D, Layer
from pipeline.networks import KERAS
from pipeline.place import ROBLOX

README = REPOSITORY / "README.md"
UNION, _ = get_args(Layer)
KINDS = sorted(
    kind for each in get_args(UNION) for kind in get_args(each.model_fields["type"].annotation)
)


def test_keras_has_every_kind_and_no_other():
    assert sorted(KERAS) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_luau_has_a_kernel_of_its_name(kind):
    assert (ROBLOX / "src" / "shared" / "nn" / f"{kind}.luau").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_readme_names_it(kind):
    assert kind in re.findall(r"\w+", README.read_text(encoding="utf-8"))


def test_options_are_what_keras_and_luau_need_beside_weights():
    layer = Conv2D(type="conv2d", filters=3, kernel_size=5, number_format="int4")
    expected = {"filters": 3, "kernel_size": 5, "padding": "valid", "strides": 1}
    assert layer.options == expected
