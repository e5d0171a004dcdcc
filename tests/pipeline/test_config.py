"""architectures.yaml: its contents, and the message for each mistake in it."""

from pathlib import Path

import pytest
from sample_config import SAMPLE, line_of

from pipeline import config
from pipeline.errors import PocketDigitsError


def test_every_network_of_the_shipped_file_runs_under_every_recipe_in_the_files_order():
    shipped = config.load()
    for recipe in shipped.recipes:
        networks = shipped.select([], recipe)
        assert [network.name for network in networks] == list(shipped.architectures)


def test_a_misspelt_key_is_named_with_its_line_and_the_nearest_known_key(refused):
    message = refused("epochs: 15", "epoch: 15")
    assert f"{line_of('epochs: 15')}: architectures.perceptron.training.epoch:" in message
    assert "unknown key 'epoch'" in message
    assert "did you mean 'epochs'?" in message


def test_a_misspelt_key_of_a_layer_is_named_with_the_keys_of_its_type(refused):
    message = refused("{type: flatten}", "{type: conv2d, filters: 8, kernel: 5}")
    assert (
        "layers.0.kernel: unknown key 'kernel', expected one of: activation, batch_norm" in message
    )
    assert "kernel_size" in message
    assert "pool_size" not in message


def test_a_missing_key_is_named_with_the_line_of_its_entry(refused):
    message = refused("number_format: int8\n", "\n")
    assert "architectures.perceptron.number_format: missing" in message


def test_an_unknown_layer_type_is_named_with_the_types_that_are_known(refused):
    message = refused("type: dense", "type: conv9d")
    assert "architectures.perceptron.layers.1: Input tag 'conv9d'" in message
    assert "'dense'" in message


@pytest.mark.parametrize("units", ["-64", "0", "64.5", "many"])
def test_a_size_that_is_not_a_positive_integer_is_refused(refused, units):
    message = refused("units: 64", f"units: {units}")
    assert f"{line_of('units: 64')}: architectures.mlp-64.layers.1.units: found" in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("epochs: 15", 'epochs: "15"'),
        ("learning_rate: 0.01", 'learning_rate: "0.01"'),
        ("units: 64", "units: true"),
        ("units: 10, activation: sigmoid", 'units: 10, batch_norm: "false", activation: sigmoid'),
    ],
)
def test_a_text_is_no_number_and_a_boolean_is_none(refused, old, new):
    message = refused(old, new)
    assert message.startswith(f"{line_of(old)}: ")
    assert "Input should be a valid" in message


@pytest.mark.parametrize(
    ("written", "meant"), [("99", "0.99"), ("97.5", "0.975"), ("100", "1"), ("2", "0.02")]
)
def test_a_percentage_for_a_share_is_refused_with_the_share(refused, written, meant):
    message = refused("mnist: 0.9}", f"mnist: {written}}}")
    assert message.startswith(f"{line_of('mnist: 0.9}')}: architectures.perceptron.limits.accuracy")
    assert message.endswith(f"less than or equal to 1; did you mean {meant}?")


@pytest.mark.parametrize("written", ["101", "-0.5"])
def test_what_is_no_percentage_suggests_no_share(refused, written):
    assert "did you mean" not in refused("mnist: 0.9}", f"mnist: {written}}}")


def test_another_bound_suggests_no_share(refused):
    assert "did you mean" not in refused("units: 64", "units: 5000")


def test_a_name_that_cannot_be_a_file_name_is_refused_once(refused):
    message = refused("\n  mlp-64:\n", "\n  MLP 64:\n")
    expected = "expected lower-case letters, digits and hyphens, a letter first"
    assert f"architectures.MLP 64: found 'MLP 64': {expected}" in message
    assert len(message.splitlines()) == 1


def test_a_network_that_does_not_end_in_ten_classes_is_refused(refused):
    message = refused("units: 10,", "units: 11,")
    assert "architectures.perceptron: the last layer is dense of 11 units" in message


