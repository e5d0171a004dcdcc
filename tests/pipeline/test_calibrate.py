"""The temperature of a network, and the threshold below which predictions are uncertain."""

import numpy as np
import pytest

from pipeline import quantize
from pipeline.calibrate import temperature, tempered, uncertain_below
from pipeline.config import load
from pipeline.datasets import synthetic
from pipeline.datasets.dataset import Dataset
from pipeline.layers import Dense, Flatten
from pipeline.weights import QuantizedLayer, QuantizedWeights, bfloat16


def predictions(*confidences_and_correct: tuple[float, bool]):
    """Return predictions of digit 0 with these confidences, and labels for correct or wrong."""
    probabilities = np.zeros((len(confidences_and_correct), 10), np.float32)
    probabilities[:, 0] = [confidence for confidence, _ in confidences_and_correct]
    labels = np.array([0 if correct else 1 for _, correct in confidences_and_correct], np.uint8)
    return probabilities, labels


def test_the_threshold_is_the_lowest_confidence_with_few_enough_errors_above_it():
    probabilities, labels = predictions((0.9, True), (0.8, True), (0.7, True), (0.6, False))
    assert uncertain_below(probabilities, labels, max_error=0.1) == pytest.approx(0.7)


def test_without_errors_nothing_is_uncertain():
    probabilities, labels = predictions((0.9, True), (0.3, True))
    assert uncertain_below(probabilities, labels) == pytest.approx(0.3, abs=1e-4)


def test_when_even_the_most_confident_are_wrong_everything_is_uncertain():
    probabilities, labels = predictions((0.9, False), (0.3, True))
    assert uncertain_below(probabilities, labels) > 1


def test_at_most_the_given_share_of_confident_predictions_is_wrong():
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.full(10, 0.2), 5000).astype(np.float32)
    labels = (probabilities.cumsum(axis=1) > random.random((5000, 1))).argmax(axis=1)
    threshold = uncertain_below(probabilities, labels.astype(np.uint8), max_error=0.05)
    confident = probabilities.max(axis=1) >= threshold
    wrong = probabilities.argmax(axis=1) != labels
    assert 0 < confident.sum() < len(labels)
    assert wrong[confident].mean() <= 0.05


def confident_logits(random, count, sharpness):
    """Return logits whose softmax at temperature `sharpness` is true, and labels drawn from it."""
    logits = random.normal(0, 3, (count, 10))
    truth = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (truth.cumsum(axis=1) > random.random((count, 1))).argmax(axis=1).astype(np.uint8)
    return logits * sharpness, labels


def softmax(logits):
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("sharpness", [0.4, 1, 3])
def test_the_temperature_of_a_softmax_undoes_over_and_under_confidence(sharpness):
    logits, labels = confident_logits(np.random.default_rng(0), 4000, sharpness)
    assert temperature(softmax(logits), labels, "softmax") == pytest.approx(sharpness, rel=0.1)


@pytest.mark.parametrize("sharpness", [0.4, 3])
def test_the_temperature_of_sigmoids_undoes_over_and_under_confidence(sharpness):
    random = np.random.default_rng(0)
    top = random.uniform(0, 3, 4000)
    right = random.random(4000) < 1 / (1 + np.exp(-top))
    logits = np.full((4000, 10), -9.0)
    logits[:, 0] = top * sharpness
    probabilities = (1 / (1 + np.exp(-logits))).astype(np.float32)
    labels = np.where(right, 0, 1).astype(np.uint8)
    assert temperature(probabilities, labels, "sigmoid") == pytest.approx(sharpness, rel=0.15)


def test_a_network_that_is_always_correct_becomes_more_confident_and_stays_finite():
    probabilities, labels = predictions((0.9, True), (0.8, True))
    assert 0 < temperature(probabilities, labels, "softmax") < 1


@pytest.mark.parametrize("number_format", ["float32", "int8", "ternary"])
def test_a_temperature_divides_the_logits_and_nothing_else(number_format):
    random = np.random.default_rng(1)
    ternary = random.integers(-1, 2, (4, 10)).astype(np.int8)
    if number_format == "float32":
        weights = QuantizedWeights(
            number_format,
            random.normal(size=(4, 10)).astype(np.float32),
            np.empty(0, np.float32),
            random.normal(size=10).astype(np.float32),
        )
    else:
        scale, bias = (bfloat16(random.uniform(0.1, 1, 10).astype(np.float32)) for _ in range(2))
        weights = QuantizedWeights(number_format, ternary, scale, bias)
    flat = QuantizedLayer(Flatten(type="flatten"), (2, 2, 1), (4,), None)
    dense = Dense(type="dense", units=10, activation="softmax")
    last = QuantizedLayer(dense, (4,), (10,), weights)
    first, divided = tempered([flat, last], 2.0)
    inputs = random.normal(size=(5, 4)).astype(np.float32)
    before = inputs @ weights.kernel + weights.bias
    after = inputs @ divided.weights.kernel + divided.weights.bias
    np.testing.assert_allclose(after, before / 2, rtol=1e-6)
    assert first is flat
    assert divided.weights.levels.dtype == weights.levels.dtype
    assert divided.weights.scale.size == weights.scale.size


def test_the_threshold_is_chosen_on_drawings_alone(tmp_path, monkeypatch):
    images, digits = synthetic.generate(240, seed=3)
    dataset = Dataset("synthetic", "0", images, digits, images[:10], digits[:10])
    chosen_on = []

    def choose(probabilities, digits):
        chosen_on.append((probabilities, digits))
        return 0.5

    monkeypatch.setattr(quantize, "uncertain_below", choose)
    kernel = np.random.default_rng(0).normal(0, 0.1, (784, 10)).astype(np.float32)
    quantize.write_calibrated(
        load().architectures["perceptron"],
        [
            QuantizedLayer(Flatten(type="flatten"), (28, 28, 1), (784,), None),
            QuantizedLayer(
                Dense(type="dense", units=10, activation="sigmoid"),
                (784,),
                (10,),
                QuantizedWeights("float32", kernel, np.empty(0, np.float32), np.zeros(10, "f4")),
            ),
        ],
        "synthetic",
        dataset,
        tmp_path,
    )
    ((probabilities, digits),) = chosen_on
    _, drawn = synthetic.generate(20, quantize.DRAWN_SEED, evenly=True)  # one per validation image
    np.testing.assert_array_equal(digits, drawn)
    assert probabilities.shape == (20, 10)
