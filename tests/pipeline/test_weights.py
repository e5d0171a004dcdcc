"""Number formats: symmetric levels with a scale per output channel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline.errors import PocketDigitsError
from pipeline.weights import QuantizedWeights, bfloat16, highest_level, levels, require_finite

INTEGERS = ["int8", "int7", "int6", "int5", "int4", "int3", "ternary"]
finite = st.floats(-(2.0**60), 2.0**60, width=32)
vectors = arrays.arrays(np.float32, st.integers(1, 20), elements=finite)


@pytest.mark.parametrize(
    ("number_format", "highest"), [("int8", 127), ("int4", 7), ("int3", 3), ("ternary", 1)]
)
def test_levels_are_symmetric_around_zero(number_format, highest):
    assert highest_level(number_format) == highest
    kernel = np.linspace(-9, 9, 50).reshape(-1, 1)
    found = levels(kernel, np.ones(1, np.float32), highest)
    assert found.dtype == np.int8
    assert (found.min(), found.max()) == (-min(highest, 9), min(highest, 9))


@given(kernel=arrays.arrays(np.float32, (4, 3), elements=st.floats(-50, 50, width=32)))
def test_each_weight_takes_its_nearest_level(kernel):
    scale = np.array([0.5, 1, 2], np.float32)
    assert (np.abs(levels(kernel, scale, 127) * scale - kernel) <= scale / 2).all()


@given(values=vectors)
def test_bfloat16_is_within_a_256th_and_has_no_lower_bits(values):
    rounded = bfloat16(values)
    normal = np.abs(values) > np.finfo(np.float32).tiny
    assert (np.abs(rounded - values)[normal] <= np.abs(values)[normal] / 256).all()
    assert not (rounded.view(np.uint32) & 0xFFFF).any()


def test_bfloat16_takes_ties_to_the_even_neighbour():
    ties = np.array([0x3F808000, 0x3F818000], np.uint32).view(np.float32)
    np.testing.assert_array_equal(bfloat16(ties).view(np.uint32), [0x3F800000, 0x3F820000])


def weights(number_format, count, outputs):
    shape = (count // outputs, outputs)
    whole = number_format == "float32"
    return QuantizedWeights(
        number_format,
        np.ones(shape, np.float32 if whole else np.int8),
        np.empty(0, np.float32) if whole else np.full(outputs, 0.5, np.float32),
        np.zeros(outputs, np.float32),
    )


@pytest.mark.parametrize("number_format", ["float32", *INTEGERS])
def test_kernel_is_levels_times_scale_in_float32(number_format):
    layer = weights(number_format, 40, 2)
    assert layer.kernel.dtype == np.float32
    np.testing.assert_array_equal(layer.kernel, 1 if number_format == "float32" else 0.5)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_weight_that_is_not_finite_is_named_with_its_place(wrong):
    kernel = np.ones((3, 4), np.float32)
    kernel[1, 2] = wrong
    with pytest.raises(PocketDigitsError, match=r"net, dense_1: weight \[1, 2\] is .*1 of 12"):
        require_finite(kernel, "net, dense_1", "weight")
