"""What is told of a trained network: accuracy and loss on validation images."""

import numpy as np
import pytest

from pipeline.validation import Validation

LABELS = np.array([3, 0], np.uint8)


def outputs(*confidences):
    """Outputs (2, 10) of 0.1, but for those of the digits 3 and 7."""
    probabilities = np.full((2, 10), 0.1, np.float32)
    probabilities[0, 3], probabilities[1, 7] = confidences
    return probabilities


def test_accuracy_is_the_share_of_labels_that_are_most_probable():
    found = Validation.of(outputs(0.9, 0.05), outputs(0.9, 0.5), LABELS, "softmax")
    assert found.one_pass_accuracy == 0.5
    assert found.accuracy == 1.0
    assert found.images == 2


def test_the_loss_of_softmax_is_the_cross_entropy_of_the_label():
    found = Validation.of(outputs(0.5, 0.5), outputs(0.2, 0.5), LABELS, "softmax")
    assert found.loss == pytest.approx(-np.log([0.5, 0.1]).mean(), rel=1e-6)
    assert found.one_pass_loss == pytest.approx(-np.log([0.2, 0.1]).mean(), rel=1e-6)


def test_the_loss_of_sigmoids_is_that_of_all_ten_outputs():
    found = Validation.of(outputs(0.5, 0.5), outputs(0.5, 0.5), LABELS, "sigmoid")
    first = [0.5, *[0.9] * 9]  # 3 is right, and nine others are rightly low
    second = [0.1, 0.5, *[0.9] * 8]  # 0 should be high, 7 should not
    assert found.loss == pytest.approx(-np.log([*first, *second]).mean(), rel=1e-6)


def test_a_probability_of_zero_has_a_finite_loss():
    nothing = np.zeros((2, 10), np.float32)
    assert np.isfinite(Validation.of(nothing, nothing, LABELS, "softmax").loss)


def test_it_is_read_as_it_was_written(tmp_path):
    found = Validation.of(outputs(0.5, 0.5), outputs(0.2, 0.5), LABELS, "softmax")
    found.write(tmp_path)
    assert Validation.read(tmp_path) == found
