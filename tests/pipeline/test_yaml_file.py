"""YAML that could be read in two ways, or not at all, is refused with its line."""

import pytest
from sample_config import SAMPLE, line_of

from pipeline import config
from pipeline.errors import PocketDigitsError


def test_a_duplicate_name_is_refused_with_its_line(refused):
    message = refused("\n  mlp-64:\n", "\n  perceptron:\n")
    assert f"{line_of('  mlp-64:')}: not valid YAML: found duplicate key" in message
    assert '"perceptron"' in message


def test_broken_yaml_is_refused_with_its_line(refused):
    message = refused("layers:\n", "layers: [\n")
    assert "not valid YAML" in message


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("on", 'write "on" for the text, or true for the boolean'),
        ("No", 'write "No" for the text, or false for the boolean'),
        ("1e3", 'write "1e3" for the text, or 1000 for the number'),
        ("1e-9", 'write "1e-9" for the text, or 1.0e-09 for the number'),
        ("1_000", 'write "1_000" for the text, or 1000 for the number'),
        ("012", "012 is 10 in YAML 1.1 and 12 in YAML 1.2"),
        ("012", 'write "012" for the text, or 12 for the number'),
        ("-.5", 'write "-.5" for the text, or -0.5 for the number'),
        ("12:30", 'write "12:30" for the text'),
        ("2026-11-30", 'write "2026-11-30" for the text'),
    ],
)
def test_a_value_that_yaml_1_1_and_1_2_read_differently_is_refused_with_a_fix(
    refused, written, advice
):
    message = refused("learning_rate: 0.01", f"learning_rate: {written}")
    assert message.startswith(f"{line_of('learning_rate: 0.01')}: not valid YAML: {written} is ")
    assert advice in message


@pytest.mark.parametrize(
    ("written", "value"), [(".5", 0.5), ("0.5", 0.5), ("+0.5", 0.5), ("5.0e-1", 0.5), ("02", 2)]
)
def test_a_value_that_both_read_alike_is_accepted(tmp_path, written, value):
    path = tmp_path / "architectures.yaml"
    path.write_text(SAMPLE.replace("learning_rate: 0.01", f"learning_rate: {written}", 1), "utf-8")
    assert config.load(path).architectures["perceptron"].training.learning_rate == value


@pytest.mark.parametrize(
    ("layers", "problem"),
    [
        ("layers: {[a]: 1}\n", "a key is a list or a mapping"),
        ("layers: &self [*self]\n", "an alias refers to what it is in"),
    ],
)
def test_yaml_that_no_configuration_needs_is_refused_with_its_line(refused, layers, problem):
    message = refused("layers:\n", f"{layers}    more:\n")
    assert f"{line_of('layers:')}: not valid YAML: {problem}" in message


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "architectures.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PocketDigitsError, match="not valid YAML"):
        config.load(path)
