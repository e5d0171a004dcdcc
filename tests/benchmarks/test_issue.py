"""The one issue about what is worse: opened, updated, closed; GitHub's command line is a double."""

import json

import pytest
from measurements import measurement, report

from benchmarks.verdict.gate import Violation
from benchmarks.verdict.issue import LABEL, TITLE, settle

WORSE = Violation(
    rule="last", metric="model_luau_bytes", found=1020, limit="at most 1,009", reason="grew by 2 %"
)
RUN = "https://github.example/run/7"


class Gh:
    """Keeps issues as GitHub does, and refuses what `gh` would."""

    def __init__(self):
        self.issues = {}
        self.labels = set()
        self.did = []

    def __call__(self, *words):
        match words:
            case ("label", "create", name, "--force", "--description", _):
                self.labels.add(name)
                return ""
            case ("issue", "list", "--label", label, "--state", "open", "--json", "number,body"):
                found = [
                    {"number": number, "body": issue["body"]}
                    for number, issue in self.issues.items()
                    if issue["open"] and issue["label"] == label
                ]
                return json.dumps(found[::-1])  # newest first, as gh lists them
            case ("issue", "create", "--title", title, "--label", label, "--body", body):
                assert label in self.labels, f"could not add label: '{label}' not found"
                number = len(self.issues) + 1
                self.issues[number] = {
                    "title": title,
                    "label": label,
                    "body": body,
                    "open": True,
                    "comments": [],
                }
                return f"https://github.example/issues/{number}\n"
            case ("issue", "edit", number, "--body", body):
                self.issues[int(number)]["body"] = body
            case ("issue", "comment", number, "--body", body):
                self.issues[int(number)]["comments"].append(body)
            case ("issue", "close", number, "--comment", body):
                self.issues[int(number)]["open"] = False
                self.issues[int(number)]["comments"].append(body)
            case _:
                raise AssertionError(f"gh knows no {words}")
        return ""

    @property
    def open(self):
        return [number for number, issue in self.issues.items() if issue["open"]]


@pytest.fixture
def gh():
    return Gh()


def good():
    return report(measurement())


def bad(*violations):
    return report(measurement(), violations=violations or (WORSE,))


def test_nothing_is_opened_while_nothing_is_worse(gh):
    assert settle(good(), [], RUN, gh) == "nothing is worse, and no issue is open"
    assert not gh.issues


def test_what_is_worse_opens_an_issue_with_figure_reason_and_run(gh):
    assert settle(bad(), [], RUN, gh) == "opened https://github.example/issues/1"
    issue = gh.issues[1]
    assert (issue["title"], issue["label"]) == (TITLE, LABEL)
    assert "- `net`: model_luau_bytes is 1,020, the limit is at most 1,009" in issue["body"]
    assert "grew by 2 %" in issue["body"]
    assert RUN in issue["body"]


def test_a_network_whose_job_failed_opens_one_too(gh):
    settle(good(), ["tiny"], RUN, gh)
    assert "- `tiny`: was not measured, its job failed" in gh.issues[1]["body"]


def test_the_same_finding_next_night_updates_the_issue_and_tells_nobody_again(gh):
    settle(bad(), [], RUN, gh)
    assert settle(bad(), [], "https://github.example/run/8", gh) == "updated #1"
    assert gh.open == [1]
    assert "run/8" in gh.issues[1]["body"]
    assert not gh.issues[1]["comments"]


def test_another_finding_is_told_in_a_comment(gh):
    settle(bad(), [], RUN, gh)
    settle(bad(WORSE, WORSE.model_copy(update={"metric": "cost_ratio"})), [], RUN, gh)
    (comment,) = gh.issues[1]["comments"]
    assert "cost_ratio" in comment


def test_what_is_mended_closes_the_issue_and_the_next_finding_opens_another(gh):
    settle(bad(), [], RUN, gh)
    assert settle(good(), [], RUN, gh) == "nothing is worse any more: closed #1"
    assert "Mended" in gh.issues[1]["comments"][0]
    settle(bad(), [], RUN, gh)
    assert gh.open == [2]


def test_of_two_open_issues_the_older_one_stays(gh):
    settle(bad(), [], RUN, gh)
    gh("issue", "create", "--title", TITLE, "--label", LABEL, "--body", "")
    settle(bad(), [], RUN, gh)
    assert gh.open == [1]
    assert gh.issues[2]["comments"] == ["Told in #1."]


def test_an_issue_that_people_opened_is_left_alone(gh):
    gh.labels.add("bug")
    gh("issue", "create", "--title", "mine", "--label", "bug", "--body", "")
    settle(good(), [], RUN, gh)
    assert gh.open == [1]
