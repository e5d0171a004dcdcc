"""Float weights become symmetric integers with a scale per output channel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline.errors import PocketDigitsError
from pipeline.quantize import bits, quantize

INTEGERS = ["int8", "int7", "int6", "int5", "int4", "int3", "int2"]
weights = st.floats(-(2.0**60), 2.0**60, width=32)
kernels = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 12), st.integers(1, 7)), elements=weights
)


def random_kernel(inputs=200, outputs=5):
    return np.random.default_rng(3).normal(size=(inputs, outputs)).astype(np.float32)


def bias_for(kernel):
    return np.linspace(-1, 1, kernel.shape[1], dtype=np.float32)


def quantized(kernel, number_format):
    return quantize(kernel, bias_for(kernel), number_format, "dense_0")


@given(kernel=kernels, number_format=st.sampled_from(INTEGERS))
def test_levels_are_symmetric_and_fit_their_bits(kernel, number_format):
    levels = quantized(kernel, number_format).levels
    assert levels.dtype == np.int8
    assert np.abs(levels.astype(int)).max() <= 2 ** (bits(number_format) - 1) - 1


@given(kernel=kernels, number_format=st.sampled_from(INTEGERS))
def test_kernel_is_levels_times_scale_in_float32(kernel, number_format):
    layer = quantized(kernel, number_format)
    assert layer.kernel.dtype == layer.scale.dtype == np.float32
    np.testing.assert_array_equal(layer.kernel, np.float32(layer.levels) * layer.scale)


@given(kernel=kernels)
def test_no_weight_is_off_by_more_than_the_clipping_and_half_a_step(kernel):
    layer = quantized(kernel, "int8")
    clipped = np.maximum(np.abs(kernel) - 127 * layer.scale, 0)
    allowed = np.maximum(clipped, layer.scale / 2) * 1.0001
    assert (np.abs(layer.kernel - kernel) <= allowed).all()


@pytest.mark.parametrize("number_format", INTEGERS)
def test_error_is_no_worse_than_without_clipping(number_format):
    kernel = random_kernel()
    highest = 2 ** (bits(number_format) - 1) - 1
    scale = np.abs(kernel).max(axis=0) / highest
    unclipped = np.rint(kernel / scale) * scale
    error = ((quantized(kernel, number_format).kernel - kernel) ** 2).sum()
    assert error <= ((unclipped - kernel) ** 2).sum() * 1.0001


def test_few_levels_clip_the_rare_large_weights():
    kernel = random_kernel()
    layer = quantized(kernel, "int3")
    assert (3 * layer.scale < 0.9 * np.abs(kernel).max(axis=0)).all()


def test_each_channel_has_the_scale_it_would_have_alone():
    kernel = random_kernel() * np.float32([1, 10, 0.1, 1e-6, 1e6])
    together = quantized(kernel, "int4")
    for channel in range(kernel.shape[1]):
        alone = quantized(kernel[:, [channel]], "int4")
        np.testing.assert_array_equal(together.kernel[:, channel], alone.kernel[:, 0])


def test_more_bits_make_less_error():
    kernel = random_kernel()
    errors = [np.abs(quantized(kernel, name).kernel - kernel).mean() for name in INTEGERS]
    assert errors == sorted(errors)


def test_channel_of_zeros_stays_zero():
    kernel = random_kernel()
    kernel[:, 2] = 0
    layer = quantized(kernel, "int4")
    assert (layer.kernel[:, 2] == 0).all()
    assert np.isfinite(layer.scale).all()


def test_float32_passes_through():
    kernel = random_kernel()
    layer = quantized(kernel, "float32")
    np.testing.assert_array_equal(layer.kernel, kernel)
    assert layer.scale.size == 0


@pytest.mark.parametrize("number_format", ["float32", "int4"])
def test_bias_stays_as_it_is(number_format):
    kernel = random_kernel()
    layer = quantized(kernel, number_format)
    np.testing.assert_array_equal(layer.bias, bias_for(kernel))
    assert layer.bias.dtype == np.float32


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("float32", 4 * 7 * 5 + 4 * 5),
        ("int8", 36 + 2 * 4 * 5),
        ("int6", 28 + 2 * 4 * 5),  # 210 bits are 26.25 bytes, and 28 in whole words
        ("int2", 12 + 2 * 4 * 5),
    ],
)
def test_bytes_are_packed_levels_scales_and_biases(number_format, expected):
    assert quantized(random_kernel(7, 5), number_format).weight_bytes == expected


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("number_format", ["float32", "int4"])
def test_weight_that_is_not_finite_is_refused_by_layer_and_place(value, number_format):
    kernel = random_kernel()
    kernel[17, 3] = value
    with pytest.raises(PocketDigitsError, match=rf"dense_0: weight \[17, 3\] is {value}"):
        quantized(kernel, number_format)


def test_bias_that_is_not_finite_is_refused():
    kernel = random_kernel()
    bias = bias_for(kernel)
    bias[4] = np.nan
    with pytest.raises(PocketDigitsError, match=r"dense_0: bias \[4\] is nan"):
        quantize(kernel, bias, "int4", "dense_0")
