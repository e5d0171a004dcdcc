"""Accuracy, agreement with Keras, and calibration error."""

import numpy as np
import pytest

from benchmarks.measure.accuracy import agreement
from benchmarks.predictions import Predictions, accuracy, calibration_error

ONE_PASS = np.zeros(10, bool), np.ones(10, int)


def one_hot(*digits: int, confidence: float = 1.0):
    probabilities = np.zeros((len(digits), 10))
    probabilities[range(len(digits)), digits] = confidence
    return probabilities


def test_accuracy_is_the_share_of_right_predictions():
    assert accuracy(np.array([1, 2, 3, 4]), np.array([1, 2, 3, 9], np.uint8)) == 0.75


def test_equal_predictions_agree():
    assert agreement(np.array([3, 4]), one_hot(3, 4).astype(np.float32)) == (1.0, 0)


def test_a_clearly_different_prediction_is_a_disagreement():
    assert agreement(np.array([3, 5]), one_hot(3, 4).astype(np.float32)) == (0.5, 1)


def test_a_different_prediction_where_keras_top_two_are_equal_is_rounding():
    keras = np.zeros((1, 10), np.float32)
    keras[0, [4, 5]] = 0.5, 0.50005
    assert agreement(np.array([4]), keras) == (0.0, 0)


def test_predictions_as_sure_as_they_are_right_are_calibrated():
    predictions = Predictions(np.full(10, 7), one_hot(*[7] * 10, confidence=0.7), *ONE_PASS)
    labels = np.array([7] * 7 + [1] * 3, np.uint8)
    assert calibration_error(predictions, labels) == pytest.approx(0)


def test_predictions_that_are_too_sure_are_off_by_the_difference():
    predictions = Predictions(np.full(10, 7), one_hot(*[7] * 10, confidence=0.9), *ONE_PASS)
    labels = np.array([7] * 5 + [1] * 5, np.uint8)
    assert calibration_error(predictions, labels) == pytest.approx(0.4)
