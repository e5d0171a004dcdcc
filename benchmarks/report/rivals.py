"""What others have published about MNIST: `rivals.yaml`, to be shown beside our measurements."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipeline import yaml_file
from pipeline.architecture import Share
from pipeline.layers import Strict

FILE = Path(__file__).with_name("rivals.yaml")
FLOAT32_BYTES = 4


class TinyMnist(Strict):
    """A dense network in Luau as it is usually written: the baseline's shape and way."""

    source: str
    accuracy: Share
    layers: Annotated[tuple[int, ...], Field(min_length=2)]
    luau_bytes: int
    load_ms: float

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one inference."""
        return sum(inputs * outputs for inputs, outputs in pairwise(self.layers))

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.macs + sum(self.layers[1:])

    @property
    def weight_bytes(self) -> int:
        """Bytes of its float32 parameters in binary, which it writes as numbers in decimal."""
        return FLOAT32_BYTES * self.parameters


class Point(Strict):
    """One published network."""

    weight_bytes: int
    accuracy: Share


class BitNetMcu(Strict):
    """Convolutional networks of low-bit weights for microcontrollers."""

    source: str
    points: tuple[Point, ...]


class Rivals(Strict):
    """The whole of `rivals.yaml`."""

    tinymnist: TinyMnist
    bitnetmcu: BitNetMcu


def load() -> Rivals:
    """Read `rivals.yaml`."""
    return Rivals.model_validate(yaml_file.read(FILE).value)
