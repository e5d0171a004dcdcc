"""What a command runs: the networks of its recipe, or for trying, so many epochs of each."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from pipeline import __main__ as pipeline
from pipeline.cli import BUILD, Run
from pipeline.config import ARCHITECTURES
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
