"""CHANGELOG.md → one version's entry, in the form of Keep a Changelog."""

import re
from pathlib import Path

from markdown_it import MarkdownIt

from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

CHANGELOG = REPOSITORY / "CHANGELOG.md"
HEADING = re.compile(r"\[?(?P<version>[^\]\s]+)\]?( [-–—] (?P<date>\d{4}-\d\d-\d\d))?")


def entry(version: str, changelog: Path = CHANGELOG) -> str:
    """Return the changelog's entry for a version, as Markdown below its heading.

    Raises PocketDigitsError, naming the heading that is expected, when there is no such entry, or
    it is empty, without a date, or there twice.
    """
    sections = _sections(changelog.read_text(encoding="utf-8"))
    entries = [(date, body) for name, date, body in sections if name == version]
    if len(entries) == 1:
        date, body = entries[0]
        if date and body:
            return body
        problem = f"the entry for {version} {'is empty' if date else 'has no date'}"
    else:
        problem = f"{len(entries)} entries for {version}" if entries else f"no entry for {version}"
    raise PocketDigitsError(
        f'{changelog.name}: {problem}, expected one heading "## {version} - YYYY-MM-DD" with its'
        " changes below; write it, commit, and tag again"
    )


def _sections(text: str) -> list[tuple[str, str | None, str]]:
    """Return name, date and body of every part below a heading of the second level."""
    lines = text.splitlines()
    tokens = MarkdownIt().parse(text)
    headings = [
        (token.map, tokens[index + 1].content)
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2" and token.map is not None
    ]
    ends = [start for (start, _), _ in headings[1:]] + [len(lines)]
    sections = []
    for ((_, begin), title), end in zip(headings, ends, strict=True):
        heading = HEADING.fullmatch(title)
        if heading is not None:
            body = "\n".join(lines[begin:end]).strip()
            sections.append((heading["version"], heading["date"], body))
    return sections
