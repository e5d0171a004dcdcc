"""What benchmarks.yml calls around measuring, as it calls it."""

import json

import pytest
import yaml
from measurements import measurement, report
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.verdict import report as reports
from benchmarks.verdict.gate import Violation
from pipeline import config
from pipeline.fingerprint import REPOSITORY

WORKFLOW = REPOSITORY / ".github" / "workflows" / "benchmarks.yml"
NAMES = list(config.load().architectures)
TOO_LARGE = Violation(
    metric="model_luau_bytes", found=9, limit="at most 8", reason="as the YAML says"
)


@pytest.fixture
def nightly(monkeypatch):
    for variable in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(variable, raising=False)
    return lambda *words: CliRunner().invoke(app, ["nightly", *map(str, words)])


def written(folder, *names, violations=()):
    folder.mkdir(parents=True, exist_ok=True)
    rows = [measurement(architecture=name) for name in names]
    return reports.write(report(*rows, violations=violations), folder)


def test_every_network_gets_a_job(nightly, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    assert json.loads(nightly("networks").stdout) == NAMES
    assert (tmp_path / "output").read_text() == f"networks={json.dumps(NAMES)}\n"


def test_rows_join_into_a_report_and_a_page(nightly, tmp_path):
    files = [written(tmp_path / name, name) for name in reversed(NAMES)]
    (tmp_path / "history.jsonl").write_text("")  # as of the first night
    build = tmp_path / "build"
    options = ("--build", build, "--history", tmp_path / "history.jsonl")
    result = nightly("join", *files, *options)
    assert result.exit_code == 0, result.output
    rows = reports.load(build / "report.json").rows
    assert [row.architecture for row in rows] == NAMES
    assert (build / "report.html").is_file()


@pytest.mark.parametrize(
    ("names", "violations", "code"),
    [
        (NAMES, (), 0),
        (NAMES[1:], (), 1),
        (NAMES, (TOO_LARGE,), 3),
        (NAMES, (TOO_LARGE.model_copy(update={"rule": "last"}),), 4),
    ],
    ids=["good", "missing", "limit", "worse"],
)
def test_the_gate_ends_with_what_is_wrong(nightly, tmp_path, names, violations, code):
    written(tmp_path, *names, violations=violations)
    assert nightly("gate", "--build", tmp_path).exit_code == code


def test_the_workflow_runs_sessions_that_there_are_and_fits_its_limits():
    workflow = yaml.load(WORKFLOW.read_text(encoding="utf-8"), yaml.BaseLoader)
    assert workflow["permissions"] == {}
    writes = {
        name: [scope for scope, kind in job["permissions"].items() if kind == "write"]
        for name, job in workflow["jobs"].items()
    }
    assert writes == {
        "networks": [],
        "measure": [],
        "report": ["contents", "issues"],
        "pages": ["pages", "id-token"],
    }
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    runs = [step["run"] for step in steps if "run" in step]
    assert not any("${{" in run for run in runs)  # values come through env
    called = {run.split("nightly -- ")[1].split()[0] for run in runs if "nightly -- " in run}
    known = {command.callback.__name__ for command in _nightly_commands()}
    assert called == known


def _nightly_commands():
    from benchmarks.commands import nightly as nightly_cli  # noqa: PLC0415

    return nightly_cli.app.registered_commands
