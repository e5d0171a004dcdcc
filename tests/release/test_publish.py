"""A release is published in one step, whole, and never again."""

import re
import subprocess
import sys
import threading

import dist_files
import pytest
from publishing import (
    CREATE,
    SHOW,
    arguments,
    assert_complete,
    contents,
    publish,
)

from pipeline.fingerprint import REPOSITORY
from release.publish.steps import OURS


def test_what_is_published_is_all_of_dist(to_publish, github):
    result = publish(to_publish)
    assert result.exit_code == 0, result.output
    assert_complete(github, to_publish)
    assert f"{len(contents(to_publish))} files are visible" in result.output


def test_the_release_appears_in_one_step_when_all_is_there(to_publish, github):
    seen = []
    github.fault("call before", SHOW, call=lambda: seen.append(dict(github.visible)))
    assert publish(to_publish).exit_code == 0
    assert seen == [{}]
    writes = [request for request in github.log if not request.startswith("GET")]
    assert re.fullmatch(SHOW, writes[-1])


def test_publishing_again_changes_nothing(to_publish, github):
    publish(to_publish)
    github.log.clear()
    result = publish(to_publish)
    assert result.exit_code == 0
    assert "published already" in result.output
    assert [request for request in github.log if not request.startswith("GET")] == []
    assert_complete(github, to_publish)


def test_a_release_that_is_published_with_other_files_is_not_touched(to_publish, github):
    github.add_release("v1.2.3", {"other.rbxl": b"older"})
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "other.rbxl is too many" in result.output
    assert "never changed: release the next version" in result.output
    assert github.visible == {"v1.2.3": {"other.rbxl": b"older"}}
    assert github.touched == []


def test_a_tag_that_another_run_publishes_meanwhile_is_not_published_twice(to_publish, github):
    github.fault(
        "call before", CREATE, call=lambda: github.add_release("v1.2.3", contents(to_publish))
    )
    result = publish(to_publish)
    assert result.exit_code == 0, result.output
    assert "published already" in result.output
    assert_complete(github, to_publish)


def test_two_runs_at_once_make_one_release(to_publish, github):
    results = []
    both = [
        threading.Thread(target=lambda: results.append(publish_quietly(to_publish))) for _ in "ab"
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    if publish(to_publish).exit_code:  # two drafts at once: the next run tidies up
        raise AssertionError(results)
    assert_complete(github, to_publish)


def publish_quietly(folder):
    command = [sys.executable, "-m", "release.publish", "publish", *arguments(folder)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_a_draft_that_somebody_else_made_is_left_alone(to_publish, github):
    github.add_release("v1.2.3", {"notes.txt": b"by hand"}, draft=True, body="my own draft")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "a draft of v1.2.3 that nox -s publish did not make" in result.output
    assert [release["body"] for release in github.drafts] == ["my own draft"]


def test_what_is_published_counts_even_beside_somebody_elses_draft(to_publish, github):
    github.add_release("v1.2.3", draft=True, body="my own draft")
    github.add_release("v1.2.3", contents(to_publish))
    result = publish(to_publish)
    assert result.exit_code == 0, result.output
    assert "published already" in result.output
    assert [release["body"] for release in github.drafts] == ["my own draft"]


def test_what_another_build_left_in_our_draft_is_replaced(to_publish, github):
    stale = {"SHA256SUMS": b"of another build", "pocket-digits-1.2.3-old.luau": b"removed since"}
    github.add_release("v1.2.3", stale, draft=True, body=f"old notes\n{OURS}")
    assert publish(to_publish).exit_code == 0
    assert_complete(github, to_publish)


def test_a_second_draft_of_ours_is_removed(to_publish, github):
    for _ in range(2):
        github.add_release("v1.2.3", draft=True, body=OURS)
    assert publish(to_publish).exit_code == 0
    assert_complete(github, to_publish)


def test_a_draft_that_was_changed_before_the_end_is_not_published(to_publish, github):
    def add():
        github.add_asset(github.drafts[0], "extra.exe", b"somebody else's")

    github.fault("call after", r"GET .*/commits/.*", skip=1, call=add)
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "extra.exe is too many" in result.output
    assert github.visible == {}


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({}, "no such tag in owner/digits; run `git push origin v1.2.3`"),
        ({"v1.2.3": "f" * 40}, f"commit {dist_files.COMMIT} was built"),
    ],
)
def test_the_tag_must_be_what_was_built(tags, message, to_publish, github):
    github.tags = tags
    result = publish(to_publish)
    assert result.exit_code == 1
    assert message in result.output
    assert github.releases == {}


def test_the_notes_compare_with_the_latest_release_without_sending_the_token_to_the_store(
    to_publish, github
):
    older = to_publish / "older"
    dist_files.make(older, version="1.2.2", seed_accuracies=(0.9,))
    github.add_release("v1.2.2", contents(older))
    assert publish(to_publish).exit_code == 0
    body = next(each["body"] for each in github.releases.values() if each["tag_name"] == "v1.2.3")
    assert body.startswith("### Added\n\n- Digits.")
    assert "Changes are since 1.2.2." in body
    assert github.leaked == []


def test_a_latest_release_of_another_form_is_not_compared_with(to_publish, github):
    github.add_release("v1.2.2", {"manifest.json": b"{}"})
    result = publish(to_publish)
    assert result.exit_code == 0
    assert "v1.2.2 has a manifest of another form" in result.output


def test_a_version_without_an_entry_in_the_changelog_is_refused(to_publish, github):
    (to_publish / "CHANGELOG.md").write_text("## Unreleased\n")
    result = publish(to_publish)
    assert result.exit_code == 1
    assert "no entry for 1.2.3" in result.output
    assert github.log == []


def test_a_prerelease_is_marked_as_one(to_publish, github):
    dist_files.make(to_publish, version="1.3.0-rc.1")
    github.tags["v1.3.0-rc.1"] = dist_files.COMMIT
    assert publish(to_publish).exit_code == 0
    assert [release["prerelease"] for release in github.releases.values()] == [True]
