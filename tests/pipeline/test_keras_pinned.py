"""Whatever a user has set for Keras or TensorFlow, a network gets the same weights."""

import json
import os
import sys
from unittest.mock import patch

import numpy as np
import pytest

from pipeline.workers import workers

NETWORK = {
    "name": "net",
    "about": "a network",
    "layers": [  # a convolution, for the order of channels
        {"type": "conv2d", "filters": 2, "kernel_size": 5, "strides": 4},
        {"type": "flatten"},
        {"type": "dense", "units": 10, "activation": "softmax"},
    ],
    "number_format": "int8",
    "training": {"epochs": 1, "batch_size": 64, "learning_rate": 0.01, "seed": 1},
}
PURGED = ("keras", "pipeline")
USUAL = {
    "backend": "tensorflow",
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
}


def ignore(share, detail):
    pass


def write(folder, update):
    """Train a network on noise, and write it; the imports load Keras, if it is not loaded."""
    from pipeline.architecture import Architecture  # noqa: PLC0415
    from pipeline.datasets.dataset import Dataset  # noqa: PLC0415
    from pipeline.train import train  # noqa: PLC0415

    images = np.random.default_rng(1).integers(0, 256, (128, 28, 28), np.uint8)
    digits = np.arange(128, dtype=np.uint8) % 10
    noise = Dataset("synthetic", "digest", images, digits, images, digits)
    train(Architecture(**NETWORK), noise, update).write(folder)


def weights(folder):
    return (folder / "weights.safetensors").read_bytes()


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("usual")
    write(folder, ignore)
    return weights(folder)


@pytest.mark.parametrize(
    "settings",
    [
        {"backend": "jax", "floatx": "float16", "nnx_enabled": True},
        {"backend": "torch", "floatx": "float64", "epsilon": 0.1},
        {"image_data_format": "channels_first"},
        {"floatx": "bfloat16"},
        ["no settings at all"],
    ],
    ids=json.dumps,
)
def test_a_keras_json_changes_no_weight_and_stays_as_it_is(settings, usual, tmp_path, monkeypatch):
    text = json.dumps(USUAL | settings if isinstance(settings, dict) else settings)
    (tmp_path / "keras.json").write_text(text)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    loaded = {name: each for name, each in sys.modules.items() if name.split(".")[0] not in PURGED}
    with patch.dict(sys.modules, loaded, clear=True):  # so that Keras is loaded again
        write(tmp_path, ignore)
    assert weights(tmp_path) == usual
    assert (tmp_path / "keras.json").read_text() == text
    assert os.environ["KERAS_HOME"] == str(tmp_path)


def test_a_worker_trains_the_same_silently_whatever_the_environment(
    usual, tmp_path, monkeypatch, capfd
):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setenv("KERAS_NNX_ENABLED", "true")
    monkeypatch.setenv("KERAS_MAX_EPOCHS", "many")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit")
    with workers() as pool:
        pool.run(write, tmp_path, update=ignore)
    assert weights(tmp_path) == usual
    assert capfd.readouterr().err == ""
