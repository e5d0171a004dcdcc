"""The threshold below which an answer is called uncertain."""

import numpy as np
import pytest

from pipeline.calibrate import uncertain_below


def answers(*confidences_and_right: tuple[float, bool]):
    """Answers of digit 0 with these confidences, and labels that make them right or wrong."""
    probabilities = np.zeros((len(confidences_and_right), 10), np.float32)
    probabilities[:, 0] = [confidence for confidence, _ in confidences_and_right]
    labels = np.array([0 if right else 1 for _, right in confidences_and_right], np.uint8)
    return probabilities, labels


def test_the_threshold_is_the_lowest_confidence_with_few_enough_errors_above_it():
    probabilities, labels = answers((0.9, True), (0.8, True), (0.7, True), (0.6, False))
    assert uncertain_below(probabilities, labels, most_wrong=0.1) == pytest.approx(0.7)


def test_without_errors_nothing_is_uncertain():
    probabilities, labels = answers((0.9, True), (0.3, True))
    assert uncertain_below(probabilities, labels) == pytest.approx(0.3)


def test_when_even_the_surest_are_wrong_everything_is_uncertain():
    probabilities, labels = answers((0.9, False), (0.3, True))
    assert uncertain_below(probabilities, labels) > 1


def test_at_most_the_given_share_of_what_is_asserted_is_wrong():
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.full(10, 0.2), 5000).astype(np.float32)
    labels = (probabilities.cumsum(axis=1) > random.random((5000, 1))).argmax(axis=1)
    threshold = uncertain_below(probabilities, labels.astype(np.uint8), most_wrong=0.05)
    asserted = probabilities.max(axis=1) >= threshold
    wrong = probabilities.argmax(axis=1) != labels
    assert 0 < asserted.sum() < len(labels)
    assert wrong[asserted].mean() <= 0.05
