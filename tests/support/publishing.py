"""A release to publish, the double of GitHub to publish it to, and what all tests of it share."""

import dist_files
import pytest
from github_double import GitHub
from typer.testing import CliRunner

from release.publish import retries
from release.publish.__main__ import app

TOKEN = "ghs_Pv3rYs3cr3tT0k3n"
WRITE = "(POST|PATCH|DELETE) .*"
CREATE = r"POST .*/releases"
UPLOAD = r"POST .*/assets"
SHOW = r"PATCH .*/releases/\d+"
LIST = r"GET .*/releases"


@pytest.fixture
def github():
    double = GitHub(TOKEN)
    double.tags["v1.2.3"] = dist_files.COMMIT
    yield double
    double.close()


@pytest.fixture
def waits(monkeypatch):
    """How long every pause would have been."""
    seconds = []
    monkeypatch.setattr(retries, "sleep", seconds.append)
    return seconds


@pytest.fixture
def to_publish(tmp_path, github, monkeypatch, waits):
    """A folder with a dist/ to publish, and the environment of a workflow."""
    for name, value in environment(github).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GH_TOKEN", raising=False)
    dist_files.make(tmp_path)
    return tmp_path


def environment(github):
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": github.repository,
    }


def arguments(folder):
    names = {"--dist": "dist", "--build": "build", "--changelog": "CHANGELOG.md"}
    return [word for option, name in names.items() for word in (option, str(folder / name))]


def publish(folder, *more):
    """Run the command; whatever it prints never holds the token."""
    result = CliRunner().invoke(app, ["publish", *arguments(folder), *more])
    assert TOKEN not in result.output
    assert TOKEN not in repr(result.exception)
    return result


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


def assert_complete(github, folder):
    assert github.visible == {"v1.2.3": contents(folder)}
    assert github.drafts == []
    assert github.touched == []
