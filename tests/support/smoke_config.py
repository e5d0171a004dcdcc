"""A configuration of the first network alone, whose smoke recipe takes seconds."""

from pipeline import config
from pipeline.config import ARCHITECTURES

SMALL = {
    "train_images: 12000": "train_images: 600",
    "test_images: 1000": "test_images: 100",
    "epochs: 6": "epochs: 2",
}


def write(folder, changes=None):
    """Write it into `folder`, with `changes` of its text besides, and return its path."""
    _, second, *_ = config.load().architectures
    text = ARCHITECTURES.read_text(encoding="utf-8").split(f"\n  {second}:")[0]
    for usual, other in (SMALL | (changes or {})).items():
        assert usual in text
        text = text.replace(usual, other)
    path = folder / "architectures.yaml"
    path.write_text(text + "\n", encoding="utf-8")
    return path
