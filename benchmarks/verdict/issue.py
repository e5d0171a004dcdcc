"""The one GitHub issue that tells what got worse, opened, kept up to date and closed again."""

from collections.abc import Callable, Sequence

from pydantic import BaseModel, TypeAdapter

from benchmarks.verdict.report import Report

TITLE = "The scheduled benchmarks found something worse"
LABEL = "benchmarks"
Gh = Callable[..., str]  # runs GitHub's command line with these words, and returns its stdout


class Issue(BaseModel):
    """An open issue, as `gh issue list --json` tells it."""

    number: int
    body: str


def settle(report: Report, missing: Sequence[str], run_url: str, gh: Gh) -> str:
    """Bring the issue in line with a report, and say in one line what was done.

    `missing` are networks that should have been measured and were not. There is one issue at most:
    where two are open, as after a race, the newer ones are closed.
    """
    found = problems(report, missing)
    opened = TypeAdapter(list[Issue]).validate_json(
        gh("issue", "list", "--label", LABEL, "--state", "open", "--json", "number,body")
    )
    opened.sort(key=lambda issue: issue.number)
    first = opened[0] if opened else None
    for newer in opened[1:]:
        _close(gh, newer.number, f"Told in #{opened[0].number}.")
    commit = report.environment.title
    if not found:
        if first is None:
            return "nothing is worse, and no issue is open"
        _close(gh, first.number, f"Mended: nothing is worse at {commit}. See {run_url}.")
        return f"nothing is worse any more: closed #{first.number}"
    text = body(found, commit, run_url)
    if first is None:
        gh("label", "create", LABEL, "--force", "--description", "found by benchmarks.yml")
        return (
            "opened "
            + gh(*("issue", "create", "--title", TITLE, "--label", LABEL, "--body", text)).strip()
        )
    if _list(first.body) != _list(text):  # an edit tells nobody, so what is new is a comment
        gh("issue", "comment", str(first.number), "--body", text)
    gh("issue", "edit", str(first.number), "--body", text)
    return f"updated #{first.number}"


def problems(report: Report, missing: Sequence[str]) -> list[str]:
    """Return what is worse, one line of Markdown each."""
    lines = [
        f"`{row.architecture}`: {violation}"
        for row in report.rows
        for violation in row.verdict.violations
    ]
    return lines + [f"`{name}`: was not measured, its job failed" for name in missing]


def body(found: Sequence[str], commit: str, run_url: str) -> str:
    """Return the issue's text."""
    listed = "\n".join(f"- {line}" for line in found)
    return f"Measured at {commit}, [in this run]({run_url}):\n\n{listed}\n"


def _list(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("- ")]


def _close(gh: Gh, number: int, comment: str) -> None:
    gh("issue", "close", str(number), "--comment", comment)
