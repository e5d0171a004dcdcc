"""Networks that players taught in the game become candidates."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from luau_engine import SOURCE, quantized_network

from benchmarks.__main__ import app
from pipeline import taught
from pipeline.command import run
from pipeline.datasets import synthetic
from pipeline.datasets.dataset import Dataset
from pipeline.errors import PocketDigitsError
from pipeline.export import model_module
from pipeline.stages import Quantized

SCRIPT = Path(__file__).parents[1] / "luau" / "taught.luau"


def text(values):
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()


def perceptron(**changes):
    rng = np.random.default_rng(0)
    return {
        "format": taught.NETWORK,
        "version": 1,
        "layers": [784, 10],
        "activation": "sigmoid",
        "output": "softmax",
        "weights": [text(rng.normal(0, 0.1, (784, 10)))],
        "biases": [text(rng.normal(0, 0.1, 10))],
        **changes,
    }


def written(folder, document):
    file = folder / "network.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def refusal(file):
    with pytest.raises(PocketDigitsError) as refused:
        taught.read(file)
    assert str(file) in str(refused.value)
    return str(refused.value)


def test_an_exported_network_predicts_the_same_as_a_model(lune, built_place, engine, tmp_path):
    for result in json.loads(run(lune, "run", SCRIPT, built_place)):
        network = taught.read(written(tmp_path, result["lesson"]))
        module = model_module(quantized_network("taught", network.layers), SOURCE)
        (answer,) = engine.ask(module, [result["image"]])["answers"]
        np.testing.assert_allclose(answer, result["probabilities"], atol=1e-5)


def test_a_network_is_read_with_and_without_its_lesson(tmp_path):
    alone = taught.read(written(tmp_path, perceptron()))
    lesson = {"format": taught.LESSON, "kind": "scratch", "network": perceptron()}
    within = taught.read(written(tmp_path, lesson))
    for one, other in zip(alone.layers, within.layers, strict=True):
        np.testing.assert_array_equal(one.weights.kernel, other.weights.kernel)


def test_a_candidate_is_calibrated_and_predicts_like_any_other(tmp_path):
    network = taught.read(written(tmp_path, perceptron()))
    architecture = network.architecture("taught")
    images, digits = synthetic.generate(400, seed=3)
    dataset = Dataset("synthetic", "0", images[:300], digits[:300], images[300:], digits[300:])
    taught._write(architecture, network.layers, dataset, tmp_path, lambda *_: None)
    quantized = Quantized(architecture, tmp_path)
    ready = quantized.network
    assert ready.parameters == 7850
    assert ready.dataset == "a player's corrections"
    assert ready.number_formats == ("float32",)
    # Calibration scales all weights alike, so no prediction changes.
    (layer,) = network.layers
    flat = images[300:].reshape(100, 784) / np.float32(255)
    logits = flat @ layer.weights.kernel + layer.weights.bias
    np.testing.assert_array_equal(quantized.test_probabilities.argmax(1), logits.argmax(1))


def test_a_missing_file_is_named(tmp_path):
    assert "No such file" in refusal(tmp_path / "nothing.json")


def test_a_file_that_is_not_json_is_refused(tmp_path):
    file = tmp_path / "network.json"
    file.write_text("return {}", encoding="utf-8")
    assert "not JSON" in refusal(file)


DAMAGED = {
    "another format": ({"format": "brain"}, "format is 'brain'"),
    "another version": ({"version": 2}, "version"),
    "an unknown key": ({"magic": 1}, "magic"),
    "other inputs": ({"layers": [100, 10]}, "expected 784, …, 10"),
    "no units": ({"layers": [784, 0, 10]}, "layers has 0 units"),
    "an output that is no probability": ({"output": "linear"}, "output"),
    "weights that are missing": ({"weights": []}, "weights[1] is missing"),
    "weights that are cut": (
        {"weights": [text(np.zeros(7839))]},
        "7839 numbers, expected 784 × 10",
    ),
    "biases that are no base64": ({"biases": ["?"]}, "biases[1] is no base64"),
    "biases that are NaN": ({"biases": [text([np.nan] * 10)]}, "number [0] is nan"),
}


@pytest.mark.parametrize(("changes", "expected"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_network_is_refused_with_the_reason(changes, expected, tmp_path):
    assert expected in refusal(written(tmp_path, perceptron(**changes)))


@pytest.mark.parametrize("document", [None, [], 5, "text"])
def test_any_other_json_is_refused(document, tmp_path):
    assert "format is" in refusal(written(tmp_path, document))


def test_a_personalised_network_is_refused(tmp_path):
    lesson = {"format": taught.LESSON, "kind": "personal", "model": "best"}
    assert "taught from scratch" in refusal(written(tmp_path, lesson))


def test_an_invalid_name_is_refused():
    network = taught.Taught((), "0")
    with pytest.raises(PocketDigitsError, match="--name"):
        network.architecture("Not A Name")


@pytest.mark.parametrize("name", ["perceptron", "best"])
def test_judge_refuses_the_name_of_an_architecture(name, tmp_path, capsys):
    file = written(tmp_path, perceptron())
    with pytest.raises(SystemExit):
        app(["judge", str(file), "--name", name, "--build", str(tmp_path)])
    assert "is an architecture" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize("name", ["../x", "release", ""])
def test_judge_refuses_a_name_without_a_folder_before_it_gets_any_data(name, tmp_path, capsys):
    build = tmp_path / "build"
    with pytest.raises(SystemExit):
        app(["judge", str(written(tmp_path, perceptron())), "--name", name, "--build", str(build)])
    assert f"the name {name!r} cannot be used" in capsys.readouterr().err.replace("\n", " ")
    assert not build.exists()
