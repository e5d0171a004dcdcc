"""A configuration of the perceptron alone, whose smoke recipe takes seconds."""

import re

from pipeline.config import ARCHITECTURES

NETWORK = "perceptron"
SMALL = {
    "train_images: 12000": "train_images: 600",
    "test_images: 1000": "test_images: 100",
    "epochs: 6": "epochs: 2",
}


def write(folder, changes=None):
    """Write it into `folder`, with `changes` of its text besides, and return its path."""
    recipes, networks = ARCHITECTURES.read_text(encoding="utf-8").split("\narchitectures:\n")
    (entry,) = re.findall(rf"^  {NETWORK}:\n(?:   .*\n|\n)+", networks, re.MULTILINE)
    text = f"{recipes}\narchitectures:\n{entry}"
    for usual, other in (SMALL | (changes or {})).items():
        assert usual in text
        text = text.replace(usual, other)
    path = folder / "architectures.yaml"
    path.write_text(text, encoding="utf-8")
    return path
