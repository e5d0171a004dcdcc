"""Wall time of each stage of each trained network, in pytest-benchmark's terms.

`nox -s latency` runs it; `nox -s tests` does not collect it. Groups are stages, and
`--benchmark-group-by=param:network` makes them networks.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from lune_clock import LuneClock

from benchmarks.drawings.placement import packed
from benchmarks.measure.stimuli import IMAGES, SEED, with_a_touch
from pipeline import config, export
from pipeline.datasets import synthetic
from pipeline.datasets.glyphs import STYLES
from pipeline.datasets.splines import parse_strokes
from pipeline.place import build_place
from pipeline.quantized_network import WEIGHTS_FILE, QuantizedNetwork
from pipeline.stages import PLACE_FILE

BUILD = Path(os.environ.get("POCKET_DIGITS_BUILD", "build")).resolve()
NETWORKS = config.load().architectures
ROUNDS, WARM_UP = 25, 3
SLOW_ROUNDS = 5  # of what starts programs
CLOCK = LuneClock()


def stage(name, **options):
    return pytest.mark.benchmark(group=name, **options)


def in_lune(name):
    return stage(name, timer=CLOCK)


def seed_folder(network):
    folder = BUILD / network / f"seed-{NETWORKS[network].training.seed}"
    if not (folder / "place" / PLACE_FILE).is_file():
        pytest.skip(f"{folder} has no place; run `nox -s benchmark -- {network}` first")
    return folder


@pytest.fixture(scope="session")
def material(tmp_path_factory):
    """Return the files of images and drawings that all networks work on."""
    folder = tmp_path_factory.mktemp("material")
    images, _ = synthetic.generate(IMAGES, SEED)
    (folder / "images").write_bytes(images.tobytes() + with_a_touch(images).tobytes())
    usual = (max(styles, key=lambda style: style[1])[0] for styles in STYLES)
    drawn = [
        [(stroke.curve @ stroke.controls).astype(np.float32) for stroke in parse_strokes(style)]
        for style in usual
    ]
    (folder / "drawings").write_bytes(packed(drawn))
    return folder


@pytest.fixture(scope="module", params=NETWORKS)
def network(request, lune, material):
    """Open one network's place in a Lune of its own, and return the network's name."""
    place = seed_folder(request.param) / "place" / PLACE_FILE
    files = (material / "images", material / "drawings")
    CLOCK.start(lune, place, *files, dict(os.environ))
    yield request.param
    CLOCK.stop()


def timed(benchmark, name, model):
    benchmark.pedantic(CLOCK.ask, (name, model), rounds=ROUNDS, warmup_rounds=WARM_UP)


@in_lune("load")
def test_load(benchmark, network):
    timed(benchmark, "load", network)


@in_lune("predict")
def test_predict(benchmark, network):
    timed(benchmark, "predict", network)


@in_lune("predict")
def test_predict_the_usual_way(benchmark, network):
    timed(benchmark, "predict", "baseline")


@in_lune("redraw")
def test_redraw(benchmark, network):
    timed(benchmark, "redraw", network)


@in_lune("render")
def test_render(benchmark, network):
    timed(benchmark, "render", network)


@in_lune("read")
def test_read(benchmark, network):
    timed(benchmark, "read", network)


@in_lune("learn")
def test_learn(benchmark, network):
    timed(benchmark, "learn", network)


@in_lune("learn")
def test_learn_from_scratch(benchmark, network):
    timed(benchmark, "learn", "scratch")


@stage("export")
@pytest.mark.parametrize("network", NETWORKS)
def test_export(benchmark, network):
    shipped = QuantizedNetwork.load(seed_folder(network) / "quantized" / WEIGHTS_FILE)
    benchmark.pedantic(export.model_module, (shipped, "0" * 64), rounds=SLOW_ROUNDS)


@stage("build")
@pytest.mark.parametrize("network", NETWORKS)
def test_build(benchmark, network, rojo, darklua, tmp_path):
    module = seed_folder(network) / "exported" / export.module_file(network)
    arguments = ([module], rojo, darklua, tmp_path / PLACE_FILE)
    benchmark.pedantic(build_place, arguments, rounds=SLOW_ROUNDS)
