"""A small configuration, and what is said of it once a text in it is replaced."""

import pytest

from pipeline import config
from pipeline.errors import PocketDigitsError

SAMPLE = """\
recipes:
  standard: {about: the usual one}
architectures:
  perceptron:
    about: one layer
    layers:
      - {type: flatten}
      - {type: dense, units: 10, activation: sigmoid}
    number_format: int8
    training: {epochs: 15, batch_size: 128, learning_rate: 0.01, seed: 1}
    limits:
      accuracy: {at_least: {mnist: 0.9}, reason: as good as ever}
      model_luau_bytes:
        at_most: 12000
        reason: what it takes
      cost_ratio: {at_most: 0.01, reason: it is small}
  mlp-64:
    about: two layers
    layers:
      - {type: flatten}
      - {type: dense, units: 64, activation: relu}
      - {type: dense, units: 10, activation: softmax}
    number_format: int8
    training: {epochs: 20, batch_size: 128, learning_rate: 0.01, seed: 1}
    limits:
      accuracy: {at_least: {mnist: 0.9}, reason: as good as ever}
      model_luau_bytes: {at_most: 70000, reason: what it takes}
      cost_ratio: {at_most: 0.03, reason: it is not large}
"""


@pytest.fixture
def refused(tmp_path):
    """Load the sample with one text replaced, and return the error's message."""

    def load(old: str, new: str) -> str:
        assert old in SAMPLE
        path = tmp_path / "architectures.yaml"
        path.write_text(SAMPLE.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(PocketDigitsError) as error:
            config.load(path)
        return str(error.value).removeprefix(f"{path}:")

    return load


def line_of(text: str) -> int:
    return SAMPLE[: SAMPLE.index(text)].count("\n") + 1
