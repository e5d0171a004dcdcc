"""The dataset that a run trains and measures with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.arrays import Uint8

DatasetName = Literal["mnist", "synthetic"]
VALIDATION_SHARE = 1 / 12  # of the training images, at their end: 5,000 of MNIST's 60,000


@dataclass(frozen=True)
class Dataset:
    """Images of 0 paper … 255 ink and their labels; `fingerprint` covers all of them."""

    name: DatasetName
    fingerprint: str
    x_train: Uint8  # (n, 28, 28)
    y_train: Uint8  # (n,)
    x_test: Uint8  # (m, 28, 28)
    y_test: Uint8  # (m,)

    def first(self, train_images: int | None, test_images: int | None) -> Dataset:
        """Return the dataset cut to its first images; `None` keeps them all."""
        if train_images is None and test_images is None:
            return self
        cut = f"{self.fingerprint} {train_images} {test_images}"
        return replace(
            self,
            fingerprint=hashlib.sha256(cut.encode()).hexdigest(),
            x_train=self.x_train[:train_images],
            y_train=self.y_train[:train_images],
            x_test=self.x_test[:test_images],
            y_test=self.y_test[:test_images],
        )

    @property
    def training_split(self) -> tuple[Uint8, Uint8]:
        """The images that weights are fitted to, and their labels."""
        return self.x_train[: self._validation_start], self.y_train[: self._validation_start]

    @property
    def validation_split(self) -> tuple[Uint8, Uint8]:
        """The images that epochs and thresholds are chosen on, and their labels."""
        return self.x_train[self._validation_start :], self.y_train[self._validation_start :]

    @property
    def _validation_start(self) -> int:
        return len(self.x_train) - round(len(self.x_train) * VALIDATION_SHARE)
