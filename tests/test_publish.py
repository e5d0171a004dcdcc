"""A release is published whole or not at all, whatever the server, the network or a kill does."""

import hashlib
import re
import signal
import subprocess
import sys
import threading

import dist_files
import pytest
from github_double import GitHub
from typer.testing import CliRunner

from benchmarks.gate import Violation
from pipeline.hashes import REPOSITORY
from release import remote, retries
from release.publish import app
from release.publish_steps import OURS

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
def work(tmp_path, github, monkeypatch, waits):
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
    result = CliRunner().invoke(app, [*arguments(folder), *more])
    assert TOKEN not in result.output
    assert TOKEN not in repr(result.exception)
    return result


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


def assert_complete(github, folder):
    assert github.visible == {"v1.2.3": contents(folder)}
    assert github.drafts == []
    assert github.touched == []


def test_what_is_published_is_all_of_dist(work, github):
    result = publish(work)
    assert result.exit_code == 0, result.output
    assert_complete(github, work)
    assert f"{len(contents(work))} files are visible" in result.output


def test_the_release_appears_in_one_step_when_all_is_there(work, github):
    seen = []
    github.fault("call before", SHOW, call=lambda: seen.append(dict(github.visible)))
    assert publish(work).exit_code == 0
    assert seen == [{}]
    writes = [request for request in github.log if not request.startswith("GET")]
    assert re.fullmatch(SHOW, writes[-1])


def test_publishing_again_changes_nothing(work, github):
    publish(work)
    github.log.clear()
    result = publish(work)
    assert result.exit_code == 0
    assert "published already" in result.output
    assert [request for request in github.log if not request.startswith("GET")] == []
    assert_complete(github, work)


PASSING = {
    "500 at the draft": {"kind": "status", "on": CREATE, "status": 500},
    "502 at an upload": {"kind": "status", "on": UPLOAD, "status": 502, "skip": 3},
    "503 when listing": {"kind": "status", "on": LIST, "status": 503},
    "502 at the end": {"kind": "status", "on": SHOW, "status": 502},
    "500 after the draft was made": {"kind": "status after", "on": CREATE, "status": 500},
    "502 after the upload": {"kind": "status after", "on": UPLOAD},
    "502 after it was published": {"kind": "status after", "on": SHOW},
    "time-out at the draft": {"kind": "hang", "on": CREATE},
    "time-out at an upload": {"kind": "hang", "on": UPLOAD, "skip": 1},
    "time-out at the end": {"kind": "hang", "on": SHOW},
    "reset in the middle of an upload": {"kind": "reset", "on": UPLOAD, "skip": 2},
    "reset after the draft was made": {"kind": "reset after", "on": CREATE},
    "reset after an upload": {"kind": "reset after", "on": UPLOAD},
    "reset after it was published": {"kind": "reset after", "on": SHOW},
    "an asset left in state starter": {"kind": "starter", "on": UPLOAD},
    "a truncated upload": {"kind": "truncate", "on": UPLOAD, "skip": 4},
    "a wrong digest back": {"kind": "wrong digest", "on": UPLOAD},
    "a page of HTML instead of an answer": {"kind": "html", "on": LIST},
    "three 502s in a row": {"kind": "status", "on": UPLOAD, "times": 3},
    "429 with Retry-After": {
        "kind": "status",
        "on": UPLOAD,
        "status": 429,
        "headers": {"Retry-After": "7"},
    },
    "403 with Retry-After": {
        "kind": "status",
        "on": CREATE,
        "status": 403,
        "headers": {"Retry-After": "7"},
        "message": "You have exceeded a secondary rate limit.",
    },
}


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_passes_ends_in_the_whole_release(name, work, github, monkeypatch):
    monkeypatch.setattr(remote, "SECONDS_TO_ANSWER", 0.3)
    github.fault(**PASSING[name])
    result = publish(work)
    assert result.exit_code == 0, result.output
    assert_complete(github, work)


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_stays_shows_nothing_or_all_and_the_next_run_finishes(
    name, work, github, monkeypatch
):
    monkeypatch.setattr(remote, "SECONDS_TO_ANSWER", 0.1)
    github.fault(**(PASSING[name] | {"times": 99}))
    result = publish(work)
    if github.visible:
        assert_complete(github, work)
    else:
        assert result.exit_code == 1
        assert "failed 6 times" in result.output
    github.faults.clear()
    result = publish(work)
    assert result.exit_code == 0, result.output
    assert_complete(github, work)


def test_the_wait_is_what_retry_after_asks_for(work, github, waits):
    github.fault("status", UPLOAD, status=429, headers={"Retry-After": "77"})
    publish(work)
    assert waits == [77]


