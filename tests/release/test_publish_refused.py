"""What must not be published is refused by name, and no token gets where it must not."""

import dist_files
import pytest
from github_double import GitHub
from publishing import (
    CREATE,
    LIST,
    TOKEN,
    contents,
    publish,
)

from benchmarks.verdict.gate import Violation

EDITS = {
    "pocket-digits-1.2.3.rbxl": "pocket-digits-1.2.3.rbxl was edited",
    "pocket-digits-1.2.3-tiny.safetensors": "pocket-digits-1.2.3-tiny.safetensors was edited",
    "manifest.json": "manifest.json was edited",
    "SHA256SUMS": "SHA256SUMS was edited",
    "extra.txt": "extra.txt is no file of a release of tiny",
}


@pytest.mark.parametrize("name", EDITS)
def test_a_file_of_dist_that_was_edited_is_named_before_anything_is_sent(name, to_publish, github):
    with (to_publish / "dist" / name).open("a") as file:
        file.write("\n")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert EDITS[name] in result.output
    assert github.log == []


def test_a_manifest_that_cannot_be_read_is_named(to_publish, github):
    (to_publish / "dist" / "manifest.json").write_text('{"version": "1.2.3"}')
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "manifest.json: edited, or of another version" in result.output
    assert github.log == []


VIOLATION = Violation(metric="accuracy", found=0.5, limit="at least 0.9", reason="it can read")
UNFIT = {
    "development": ({"version": "1.2.4-dev.3.gabc1234"}, "is a development version"),
    "dirty": ({"version": "1.2.4-dev.0.gabc1234.dirty"}, "is a development version"),
    "outside git": ({"version": "0.0.0-dev", "commit": None}, "is a development version"),
    "synthetic": ({"dataset": "synthetic"}, "its networks learnt from synthetic digits"),
    "smoke": ({"recipe": "smoke"}, "made by recipe smoke"),
    "unapproved": ({"violations": (VIOLATION,)}, "tiny was refused: accuracy is 0.5"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_not_fit_to_be_published_is_refused_by_name(name, to_publish, github):
    changes, message = UNFIT[name]
    dist_files.make(to_publish, **changes)
    result = publish(to_publish)
    assert result.exit_code == 1
    assert message in result.output
    assert github.log == []


def test_what_was_not_verified_is_refused(to_publish, github):
    (to_publish / "build" / "verified.json").unlink()
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "it was not verified" in result.output
    assert github.log == []


def test_what_was_verified_before_it_was_built_anew_is_refused(to_publish, github):
    kept = (to_publish / "build" / "verified.json").read_bytes()
    dist_files.make(to_publish, python="3.12.0")
    (to_publish / "build" / "verified.json").write_bytes(kept)
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "is of another release" in result.output


def test_every_reason_is_named_at_once(to_publish):
    dist_files.make(to_publish, version="0.0.0-dev", recipe="smoke")
    (to_publish / "build" / "verified.json").unlink()
    output = publish(to_publish).output
    for message in ("development version", "recipe smoke", "not verified"):
        assert message in output


def test_the_dry_run_shows_every_step_and_sends_nothing(to_publish, github, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN")
    result = publish(to_publish, "--dry-run")
    assert result.exit_code == 0, result.output
    for name in contents(to_publish):
        assert name in result.output
    assert "nothing was sent" in result.output
    assert github.log == []


def test_a_dry_run_of_what_would_be_refused_says_so(to_publish):
    (to_publish / "build" / "verified.json").unlink()
    result = publish(to_publish, "--dry-run")
    assert result.exit_code == 1
    assert "it was not verified" in result.output


def test_a_missing_token_is_named(to_publish, github, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "GH_TOKEN or GITHUB_TOKEN is not set" in result.output
    assert github.log == []


def test_a_token_with_a_line_end_inside_is_refused_and_not_shown(to_publish, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\nX-Evil: 1")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "GITHUB_TOKEN holds" in result.output


def test_a_wrong_token_is_told(to_publish, github):
    github.token = "another"
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "the token is not accepted" in result.output


def test_a_server_that_repeats_the_token_does_not_get_it_printed(to_publish, github):
    github.fault("status", CREATE, status=400, message=f"bad header: Bearer {TOKEN}")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "bad header: Bearer ***" in result.output


def test_no_token_goes_to_another_host(to_publish, github, monkeypatch):
    release = {"upload_url": "https://evil.example/upload{?name,label}"}
    monkeypatch.setattr(GitHub, "_release", elsewhere(GitHub._release, release))
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "so no key is sent there" in result.output


def elsewhere(method, changes):
    return lambda self, release: method(self, release) | changes


def test_no_token_goes_over_plain_http(to_publish, monkeypatch):
    monkeypatch.setenv("GITHUB_API_URL", "http://github.example/api/v3")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "no https URL, so no key is sent there" in result.output


def test_a_redirection_is_refused_and_not_followed(to_publish, github):
    headers = {"Location": "https://elsewhere.example/"}
    github.fault("status", LIST, status=301, headers=headers, message="Moved Permanently")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "301" in result.output


@pytest.mark.parametrize("name", ["no-slash", "a/b/c", "owner/na me"])
def test_a_repository_has_an_owner_and_a_name(name, to_publish):
    result = publish(to_publish, "--repository", name)
    assert result.exit_code == 1
    assert "no repository of the form owner/name" in result.output
