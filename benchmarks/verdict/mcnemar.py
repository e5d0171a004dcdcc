"""Whether one network reads the same images worse than another, or chance explains it.

McNemar (1947), exact: of the images that only one of the two reads right, each falls to either
with even chance when neither is better. Images that both read right, or both wrong, say nothing.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Paired:
    """Images that only the earlier network read right (`lost`), or only the later (`gained`).

    `p` is the chance of at least as many lost when the later is no worse.
    """

    lost: int
    gained: int

    @property
    def p(self) -> float:
        """The one-sided p-value, 1 where the two never differ."""
        differing = self.lost + self.gained
        tail = sum(comb(differing, count) for count in range(self.lost, differing + 1))
        return float(tail / 2**differing)


def paired(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> Paired:
    """Compare (n,) right or wrong predictions of the same n images, in the same order."""
    return Paired(lost=int(np.sum(before & ~after)), gained=int(np.sum(~before & after)))
