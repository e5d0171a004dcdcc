"""What others have published, and that the baseline is built like it."""

import re
from itertools import pairwise

from benchmarks import lune
from benchmarks.report import rivals
from pipeline import config

TINYMNIST = rivals.load().tinymnist


def test_tinymnists_figures_follow_from_its_layers():
    assert (TINYMNIST.macs, TINYMNIST.parameters) == (203_264, 203_530)
    assert TINYMNIST.weight_bytes == 814_120


def test_the_baseline_has_its_layers():
    text = (lune.SCRIPTS / "baseline.luau").read_text()
    layers = re.findall(r"newLayer\((\d+), (\d+)\)", text)
    assert [tuple(map(int, each)) for each in layers] == list(pairwise(TINYMNIST.layers))


def test_our_mlp_256_does_its_work():
    assert config.load().architectures["mlp-256"].macs == TINYMNIST.macs
