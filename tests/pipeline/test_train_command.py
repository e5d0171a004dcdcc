"""`nox -s train`: its last lines say what was reached, and what to type next."""

import re
import shlex

import pytest
from release_runs import arguments
from typer.testing import CliRunner

from benchmarks.__main__ import app as benchmarks
from pipeline import cli
from pipeline.__main__ import app
from pipeline.config import ARCHITECTURES
from pipeline.validation import Validation


@pytest.fixture
def output(work):
    options = arguments(work)[:-2]  # there is no --dist
    result = CliRunner().invoke(app, ["train", "linear", "hidden", *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_it_ends_in_a_line_for_each_network(output, work):
    for name in ("linear", "hidden"):
        (line,) = (each for each in output.splitlines() if re.match(rf" *{name} .*%", each))
        cells = line.split()
        seed = work / "build" / name / "seed-1"
        validation = Validation.read(seed / "quantized")
        assert cells[1:3] == [f"{validation.accuracy:.2%}", f"{validation.loss:.4f}"]
        assert cells[5].replace(",", "").isdigit()
        module = seed / "exported" / f"{name}.luau"
        assert cells[7:] == [f"{module.stat().st_size:,}", "B", "unchanged"]


def test_what_it_says_to_type_next_works(output):
    hints = re.findall(r"^Next: nox -s (\S+) -- (.+?) (?:builds|measures)", output, re.MULTILINE)
    assert [session for session, _ in hints] == ["place", "benchmark"]
    for session, words in hints:
        commands = app if session == "place" else benchmarks
        command = [session, *shlex.split(words), "--recipe", "none"]  # ends before any work
        result = CliRunner().invoke(commands, command)
        assert "unknown recipe 'none'" in result.output


def test_what_was_not_given_is_not_typed_again():
    assert cli.typed(None, "standard", "auto", ARCHITECTURES, cli.BUILD, None) == ""
    assert cli.typed(["tiny"], "smoke", "auto", ARCHITECTURES, cli.BUILD, 3) == (
        " -- tiny --recipe smoke --epochs 3"
    )


def test_a_place_to_try_lies_in_the_folder_of_the_stages(work):
    result = CliRunner().invoke(app, ["place", "linear", *arguments(work)[:-2]])
    assert result.exit_code == 0, result.output
    assert (work / "build" / "try.rbxl").is_file()
    assert f"Open {work / 'build' / 'try.rbxl'}" in result.output
