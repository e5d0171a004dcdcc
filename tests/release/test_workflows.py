"""What the workflows run is what runs here, and they keep the rules that GitHub does not check.

Each `run:` step is taken from its file and run in a clean clone, through Nox. What a step is
replaced by, where the whole would take minutes, root or a network, stands in REPLACED.
"""

import re
import shlex
import subprocess
import sys

import dist_files
import pytest
import yaml
from github_double import GitHub
from nox_clone import nox
from publishing import TOKEN, assert_complete, environment

from pipeline.fingerprint import REPOSITORY

pytestmark = pytest.mark.slow

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
INSTALL = "python -m pip install --require-hashes -r requirements/nox.txt"
VALGRIND = "sudo apt-get update && sudo apt-get install --yes --no-install-recommends valgrind"
PAGE = (
    "mkdir build/site && cp build/report.html build/site/index.html"
    " && cp build/report.json build/site/"
)
TRIVIAL = {INSTALL, VALGRIND, PAGE}
# Session → what is added to its own arguments, which it reads all the same.
REPLACED = {
    "release": "--help",
    "verify": "--help",
    "publish-place": "--help",
    "tests": "--version",  # pytest's: whoever runs this runs the tests already
}
LISTED = {"lint"}  # takes no arguments, and needs a network
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def load(path):
    # Whose values are texts, so that `on` is a key like any other.
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


def steps():
    for path in WORKFLOWS:
        for job, content in load(path)["jobs"].items():
            for step in content["steps"]:
                yield path.stem, job, step


RUN = sorted({step["run"].strip() for _, _, step in steps() if "run" in step})


def session_of(command):
    """Return the session and the arguments of `nox -s SESSION -- ARGUMENTS`."""
    found = re.fullmatch(r"(?:gh auth setup-git && )?nox -s ([\w-]+)(?: -- ([^\n]*))?", command)
    return found and (found[1], shlex.split(found[2] or ""))


def test_every_step_is_a_nox_session_or_trivially_short():
    assert [run for run in RUN if run not in TRIVIAL and not session_of(run)] == []


@pytest.mark.parametrize("run", [run for run in RUN if session_of(run)])
def test_a_step_runs_in_a_clean_clone(run, clone, tmp_path):
    session, arguments = session_of(run)
    if session == "publish":
        double = GitHub(TOKEN)
        double.tags["v1.2.3"] = dist_files.COMMIT
        dist_files.make(clone)
        ended = nox(clone, session, *arguments, **environment(double))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert TOKEN not in ended.stdout + ended.stderr
        assert_complete(double, clone)  # with the clone's own changelog, written by make
        double.close()
    elif session in LISTED:
        command = [sys.executable, "-m", "nox", "-l"]
        listed = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
        assert re.search(rf"^[*-] {session} ", listed.stdout, re.MULTILINE), listed.stdout
        assert arguments == []
    else:
        replaced = REPLACED.get(session, "--help").split()
        ended = nox(clone, session, *arguments, *replaced)
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_what_nox_is_installed_from_is_locked_with_hashes(clone):
    lines = (clone / "requirements" / "nox.txt").read_text().splitlines()
    pinned = [line for line in lines if "==" in line]
    assert any(line.startswith("nox==") for line in pinned)
    assert all(line.endswith("\\") for line in pinned)  # its hashes follow


def test_an_option_that_a_session_does_not_have_is_noticed(clone):
    assert nox(clone, "release", "--receipt", "smoke", "--help").returncode != 0


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_permission_but_those_of_its_jobs(path):
    content = load(path)
    assert content["permissions"] == {}
    assert "concurrency" in content
    for job in content["jobs"].values():
        assert int(job["timeout-minutes"]) <= 360
        assert "permissions" in job


def test_every_action_is_pinned_to_a_commit_and_its_version_told():
    for path in WORKFLOWS:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                action, _, version = line.split("uses:")[1].partition(" # ")
                assert PINNED.fullmatch(action.strip()), line
                assert re.fullmatch(r"v\d+(\.\d+)*", version), line


def test_no_credentials_are_left_after_a_checkout():
    for _, _, step in steps():
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] == "false"


def test_one_job_alone_of_a_release_may_write_and_it_is_protected():
    jobs = load(REPOSITORY / ".github" / "workflows" / "release.yml")["jobs"]
    writing = [name for name, job in jobs.items() if job["permissions"].get("contents") == "write"]
    assert writing == ["publish"]
    assert jobs["publish"]["environment"] == "release"
    assert {"verify", "attest"} <= set(jobs["publish"]["needs"])


def test_a_release_takes_nothing_from_a_cache_and_builds_without_secrets():
    jobs = load(REPOSITORY / ".github" / "workflows" / "release.yml")["jobs"]
    for step in (step for job in jobs.values() for step in job["steps"]):
        assert "cache" not in step.get("uses", "")
        assert "cache" not in step.get("with", {})
    assert "secrets." not in str(jobs["build"]) + str(jobs["verify"])
    assert "github.token" not in str(jobs["build"]) + str(jobs["verify"])


def test_publishing_installs_no_more_than_it_imports():
    """The job that may write has neither TensorFlow nor anything else that is not locked for it."""
    code = (
        "import sys; before = set(sys.modules); import release.publish.__main__;"
        "from importlib.metadata import packages_distributions; known = packages_distributions();"
        "found = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(*{dist for name in found for dist in known.get(name, ())}, sep='\\n')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    locked = (REPOSITORY / "requirements" / "publish.txt").read_text()
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in ended.stdout.split()}
    assert {"requests", "tenacity"} <= names
    names.discard("tornado")  # which tenacity works with where it is installed, and does without
    assert names - set(re.findall(r"^([a-z0-9-]+)==", locked, re.M)) == set()
