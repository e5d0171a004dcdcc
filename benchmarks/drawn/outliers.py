"""Letters and shapes as a player draws them: other ones than any network has learned from.

Pure and seeded: the same drawings every time.
"""

from __future__ import annotations

import numpy as np

from benchmarks.drawn.compose import Number
from benchmarks.drawn.drawings import CANVAS, USUAL_SIZE, placed
from benchmarks.drawn.figures import OUTLIER
from pipeline.datasets.outliers import JUDGED_BY, strokes

EACH = 40
SEED = 3


def drawings() -> list[Number]:
    """Draw every letter and shape EACH times; what is `written` is its name."""
    random = np.random.default_rng(SEED)
    return [
        Number(name, OUTLIER, placed(drawn, USUAL_SIZE / CANVAS, random))
        for name, way in JUDGED_BY.items()
        for drawn in strokes(way, EACH, SEED)
    ]
