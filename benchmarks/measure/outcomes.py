"""What a report keeps of a network's predictions, image by image: the proof of its accuracies."""

import base64
import hashlib

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from benchmarks.drawings import pendigits
from benchmarks.drawings.metrics import DrawingPredictions
from benchmarks.predictions import Confusion, Predictions, confusion
from pipeline.datasets.dataset import Dataset
from pipeline.layers import Strict


class Correct(Strict):
    """Which of `count` images are read right; `images` is their fingerprint."""

    images: str
    count: int = Field(gt=0)
    bits: str = Field(description="base64, eight images a byte, the first in the highest bit")

    @classmethod
    def of(cls, images: str, correct: NDArray[np.bool_]) -> "Correct":
        """Pack (n,) predictions that are right or wrong."""
        bits = base64.b64encode(np.packbits(correct).tobytes()).decode("ascii")
        return cls(images=images, count=len(correct), bits=bits)

    @property
    def array(self) -> NDArray[np.bool_]:
        """The (n,) predictions again."""
        packed = np.frombuffer(base64.b64decode(self.bits), np.uint8)
        return np.unpackbits(packed, count=self.count).astype(bool)

    @model_validator(mode="after")
    def _as_many_bits_as_images(self) -> "Correct":
        found, expected = len(base64.b64decode(self.bits, validate=True)), -(-self.count // 8)
        if found != expected:
            raise ValueError(f"{found} bytes for {self.count} images, expected {expected}")
        return self


class Outcomes(Strict):
    """Which test images and drawings the network that ships reads right.

    Two runs are compared by them, on the same images; `drawings` is None where there were none.
    """

    test: Correct
    confusion: Confusion
    drawings: Correct | None


def outcomes(shipped: Predictions, dataset: Dataset, drawn: DrawingPredictions | None) -> Outcomes:
    """Join a network's predictions of the test images and of what people drew."""
    labels, drawings = dataset.y_test, None
    images = images_fingerprint(dataset.x_test, labels)
    if drawn is not None:
        usual, source = drawn.usual, np.array(pendigits.SHA256)
        people = images_fingerprint(source, usual.drawing, usual.digit, usual.writer)
        drawings = Correct.of(people, usual.correct)
    return Outcomes(
        test=Correct.of(images, shipped.labels == labels),
        confusion=confusion(shipped.labels, labels),
        drawings=drawings,
    )


def images_fingerprint(*arrays: NDArray[np.generic]) -> str:
    """Return the SHA-256 of images, or what they are made from, and labels."""
    sha256 = hashlib.sha256()
    for array in arrays:
        sha256.update(f"{array.dtype.str}{array.shape}".encode())
        sha256.update(np.ascontiguousarray(array).tobytes())
    return sha256.hexdigest()
