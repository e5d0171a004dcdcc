"""Every seed predicts from its own place, once."""

import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.measure import predict as predictions
from benchmarks.predictions import Predictions
from pipeline import artifacts
from pipeline.candidates import Candidate
from pipeline.stages import LIBRARY_FILE, PLACE_FILE, Place


@pytest.fixture
def space(monkeypatch):
    """A workspace without tools, in which a place's predictions are its seed, twenty times over."""
    predicted = []
    meeting = threading.Barrier(2, timeout=10)

    def predict(lune, place, model, images):
        meeting.wait()  # so that it ends only where two predict side by side
        seed = int(place.read_text())
        predicted.append((model, seed))
        return Predictions(
            np.full(20, seed), np.zeros((20, 10)), np.zeros(20, bool), np.ones(20, int)
        )

    def make(folder, what, inputs, make, tools):
        artifacts.run_stage(folder, inputs, lambda new: make(new, lambda share, detail: None))
        return folder

    monkeypatch.setattr(predictions, "predict", predict)
    tools = SimpleNamespace(path=Path, version=lambda name: "1")
    dataset = SimpleNamespace(fingerprint="0", x_test=np.zeros(0, np.uint8))
    return SimpleNamespace(make=make, tools=tools, dataset=dataset, predicted=predicted)


def place(folder, name, seed):
    stage = folder / name / f"seed-{seed}" / "place"

    def make(new):
        (new / PLACE_FILE).write_text(str(seed), encoding="utf-8")
        (new / LIBRARY_FILE).write_text(f'"{seed}"', encoding="utf-8")

    artifacts.run_stage(stage, {}, make)
    architecture = SimpleNamespace(name=name, title=f"{name}, seed {seed}")
    return Place(architecture, stage, None)


@pytest.fixture
def candidates(tmp_path):
    first, *repeats = (place(tmp_path, "often", seed) for seed in (7, 8, 9))
    return [Candidate(first, None, tuple(repeats)), Candidate(place(tmp_path, "once", 3), None)]


def labels(folders):
    return [[int(predictions.read(folder).labels[0]) for folder in family] for family in folders]


def test_the_seed_that_ships_comes_first_and_every_repeat_predicts(space, candidates):
    assert labels(predictions.predict_all(candidates, space)) == [[7, 8, 9], [3]]


def test_a_seed_that_has_predicted_does_not_again(space, candidates):
    first = predictions.predict_all(candidates, space)
    assert predictions.predict_all(candidates, space) == first
    assert len(space.predicted) == 4


def test_predictions_are_read_back_as_they_were(tmp_path):
    random = np.random.default_rng(0)
    given = Predictions(
        random.integers(0, 10, 5), random.random((5, 10)), random.random(5) < 0.5, np.ones(5, int)
    )
    predictions.write(given, tmp_path / predictions.PREDICTIONS_FILE)
    for name, array in vars(predictions.read(tmp_path)).items():
        np.testing.assert_array_equal(array, vars(given)[name])
