"""A release is published whole or not at all, whatever the server, the network or a kill does."""

import hashlib
import signal
import subprocess
import sys
import threading

import dist_files
import pytest
from github_double import GitHub
from publishing import (
    CREATE,
    LIST,
    SHOW,
    TOKEN,
    UPLOAD,
    WRITE,
    arguments,
    assert_complete,
    contents,
    environment,
    publish,
)
from typer.testing import CliRunner

from pipeline.fingerprint import REPOSITORY
from release.publish import remote, retries
from release.publish.__main__ import app

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
def test_a_fault_that_passes_ends_in_the_whole_release(name, to_publish, github, monkeypatch):
    monkeypatch.setattr(remote, "SECONDS_TO_ANSWER", 0.3)
    github.fault(**PASSING[name])
    result = publish(to_publish)
    assert result.exit_code == 0, result.output
    assert_complete(github, to_publish)


@pytest.mark.parametrize("name", PASSING)
def test_a_fault_that_stays_shows_nothing_or_all_and_the_next_run_finishes(
    name, to_publish, github, monkeypatch
):
    monkeypatch.setattr(remote, "SECONDS_TO_ANSWER", 0.1)
    github.fault(**(PASSING[name] | {"times": 99}))
    result = publish(to_publish)
    if github.visible:
        assert_complete(github, to_publish)
    else:
        assert result.exit_code == 1
        assert "failed 6 times" in result.output
    github.faults.clear()
    result = publish(to_publish)
    assert result.exit_code == 0, result.output
    assert_complete(github, to_publish)


def test_the_wait_is_what_retry_after_asks_for(to_publish, github, waits):
    github.fault("status", UPLOAD, status=429, headers={"Retry-After": "77"})
    publish(to_publish)
    assert waits == [77]


def test_a_rate_limit_is_waited_for_until_it_resets(to_publish, github, waits, monkeypatch):
    monkeypatch.setattr(retries, "time", lambda: 1000)
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1100"}
    github.fault("status", UPLOAD, status=403, headers=headers)
    publish(to_publish)
    assert waits == [101]


def test_pauses_grow(to_publish, github, waits):
    github.fault("status", UPLOAD, times=5)
    assert publish(to_publish).exit_code == 0
    assert len(waits) == 5
    assert waits[0] < 3 < 15 < waits[-1]


def test_who_is_told_to_wait_for_an_hour_is_told_so(to_publish, github, waits):
    github.fault("status", UPLOAD, status=429, headers={"Retry-After": "3600"})
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "asks to wait 60 minutes" in result.output
    assert waits == []
    assert publish(to_publish).exit_code == 0
    assert_complete(github, to_publish)


@pytest.mark.parametrize("step", range(12))
def test_permission_lost_at_any_write_is_named_and_the_next_run_goes_on(step, to_publish, github):
    message = "Resource not accessible by integration"
    github.fault("status", WRITE, skip=step, times=99, status=403, message=message)
    result = publish(to_publish)
    if step < 11:  # as many writes as there are
        assert github.visible == {}
        assert result.exit_code == 1
        assert message in result.output
        assert "needs contents: write of owner/digits" in result.output
    github.faults.clear()
    assert publish(to_publish).exit_code == 0
    assert_complete(github, to_publish)


def test_a_digest_that_is_not_there_yet_is_waited_for(to_publish, github, waits):
    github.fault("no digest", UPLOAD, skip=len(contents(to_publish)) - 1)

    def compute():
        for asset in github.drafts[0]["files"].values():
            asset["digest"] = f"sha256:{hashlib.sha256(asset['data']).hexdigest()}"

    github.fault("call before", r"GET .*/assets", skip=1, call=compute)
    result = publish(to_publish)
    assert result.exit_code == 0, result.output
    assert result.output.count("upload ") == len(contents(to_publish))
    assert len(waits) == 1
    assert_complete(github, to_publish)


def test_a_server_without_digests_is_refused(to_publish, github):
    github.fault("no digest", UPLOAD, times=99)
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "has the digest None" in result.output
    assert github.visible == {}


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
            result = CliRunner().invoke(app, ["publish", *arguments(tmp_path)])
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
def test_a_process_that_was_killed_leaves_nothing_visible_or_all(
    when, on, skip, to_publish, github
):
    process = []
    started = threading.Event()

    def kill():
        started.wait()
        process[0].send_signal(signal.SIGKILL)
        process[0].wait()

    github.fault(when, on, skip=skip, call=kill)
    command = [sys.executable, "-m", "release.publish", "publish", *arguments(to_publish)]
    process.append(subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL))
    started.set()
    assert process[0].wait() == -signal.SIGKILL
    assert github.visible == (
        {"v1.2.3": contents(to_publish)} if (when, on) == ("call after", SHOW) else {}
    )
    assert publish(to_publish).exit_code == 0
    assert_complete(github, to_publish)
