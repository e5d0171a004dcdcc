"""The sheet of synthetic digits shows each a hundred times, then the rare styles."""

import numpy as np

from pipeline import samples
from pipeline.datasets.rare_styles import STYLES
from pipeline.datasets.synthetic import generate


def test_the_sheet_holds_a_hundred_of_each_digit():
    images, labels = generate(1000, seed=3)
    pixels = 255 - np.asarray(samples.sheet(3))
    side = 10 * 28 + 2 * samples.GAP
    assert pixels.shape == (3 * side, 5 * side)
    for digit in range(10):
        top, left = digit // 5 * side + samples.GAP, digit % 5 * side + samples.GAP
        first, last = images[labels == digit][[0, -1]]
        np.testing.assert_array_equal(pixels[top : top + 28, left : left + 28], first)
        bottom, right = top + 10 * 28, left + 10 * 28
        np.testing.assert_array_equal(pixels[bottom - 28 : bottom, right - 28 : right], last)


def test_a_hundred_of_each_digit_with_rare_styles_follow():
    pixels = 255 - np.asarray(samples.sheet(3))
    side = 10 * 28 + 2 * samples.GAP
    top = 2 * side + samples.GAP
    with_rare_styles = sorted({style.digit for style in STYLES})
    for place, digit in enumerate(with_rare_styles):
        left = place * side + samples.GAP
        block = pixels[top : top + 280, left : left + 280].reshape(10, 28, 10, 28)
        assert block.any(axis=(1, 3)).all(), f"a {digit} is missing"
    assert not pixels[2 * side :, len(with_rare_styles) * side :].any()
