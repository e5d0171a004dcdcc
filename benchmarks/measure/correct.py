"""Which images a network read right, one by one, as text short enough to keep of every run."""

from __future__ import annotations

import base64
import hashlib

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic import model_validator as validator

from pipeline.layers import Strict


class Right(Strict):
    """Which of `count` images were read right; `images` is the hash of what they were."""

    images: str
    count: int = Field(gt=0)
    bits: str = Field(description="base64, eight images a byte, the first in the highest bit")

    @classmethod
    def of(cls, images: str, right: NDArray[np.bool_]) -> Right:
        """Pack (n,) answers that are right or not."""
        bits = base64.b64encode(np.packbits(right).tobytes()).decode("ascii")
        return cls(images=images, count=len(right), bits=bits)

    @property
    def array(self) -> NDArray[np.bool_]:
        """The (n,) answers again."""
        packed = np.frombuffer(base64.b64decode(self.bits), np.uint8)
        return np.unpackbits(packed, count=self.count).astype(bool)

    @validator(mode="after")
    def _as_many_bits_as_images(self) -> Right:
        found, expected = len(base64.b64decode(self.bits, validate=True)), -(-self.count // 8)
        if found != expected:
            raise ValueError(f"{found} bytes for {self.count} images, expected {expected}")
        return self


def images_hash(*arrays: NDArray[np.generic]) -> str:
    """Return the SHA-256 of what was shown: the images, or what they are made from, and labels."""
    sha256 = hashlib.sha256()
    for array in arrays:
        sha256.update(f"{array.dtype.str}{array.shape}".encode())
        sha256.update(np.ascontiguousarray(array).tobytes())
    return sha256.hexdigest()
