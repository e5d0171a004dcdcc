"""`nox -s benchmark`: what it writes and tells, and the exit code that `--gate` ends it with."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from measurements import drawn, ladder, measurement, report
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.commands import benchmark as command
from benchmarks.report import markdown as summary
from benchmarks.verdict import history
from benchmarks.verdict.gate import Violation
from benchmarks.verdict.report import load, write

SLOW = Violation(metric="cost_ratio", found=2, limit="at most 1", reason="it is slow")


@pytest.fixture
def judge(monkeypatch, tmp_path):
    """Run the command on a made-up report, as if it had been measured."""

    @contextmanager
    def workspace(run, tools, console):
        yield SimpleNamespace(progress=None)

    def run(found, *options, draws=False):
        if not draws:  # which takes seconds
            monkeypatch.setattr(command.outputs, "write", lambda *_: [tmp_path / "report.json"] * 3)
        monkeypatch.setattr(command.cli, "workspace", workspace)
        monkeypatch.setattr(command.predict, "find", lambda count, progress: None)
        monkeypatch.setattr(command, "candidates", lambda *_: [])
        monkeypatch.setattr(command, "judge_all", lambda *_: found)
        arguments = ["benchmark", "--build", str(tmp_path / "build"), *map(str, options)]
        (tmp_path / "build").mkdir(exist_ok=True)
        return CliRunner().invoke(app, arguments)

    return run


@pytest.fixture
def earlier(tmp_path):
    """The report of a network that was smaller."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    return write(report(measurement(model_luau_bytes=900)), folder)


def test_it_writes_data_page_and_pictures(judge, tmp_path):
    result = judge(ladder(), draws=True)
    assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "build").iterdir()}
    assert names == {"report.json", "report.html", "pareto-size.png", "pareto-cost.png"}
    assert str(tmp_path / "build" / "report.html") in result.output
    assert load(tmp_path / "build" / "report.json") == ladder()


def test_a_broken_limit_ends_in_3_only_with_gate(judge):
    refused = report(measurement(), violations=(SLOW,))
    assert judge(refused).exit_code == 0
    result = judge(refused, "--gate")
    assert result.exit_code == 3
    assert "net: cost_ratio is 2, the limit is at most 1" in result.output


def test_a_regression_ends_in_4_only_with_gate(judge, earlier):
    assert judge(report(measurement()), "--against", earlier).exit_code == 0
    result = judge(report(measurement()), "--against", earlier, "--gate")
    assert result.exit_code == 4
    assert "net: model_luau_bytes is 1,000, the limit is 900 of the given report" in result.output


def test_a_broken_limit_beside_a_regression_ends_in_3(judge, earlier):
    refused = report(measurement(), violations=(SLOW,))
    assert judge(refused, "--against", earlier, "--gate").exit_code == 3


def test_what_passes_ends_in_0_with_gate(judge, earlier):
    assert (
        judge(report(measurement(model_luau_bytes=900)), "--against", earlier, "--gate").exit_code
        == 0
    )


def test_what_could_not_be_compared_is_told_and_is_no_refusal(judge, earlier):
    result = judge(report(measurement(recipe="smoke")), "--against", earlier, "--gate")
    assert result.exit_code == 0
    assert "accuracy, not compared: with the given report" in result.output


def test_a_history_is_what_it_is_held_against_and_damage_is_told(judge, earlier, tmp_path):
    file = tmp_path / "history.jsonl"
    CliRunner().invoke(app, ["history", "append", str(file), "--build", str(earlier.parent)])
    file.write_text(file.read_text() + "{torn\n")
    result = judge(report(measurement()), "--history", file, "--gate", draws=True)
    assert result.exit_code == 4
    assert "line 2 cannot be read" in result.output
    assert "damaged lines: 2" in (tmp_path / "build" / "report.html").read_text("utf-8")
    assert len(history.load(file).lines) == 1  # nothing is added but by `append`


def test_a_file_that_is_not_there_ends_in_1_before_anything_is_measured(judge, tmp_path):
    for option in ("--history", "--against"):
        result = judge(None, option, tmp_path / "nowhere", "--gate")
        assert result.exit_code == 1
        assert "nowhere: no such file" in result.output


def test_its_exit_codes_are_in_its_help():
    text = " ".join(CliRunner().invoke(app, ["benchmark", "--help"]).output.split())
    assert "with --gate 3 when a network breaks a limit" in text


def test_a_workflow_gets_the_figures_as_its_summary(judge, tmp_path, monkeypatch):
    file = tmp_path / "summary.md"
    file.write_text("of another step\n\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    people = measurement(drawn=drawn(), not_measured={})
    judge(report(people, violations=(SLOW,)), draws=True)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("of another step\n\n## net reads 98.00% of MNIST’s test images")
    assert "- `net`: cost_ratio is 2, the limit is at most 1 (it is slow)" in text
    assert "| `net` | 98.00% | 100.00% |" in text
    assert "| `net` | 20,000 | 90,000 | 5.0 | 12.5 kB |" in text
    assert "| `net` | 97.00% | 96.10% | 87.00% |" in text
    assert "Estimated, not measured" in text
    assert "Of commit 012345678, on a made-up processor, 2 cores, Linux." in text


def test_a_summary_says_what_was_not_measured_in_plain_text():
    text = summary.markdown(report(measurement(not_measured={"drawn": "no <file> | none"})))
    assert "- drawn: no &lt;file> \\| none" in text
