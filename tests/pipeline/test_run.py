"""What a command runs: the networks of its recipe, or for trying, so many epochs of each."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from pipeline import __main__ as pipeline
from pipeline import config
from pipeline.cli import BUILD, Run
from pipeline.config import ARCHITECTURES
from pipeline.errors import PocketDigitsError
from release.__main__ import app as releases
from release.manifest import PUBLISHABLE


def run(recipe):
    return Run.of([], recipe, "synthetic", ARCHITECTURES, BUILD)


@pytest.mark.parametrize("recipe", ["standard", "record", "smoke"])
@pytest.mark.parametrize("epochs", [1, 1000])
def test_epochs_replace_the_recipes_and_nothing_else(recipe, epochs):
    usual, tried = run(recipe), run(recipe).trying(epochs)
    assert {each.training.epochs for each in tried.architectures} == {epochs}
    assert [each.limits for each in tried.entries] == [each.limits for each in usual.entries]
    again = [
        tried.with_epochs(entry.training.epochs)
        for tried, entry in zip(tried.entries, usual.entries, strict=True)
    ]
    assert again == usual.entries


def test_without_epochs_a_run_is_its_recipes():
    assert run("standard").trying(None) == run("standard")


def test_a_report_names_the_epochs_with_the_recipe_and_cannot_be_published():
    name = run("standard").trying(3).recipe_name
    assert name == "standard-3-epochs"
    assert name not in PUBLISHABLE


@pytest.mark.parametrize("command", ["train", "place"])
def test_a_command_trains_so_many_epochs(command, monkeypatch, tmp_path):
    @contextmanager
    def workspace(run, tools, console):
        yield SimpleNamespace()

    asked = []

    def exports(architectures, space):
        asked.extend(architectures)
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline.cli, "workspace", workspace)
    monkeypatch.setattr(pipeline, "exports", exports)
    CliRunner().invoke(pipeline.app, [command, "--epochs", "3", "--build", str(tmp_path)])
    assert {each.training.epochs for each in asked} == {3}


def test_a_release_takes_no_epochs():
    result = CliRunner().invoke(releases, ["release", "--epochs", "3"])
    assert result.exit_code == 2
    assert "No such option: --epochs" in result.output


def test_an_unknown_architecture_is_refused_with_the_nearest_name():
    with pytest.raises(PocketDigitsError, match=r"'mlp-65'.*did you mean 'mlp-64'"):
        config.load().select(["mlp-65"], "standard")


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    with pytest.raises(PocketDigitsError, match=r"'quick'.*standard, record, smoke"):
        config.load().select([], "quick")


def test_named_architectures_come_in_the_order_of_the_file():
    networks = config.load().select(["mlp-256", "perceptron"], "standard")
    assert [network.name for network in networks] == ["perceptron", "mlp-256"]


def test_a_recipe_shortens_training_and_lowers_the_floor_but_no_other_limit():
    (standard,) = config.load().select(["mlp-256"], "standard")
    (smoke,) = config.load().select(["mlp-256"], "smoke")
    assert smoke.training.epochs < standard.training.epochs
    assert smoke.limits.accuracy.at_least["mnist"] < standard.limits.accuracy.at_least["mnist"]
    assert (
        "the recipe's own accuracy_floor, which stands in for the network's limit"
        in smoke.limits.accuracy.reason
    )
    assert smoke.limits.model_luau_bytes == standard.limits.model_luau_bytes
    assert smoke.limits.cost_ratio == standard.limits.cost_ratio
