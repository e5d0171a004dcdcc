"""A release that refuses networks ends with what helps against it, and nothing else."""

import re
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from measurements import measurement, report
from typed import split
from typer.testing import CliRunner

from benchmarks.verdict.gate import Violation
from release import __main__ as command

LIMITS = "or change its limit and the limit's reason in architectures.yaml"


def violation(rule):
    return Violation(rule=rule, metric="rbxl_bytes", found=2, limit="1", reason="it is large")


@pytest.fixture
def ended(monkeypatch, tmp_path):
    """Release networks that break the given rules, as if they had been measured; return the end."""

    @contextmanager
    def workspace(run, tools, console):
        yield SimpleNamespace(progress=SimpleNamespace(seconds={}))

    def release(*rules):
        found = report(measurement(), violations=tuple(map(violation, rules)))
        monkeypatch.setattr(command, "run_line", lambda *_: (found, None))
        monkeypatch.setattr(command.cli, "workspace", workspace)
        (tmp_path / "two words.jsonl").touch()
        result = CliRunner().invoke(
            command.app,
            [
                *("release", "--dist", str(tmp_path / "dist"), "--build", str(tmp_path / "build")),
                *("--history", str(tmp_path / "two words.jsonl")),
            ],
        )
        assert result.exit_code == 1
        return " ".join(result.output[result.output.index("error:") :].split())

    return release


def test_a_broken_limit_is_no_growth_to_accept(ended):
    text = ended("limit")
    assert LIMITS in text
    assert "accept" not in text


@pytest.mark.parametrize("rule", ["last", "trend"])
def test_what_grew_may_be_accepted_by_a_line_to_type_and_needs_no_other_limit(
    ended, rule, tmp_path
):
    text = ended(rule)
    assert LIMITS not in text
    assert "--against" not in text
    (line,) = re.findall("`(.*)`", text)
    file, build = str(tmp_path / "two words.jsonl"), str(tmp_path / "build")
    assert split(line) == ("history", ["append", file, "--build", build, "--accept", "REASON"])


def test_what_is_worse_than_another_report_is_in_no_history_to_accept_it_in(ended):
    text = ended("against")
    assert "leaving out --against" in text
    assert "history" not in text


def test_of_both_kinds_both_are_said(ended):
    text = ended("limit", "trend")
    assert LIMITS in text
    assert "accept what got worse with" in text