def test_a_rate_limit_is_waited_for_until_it_resets(work, github, waits, monkeypatch):
    monkeypatch.setattr(retries, "time", lambda: 1000)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1100"}
    github.fault("status", UPLOAD, status=403, headers=headers)
    publish(work)
    assert waits == [101]


def test_pauses_grow(work, github, waits):
    github.fault("status", UPLOAD, times=5)
    assert publish(work).exit_code == 0
    assert len(waits) == 5
    assert waits[0] < 3 < 15 < waits[-1]


def test_who_is_told_to_wait_for_an_hour_is_told_so(work, github, waits):
    github.fault("status", UPLOAD, status=429, headers={"Retry-After": "3600"})
    result = publish(work)
    assert result.exit_code == 1
    assert "asks to wait 60 minutes" in result.output
    assert waits == []
    assert publish(work).exit_code == 0
    assert_complete(github, work)


@pytest.mark.parametrize("step", range(12))
def test_permission_lost_at_any_write_is_named_and_the_next_run_goes_on(step, work, github):
    message = "Resource not accessible by integration"
    github.fault("status", WRITE, skip=step, times=99, status=403, message=message)
    result = publish(work)
    if step < 11:  # as many writes as there are
        assert github.visible == {}
        assert result.exit_code == 1
        assert message in result.output
        assert "needs contents: write of owner/digits" in result.output
    github.faults.clear()
    assert publish(work).exit_code == 0
    assert_complete(github, work)


def test_a_digest_that_is_not_there_yet_is_waited_for(work, github, waits):
    github.fault("no digest", UPLOAD, skip=len(contents(work)) - 1)

    def compute():
        for asset in github.drafts[0]["files"].values():
            asset["digest"] = f"sha256:{hashlib.sha256(asset['data']).hexdigest()}"

    github.fault("call before", r"GET .*/assets", skip=1, call=compute)
    result = publish(work)
    assert result.exit_code == 0, result.output
    assert result.output.count("upload ") == len(contents(work))
    assert len(waits) == 1
    assert_complete(github, work)


def test_a_server_without_digests_is_refused(work, github):
    github.fault("no digest", UPLOAD, times=99)
    result = publish(work)
    assert result.exit_code == 1
    assert "has the digest None" in result.output
    assert github.visible == {}


def test_a_release_that_is_published_with_other_files_is_not_touched(work, github):
    github.add_release("v1.2.3", {"other.rbxl": b"older"})
    result = publish(work)
    assert result.exit_code == 1
    assert "other.rbxl is too many" in result.output
    assert "never changed: release the next version" in result.output
    assert github.visible == {"v1.2.3": {"other.rbxl": b"older"}}
    assert github.touched == []


def test_a_tag_that_another_run_publishes_meanwhile_is_not_published_twice(work, github):
    github.fault("call before", CREATE, call=lambda: github.add_release("v1.2.3", contents(work)))
    result = publish(work)
    assert result.exit_code == 0, result.output
    assert "published already" in result.output
    assert_complete(github, work)


def test_two_runs_at_once_make_one_release(work, github):
    results = []
    both = [threading.Thread(target=lambda: results.append(publish_quietly(work))) for _ in "ab"]
    for each in both:
        each.start()
    for each in both:
        each.join()
    if publish(work).exit_code:  # two drafts at once: the next run tidies up
        raise AssertionError(results)
    assert_complete(github, work)


def publish_quietly(folder):
    command = [sys.executable, "-m", "release.publish", *arguments(folder)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_a_draft_that_somebody_else_made_is_left_alone(work, github):
    github.add_release("v1.2.3", {"notes.txt": b"by hand"}, draft=True, body="my own draft")
    result = publish(work)
    assert result.exit_code == 1
    assert "a draft of v1.2.3 that nox -s publish did not make" in result.output
    assert [release["body"] for release in github.drafts] == ["my own draft"]


def test_what_is_published_counts_even_beside_somebody_elses_draft(work, github):
    github.add_release("v1.2.3", draft=True, body="my own draft")
    github.add_release("v1.2.3", contents(work))
    result = publish(work)
    assert result.exit_code == 0, result.output
    assert "published already" in result.output
    assert [release["body"] for release in github.drafts] == ["my own draft"]


def test_what_another_build_left_in_our_draft_is_replaced(work, github):
    stale = {"SHA256SUMS": b"of another build", "pocket-digits-1.2.3-old.luau": b"removed since"}
    github.add_release("v1.2.3", stale, draft=True, body=f"old notes\n{OURS}")
    assert publish(work).exit_code == 0
    assert_complete(github, work)


def test_a_second_draft_of_ours_is_removed(work, github):
    for _ in range(2):
        github.add_release("v1.2.3", draft=True, body=OURS)
    assert publish(work).exit_code == 0
    assert_complete(github, work)


def test_a_draft_that_was_changed_before_the_end_is_not_published(work, github):
    def add():
        github.add_asset(github.drafts[0], "extra.exe", b"somebody else's")

    github.fault("call after", r"GET .*/commits/.*", skip=1, call=add)
    result = publish(work)
    assert result.exit_code == 1
    assert "extra.exe is too many" in result.output
    assert github.visible == {}


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({}, "no such tag in owner/digits; run `git push origin v1.2.3`"),
        ({"v1.2.3": "f" * 40}, f"commit {dist_files.COMMIT} was built"),
    ],
)
def test_the_tag_must_be_what_was_built(tags, told, work, github):
    github.tags = tags
    result = publish(work)
    assert result.exit_code == 1
    assert told in result.output
    assert github.releases == {}


