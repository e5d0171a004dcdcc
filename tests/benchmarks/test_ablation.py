"""Ablations: each variation goes without one part, and what it reads is told beside the whole."""

import re

import pytest
import smoke_config
from rich.console import Console
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.studies.ablation import run
from benchmarks.studies.ablation.run import Ablation, Metrics, Row
from benchmarks.studies.ablation.table import markdown, table
from benchmarks.studies.ablation.variations import AS_IT_IS, variations
from pipeline import config
from pipeline.errors import PocketDigitsError
from pipeline.layers import NumberFormat

KNOWN = config.load().architectures
METRICS = {"accuracy": 0.9942, "loss": 0.02, "synthetic_accuracy": 0.97, "ood_coverage": 0.075}


def ablation(**changes):
    better = Metrics(weight_bytes=3700, **METRICS)
    worse = better.model_copy(update={"accuracy": 0.9938})
    settings = {
        "architecture": "net",
        "recipe": "standard",
        "dataset": "mnist",
        "validation_images": 5000,
        "synthetic_drawings": 5000,
        "ood_drawings": 840,
        "rows": (Row(variation=AS_IT_IS, seeds=(better, worse)),),
    }
    return Ablation(**settings | changes)


def differences(one, other):
    """Return the dotted keys in which two architectures differ, their names aside."""

    def flat(value, key=""):
        if isinstance(value, dict):
            return {k: v for name in value for k, v in flat(value[name], f"{key}.{name}").items()}
        return {key[1:]: value}

    first, second = (flat(each.model_dump(exclude={"name"})) for each in (one, other))
    return {key for key in first if first[key] != second[key]}


def test_each_variation_of_small_goes_without_one_part():
    small = KNOWN["small"]
    assert {each.what: differences(small, each.architecture) for each in variations(small)} == {
        "as it is": set(),
        "no augmentation": {
            f"training.augment.{each}"
            for each in ("rotation", "scale", "shear", "shift", "elastic")
        },
        "no rotation, scale, shear": {
            f"training.augment.{each}" for each in ("rotation", "scale", "shear")
        },
        "no shift": {"training.augment.shift"},
        "no elastic bending": {"training.augment.elastic"},
        "no label smoothing": {"training.label_smoothing"},
        "no weight decay": {"training.weight_decay"},
        "no rare styles": {"training.rare_style_share"},
        "no OOD drawings": {"training.ood_share"},
        "AdamW for Muon": {"training.optimizer", "training.learning_rate"},
        "float32 weights": {"number_format", "layers"},
        "rounded after training": set(),
        "no test-time augmentation": {"tta_below"},
    }


def test_what_a_network_does_not_have_is_not_taken_away():
    assert [each.what for each in variations(KNOWN["perceptron"])] == [
        *("as it is", "no weight decay", "float32 weights", "rounded after training")
    ]


def test_shift_alone_is_all_the_augmentation_and_listed_once():
    names = [each.what for each in variations(KNOWN["mlp-64"])]
    assert "no augmentation" in names
    assert "no shift" not in names


def test_float32_weights_leave_no_layer_a_format_of_its_own():
    (floats,) = (each for each in variations(KNOWN["small"]) if each.what == "float32 weights")
    formats = [getattr(layer, "number_format", None) for layer in floats.architecture.layers]
    assert formats == [None] * len(formats)


def test_a_float32_network_is_not_ablated_of_its_format():
    floats = KNOWN["perceptron"].model_copy(update={"number_format": "float32"})
    assert "float32" in NumberFormat.__args__
    assert [each.what for each in variations(floats)] == ["as it is", "no weight decay"]


def test_what_differs_after_training_alone_is_not_trained_again():
    learned = {each.what: each.learned for each in variations(KNOWN["small"])}
    assert learned["no test-time augmentation"] == learned[AS_IT_IS] == KNOWN["small"]
    assert learned["rounded after training"] == learned["float32 weights"]


@pytest.mark.parametrize("name", KNOWN)
def test_every_variation_has_a_name_of_its_own_that_a_folder_can_have(name):
    names = [each.architecture.name for each in variations(KNOWN[name])]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][a-z0-9-]*", each) for each in names)


def test_the_table_gives_means_of_seeds_and_their_spread():
    line = "| as it is | 99.40% ± 0.03 | 0.0200 | 97.0% | 7.5% | 3,700 B |"
    assert line in markdown(ablation()).splitlines()
    assert "Means of 2 seeds" in markdown(ablation())


def test_one_seed_has_no_spread():
    (row,) = ablation().rows
    text = markdown(ablation(rows=(Row(variation=AS_IT_IS, seeds=row.seeds[:1]),)))
    assert "±" not in text
    assert "| as it is | 99.42% | 0.0200 |" in text


@pytest.mark.parametrize("text", [None, "{", "{}"], ids=["missing", "truncated", "older"])
def test_figures_that_cannot_be_read_name_the_command_that_makes_them(tmp_path, text):
    path = tmp_path / "ablation.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PocketDigitsError, match=r"ablation\.json.*nox -s ablate"):
        run.load(path)


def test_an_unknown_network_is_refused_before_anything_is_trained(tmp_path):
    result = CliRunner().invoke(app, ["ablate", "nobody", "--build", str(tmp_path)])
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_whole_ablation_is_trained_told_and_repeated_to_the_byte(tmp_path):
    changes = {
        "train_images: 12000": "train_images: 1200",
        "number_format: int8": "number_format: ternary",
    }
    file = smoke_config.write(tmp_path, changes)
    build = tmp_path / "build"
    words = ["ablate", "perceptron", "--recipe", "smoke", "--seeds", "2", "--dataset", "synthetic"]

    def told():
        result = CliRunner().invoke(app, [*words, "--config", str(file), "--build", str(build)])
        assert result.exit_code == 0, result.output
        return result.output, (build / run.ABLATION_FILE).read_bytes()

    output, first = told()
    assert all(each.what in output for each in variations(KNOWN["perceptron"]))
    found = run.load(build / run.ABLATION_FILE)
    assert found.dataset == "synthetic"
    assert found.validation_images == 100
    figures = {row.variation: row.seeds for row in found.rows}
    assert all(len(seeds) == 2 and seeds[0] != seeds[1] for seeds in figures.values())
    (whole, _), (floats, _), (rounded, _) = (
        figures[each] for each in (AS_IT_IS, "float32 weights", "rounded after training")
    )
    assert whole.weight_bytes < floats.weight_bytes > rounded.weight_bytes
    assert not (build / "perceptron-rounded-after-training" / "seed-1" / "trained").exists()
    output, second = told()
    assert second == first
    assert "✓" not in output


def test_the_terminal_is_told_what_the_figures_are_of(capsys):
    Console(width=100).print(table(ablation()))
    output = " ".join(capsys.readouterr().out.split())
    assert "net, and without each part" in output
    assert "5,000 training images of mnist that no weight learned from" in output
