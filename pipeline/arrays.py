"""Array types, named by the type of their numbers."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Uint8: TypeAlias = NDArray[np.uint8]  # pixels of 0 paper … 255 ink, and labels
Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]