def test_the_notes_compare_with_the_latest_release_without_sending_the_token_to_the_store(
    work, github
):
    older = work / "older"
    dist_files.make(older, version="1.2.2", seed_accuracies=(0.9,))
    github.add_release("v1.2.2", contents(older))
    assert publish(work).exit_code == 0
    body = next(each["body"] for each in github.releases.values() if each["tag_name"] == "v1.2.3")
    assert body.startswith("### Added\n\n- Digits.")
    assert "Changes are since 1.2.2." in body
    assert github.leaked == []


def test_a_latest_release_of_another_form_is_not_compared_with(work, github):
    github.add_release("v1.2.2", {"manifest.json": b"{}"})
    result = publish(work)
    assert result.exit_code == 0
    assert "v1.2.2 has a manifest of another form" in result.output


def test_a_version_without_an_entry_in_the_changelog_is_refused(work, github):
    (work / "CHANGELOG.md").write_text("## Unreleased\n")
    result = publish(work)
    assert result.exit_code == 1
    assert "no entry for 1.2.3" in result.output
    assert github.log == []


def test_a_prerelease_is_marked_as_one(work, github):
    dist_files.make(work, version="1.3.0-rc.1")
    github.tags["v1.3.0-rc.1"] = dist_files.COMMIT
    assert publish(work).exit_code == 0
    assert [release["prerelease"] for release in github.releases.values()] == [True]


