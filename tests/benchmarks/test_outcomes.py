"""What a report keeps of predictions gives the accuracies that it tells."""

from types import SimpleNamespace

import numpy as np

from benchmarks.drawings.metrics import DrawingPredictions
from benchmarks.measure.outcomes import outcomes
from benchmarks.predictions import Predictions

LABELS = np.array([3, 3, 1, 9], np.uint8)
DATASET = SimpleNamespace(x_test=np.zeros((4, 28, 28), np.uint8), y_test=LABELS)


def predictions(*digits):
    count = len(digits)
    return Predictions(
        np.array(digits), np.full((count, 10), 0.1), np.zeros(count, bool), np.ones(count, int)
    )


def drawn(*digits):
    """Three drawings at the usual size, and one of them once more, smaller."""
    return DrawingPredictions(
        drawing=np.array([0, 1, 2, 0]),
        size=np.array([20, 20, 20, 8]),
        digit=np.array([5, 6, 7, 5], np.uint8),
        writer=np.array([1, 1, 2, 1]),
        **vars(predictions(*digits)),
        numbers=(),
    )


def test_right_predictions_and_confusion_are_over_the_test_images_in_their_order():
    kept = outcomes(predictions(3, 8, 1, 9), DATASET, None)
    assert kept.test.array.tolist() == [True, False, True, True]
    assert kept.confusion[3][3] == kept.confusion[3][8] == kept.confusion[1][1] == 1
    assert sum(map(sum, kept.confusion)) == 4
    assert kept.drawings is None


def test_drawings_are_those_of_the_usual_size():
    kept = outcomes(predictions(3, 3, 1, 9), DATASET, drawn(5, 0, 7, 0))
    assert kept.drawings.array.tolist() == [True, False, True]


def test_the_images_are_the_same_whatever_is_predicted():
    one = outcomes(predictions(3, 3, 1, 9), DATASET, drawn(5, 6, 7, 5))
    two = outcomes(predictions(0, 0, 0, 0), DATASET, drawn(0, 0, 0, 0))
    assert (one.test.images, one.drawings.images) == (two.test.images, two.drawings.images)
