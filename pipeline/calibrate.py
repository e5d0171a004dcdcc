"""The confidence below which an answer is called uncertain, chosen on the validation split."""

import numpy as np
from numpy.typing import NDArray

MOST_WRONG = 0.01


def uncertain_below(
    probabilities: NDArray[np.float32], digits: NDArray[np.uint8], most_wrong: float = MOST_WRONG
) -> float:
    """Return the lowest confidence from which on at most `most_wrong` of the answers are wrong.

    `probabilities` is (n, 10), `digits` (n,). Confidences are those of the answers; where even
    the surest are wrong too often, the result is above 1 and every answer is uncertain.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    order = np.argsort(-confidence, kind="stable")
    wrong = (probabilities.argmax(axis=1) != digits)[order]
    wrong_share = np.cumsum(wrong) / np.arange(1, len(wrong) + 1)
    good = np.flatnonzero(wrong_share <= most_wrong)
    return float(confidence[order][good[-1]]) if len(good) else 2.0