class Killed(BaseException):
    """What no code catches, as a kill is."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_request_and_repeated_the_whole_release_is_there(
    when, tmp_path, monkeypatch
):
    send, left = remote.Api.request, []

    def killed(api, *request, **settings):
        left[0] -= 1
        if left[0] == 0 and when == "before":
            raise Killed
        try:
            return send(api, *request, **settings)
        finally:
            if left[0] == 0:
                raise Killed

    monkeypatch.setattr(remote.Api, "request", killed)
    dist_files.make(tmp_path)
    for step in range(1, 1000):
        github = GitHub(TOKEN)
        github.tags["v1.2.3"] = dist_files.COMMIT
        for name, value in environment(github).items():
            monkeypatch.setenv(name, value)
        left[:] = [step]
        try:
            result = CliRunner().invoke(app, arguments(tmp_path))
        except Killed:
            result = None
        assert github.visible in ({}, {"v1.2.3": contents(tmp_path)})
        left[:] = [-1]
        assert publish(tmp_path).exit_code == 0
        assert_complete(github, tmp_path)
        github.close()
        if result is not None:  # more steps than there are
            break
    assert step > 20


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("when", "on", "skip"),
    [("call after", CREATE, 0), ("call before", UPLOAD, 4), ("call after", SHOW, 0)],
)
def test_a_process_that_was_killed_leaves_nothing_visible_or_all(when, on, skip, work, github):
    process = []
    started = threading.Event()

    def kill():
        started.wait()
        process[0].send_signal(signal.SIGKILL)
        process[0].wait()

    github.fault(when, on, skip=skip, call=kill)
    command = [sys.executable, "-m", "release.publish", *arguments(work)]
    process.append(subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL))
    started.set()
    assert process[0].wait() == -signal.SIGKILL
    assert github.visible == (
        {"v1.2.3": contents(work)} if (when, on) == ("call after", SHOW) else {}
    )
    assert publish(work).exit_code == 0
    assert_complete(github, work)


EDITS = {
    "pocket-digits-1.2.3.rbxl": "pocket-digits-1.2.3.rbxl was edited",
    "pocket-digits-1.2.3-tiny.safetensors": "pocket-digits-1.2.3-tiny.safetensors was edited",
    "manifest.json": "manifest.json was edited",
    "SHA256SUMS": "SHA256SUMS was edited",
    "extra.txt": "extra.txt is no file of a release of tiny",
}


@pytest.mark.parametrize("name", EDITS)
def test_a_file_of_dist_that_was_edited_is_named_before_anything_is_sent(name, work, github):
    with (work / "dist" / name).open("a") as file:
        file.write("\n")
    result = publish(work)
    assert result.exit_code == 1
    assert EDITS[name] in result.output
    assert github.log == []


def test_a_manifest_that_cannot_be_read_is_named(work, github):
    (work / "dist" / "manifest.json").write_text('{"version": "1.2.3"}')
    result = publish(work)
    assert result.exit_code == 1
    assert "manifest.json: edited, or of another version" in result.output
    assert github.log == []


VIOLATION = Violation(figure="accuracy", found=0.5, limit="at least 0.9", reason="it can read")
UNFIT = {
    "development": ({"version": "1.2.4-dev.3.gabc1234"}, "is a development version"),
    "dirty": ({"version": "1.2.4-dev.0.gabc1234.dirty"}, "is a development version"),
    "outside git": ({"version": "0.0.0-dev", "commit": None}, "is a development version"),
    "synthetic": ({"dataset": "synthetic"}, "its networks learnt from synthetic digits"),
    "smoke": ({"recipe": "smoke"}, "made by recipe smoke"),
    "unapproved": ({"violations": (VIOLATION,)}, "tiny was refused: accuracy is 0.5"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_not_fit_to_be_published_is_refused_by_name(name, work, github):
    changes, told = UNFIT[name]
    dist_files.make(work, **changes)
    result = publish(work)
    assert result.exit_code == 1
    assert told in result.output
    assert github.log == []


def test_what_was_not_verified_is_refused(work, github):
    (work / "build" / "verified.json").unlink()
    result = publish(work)
    assert result.exit_code == 1
    assert "it was not verified" in result.output
    assert github.log == []


def test_what_was_verified_before_it_was_built_anew_is_refused(work, github):
    kept = (work / "build" / "verified.json").read_bytes()
    dist_files.make(work, python="3.12.0")
    (work / "build" / "verified.json").write_bytes(kept)
    result = publish(work)
    assert result.exit_code == 1
    assert "is of another release" in result.output


def test_every_reason_is_named_at_once(work):
    dist_files.make(work, version="0.0.0-dev", recipe="smoke")
    (work / "build" / "verified.json").unlink()
    output = publish(work).output
    for told in ("development version", "recipe smoke", "not verified"):
        assert told in output


def test_the_dry_run_shows_every_step_and_sends_nothing(work, github, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN")
    result = publish(work, "--dry-run")
    assert result.exit_code == 0, result.output
    for name in contents(work):
        assert name in result.output
    assert "nothing was sent" in result.output
    assert github.log == []


def test_a_dry_run_of_what_would_be_refused_says_so(work):
    (work / "build" / "verified.json").unlink()
    result = publish(work, "--dry-run")
    assert result.exit_code == 1
    assert "it was not verified" in result.output


def test_a_missing_token_is_named(work, github, monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN")
    result = publish(work)
    assert result.exit_code == 1
    assert "GH_TOKEN or GITHUB_TOKEN is not set" in result.output
    assert github.log == []


def test_a_token_with_a_line_end_inside_is_refused_and_not_shown(work, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\nX-Evil: 1")
    result = publish(work)
    assert result.exit_code == 1
    assert "GITHUB_TOKEN holds" in result.output


def test_a_wrong_token_is_told(work, github):
    github.token = "another"
    result = publish(work)
    assert result.exit_code == 1
    assert "the token is not accepted" in result.output


def test_a_server_that_repeats_the_token_does_not_get_it_printed(work, github):
    github.fault("status", CREATE, status=400, message=f"bad header: Bearer {TOKEN}")
    result = publish(work)
    assert result.exit_code == 1
    assert "bad header: Bearer ***" in result.output


def test_no_token_goes_to_another_host(work, github, monkeypatch):
    release = {"upload_url": "https://evil.example/upload{?name,label}"}
    monkeypatch.setattr(GitHub, "_release", elsewhere(GitHub._release, release))
    result = publish(work)
    assert result.exit_code == 1
    assert "so no key is sent there" in result.output


def elsewhere(method, changes):
    return lambda self, release: method(self, release) | changes


def test_no_token_goes_over_plain_http(work, monkeypatch):
    monkeypatch.setenv("GITHUB_API_URL", "http://github.example/api/v3")
    result = publish(work)
    assert result.exit_code == 1
    assert "no https URL, so no key is sent there" in result.output


def test_a_redirection_is_refused_and_not_followed(work, github):
    headers = {"Location": "https://elsewhere.example/"}
    github.fault("status", LIST, status=301, headers=headers, message="Moved Permanently")
    result = publish(work)
    assert result.exit_code == 1
    assert "301" in result.output


@pytest.mark.parametrize("name", ["no-slash", "a/b/c", "owner/na me"])
def test_a_repository_has_an_owner_and_a_name(name, work):
    result = publish(work, "--repository", name)
    assert result.exit_code == 1
    assert "no repository of the form owner/name" in result.output
