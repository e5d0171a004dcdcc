"""A place is held to the golden answers that travel with its networks."""

import json
from pathlib import Path

import numpy as np
import pytest
from luau_engine import NETWORKS

from pipeline.command import run
from pipeline.errors import PocketDigitsError
from pipeline.export import GOLDEN_FILE

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "luau" / "golden.luau"


@pytest.fixture
def golden(tmp_path):
    images = np.random.default_rng(5).integers(0, 256, (4, 28, 28), dtype=np.uint8)
    probabilities = NETWORKS["hidden"].expected(images.reshape(4, 784) / 255)
    NETWORKS["hidden"].write(tmp_path, "hidden", images, probabilities.astype(np.float32))
    return tmp_path / GOLDEN_FILE


def edited(golden, edit):
    document = json.loads(golden.read_text())
    edit(document)
    golden.write_text(json.dumps(document))
    return golden


def test_place_gives_the_golden_answers(lune, built_place, golden):
    run(lune, "run", SCRIPT, built_place, golden)


def test_answer_that_is_missed_names_network_image_and_both_values(lune, built_place, golden):
    def edit(document):
        document["predictions"][2]["probabilities"][7] = 0.125

    with pytest.raises(PocketDigitsError, match="exit code 1") as error:
        run(lune, "run", SCRIPT, built_place, edited(golden, edit))
    missed = "hidden, golden image 3, digit 7: the place says 0."
    assert missed in str(error.value)
    assert "Keras says 0.125" in str(error.value)


def test_difference_of_less_than_a_ten_thousandth_is_no_miss(lune, built_place, golden):
    def edit(document):
        document["predictions"][0]["probabilities"][0] += 0.9e-4

    run(lune, "run", SCRIPT, built_place, edited(golden, edit))


def test_second_file_is_checked_too(lune, built_place, golden, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(golden.read_text())

    def edit(document):
        document["predictions"][0]["probabilities"][0] += 0.2

    with pytest.raises(PocketDigitsError, match="golden image 1, digit 0"):
        run(lune, "run", SCRIPT, built_place, golden, edited(other, edit))


def test_network_that_the_place_lacks_fails(lune, built_place, golden):
    def edit(document):
        document["model"] = "absent"

    with pytest.raises(PocketDigitsError, match='there is no network "absent"'):
        run(lune, "run", SCRIPT, built_place, edited(golden, edit))