def test_softmax_in_a_hidden_layer_is_refused(refused):
    message = refused("units: 64, activation: relu", "units: 64, activation: softmax")
    assert "architectures.mlp-64: a hidden layer has softmax" in message


def test_tta_that_would_make_incremental_predictions_costlier_is_refused(refused):
    message = refused("number_format: int8", "number_format: int8\n    tta_below: 0.9")
    assert "architectures.perceptron: tta_below is 0.9, and the first weights are" in message


def test_a_layer_that_does_not_fit_the_one_before_is_named_with_both_shapes(refused):
    message = refused("      - {type: flatten}\n", "")
    assert "layer 0, dense, gets (28, 28, 1), expected a flat input: put flatten" in message


def test_a_window_larger_than_its_input_is_refused(refused):
    flatten = "{type: flatten}"
    pools = [f"{{type: max_pool2d, pool_size: {size}}}" for size in (15, 2)]
    message = refused(flatten, "\n      - ".join([*pools, flatten]))
    assert "layer 1, max_pool2d, its window of 2 does not fit its input of 1 x 1" in message


def test_no_layers_at_all_are_refused(refused):
    start = SAMPLE.index("      - {type: flatten}", SAMPLE.index("mlp-64"))
    end = SAMPLE.index("    number_format", start)
    assert "no layers" in refused(SAMPLE[start - len("layers:\n") : end], "layers: []\n")


def test_a_learning_rate_of_nan_is_refused(refused):
    assert "finite" in refused("learning_rate: 0.01", "learning_rate: .nan")


def test_a_limit_without_a_reason_is_refused(refused):
    reason = "reason: what it takes"
    assert "limits.model_luau_bytes.reason: missing" in refused(reason, "")


def test_all_mistakes_are_reported_at_once(refused):
    message = refused("epochs: 15, batch_size: 128", "epochs: -1, batch_size: 0")
    assert len(message.splitlines()) == 2


def test_a_mistake_in_a_merged_key_is_named_with_the_line_of_its_entry(refused):
    message = refused("  perceptron:\n", "  perceptron:\n    <<: {epoch: 3}\n")
    assert "architectures.perceptron.epoch: unknown key 'epoch'" in message


@pytest.mark.parametrize("name", ["baseline", "release", "datasets", "a" * 61])
def test_a_name_that_has_no_folder_of_its_own_is_refused(refused, name):
    assert f"architectures.{name}: found" in refused("\n  mlp-64:\n", f"\n  {name}:\n")


def test_a_name_beside_its_key_is_refused(refused):
    message = refused("  perceptron:\n", "  perceptron:\n    name: best\n")
    assert "architectures.perceptron.name: unknown key 'name'" in message


def test_a_folder_is_no_configuration(tmp_path):
    with pytest.raises(PocketDigitsError, match="expected a list of architectures"):
        config.load(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PocketDigitsError, match=r"nowhere\.yaml: no such file"):
        config.load(tmp_path / "nowhere.yaml")


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "architectures.yaml"
    path.write_text("")
    with pytest.raises(PocketDigitsError, match="architectures"):
        config.load(path)


def test_a_recipe_lowers_the_floor_on_drawings_where_there_is_one(tmp_path):
    path = tmp_path / "architectures.yaml"
    floor = "drawn_accuracy: {at_least: {mnist: 0.97}, reason: what people draw}"
    limits = "    limits:\n"
    recipe = "  quick: {about: too short to learn much, accuracy_floor: 0.5}\narchitectures:\n"
    text = SAMPLE.replace("architectures:\n", recipe).replace(limits, f"{limits}      {floor}\n", 1)
    path.write_text(text, encoding="utf-8")
    with_floor, without = config.load(path).select([], "quick")
    assert with_floor.limits.drawn_accuracy.at_least == {"mnist": 0.5}
    assert without.limits.drawn_accuracy is None


def test_loading_does_not_change_the_file(tmp_path):
    path = Path(tmp_path, "architectures.yaml")
    path.write_text(SAMPLE, encoding="utf-8")
    config.load(path)
    assert path.read_text(encoding="utf-8") == SAMPLE
