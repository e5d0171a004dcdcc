"""Predictions image by image, packed, are read back as they were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from benchmarks.measure.outcomes import Correct, images_fingerprint


@given(arrays(bool, st.integers(1, 100)))
def test_what_is_packed_is_read_back(correct):
    packed = Correct.of("images", correct)
    np.testing.assert_array_equal(
        Correct.model_validate_json(packed.model_dump_json()).array, correct
    )


def test_ten_thousand_images_take_less_than_two_kilobytes():
    assert len(Correct.of("images", np.ones(10_000, bool)).bits) < 2000


@pytest.mark.parametrize("bits", ["", "AA==", "AAAA", "not base64"])
def test_other_than_a_bit_for_each_image_is_refused(bits):
    with pytest.raises(ValidationError):
        Correct(images="images", count=10, bits=bits)


def test_other_images_labels_or_order_are_told_apart():
    images, labels = np.arange(12, dtype=np.uint8).reshape(3, 2, 2), np.array([1, 2, 3], np.uint8)
    hashes = {
        images_fingerprint(images, labels),
        images_fingerprint(images + 1, labels),
        images_fingerprint(images, labels[::-1]),
        images_fingerprint(images.reshape(3, 4), labels),
    }
    assert len(hashes) == 4
    assert images_fingerprint(images.copy(), labels.copy()) in hashes
