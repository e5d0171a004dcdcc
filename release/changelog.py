"""CHANGELOG.md → one version's entry, in the form of Keep a Changelog."""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it import MarkdownIt

from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY

CHANGELOG = REPOSITORY / "CHANGELOG.md"
HEADING = re.compile(r"\[?(?P<version>[^\]\s]+)\]?( [-–—] (?P<date>\d{4}-\d\d-\d\d))?")


def entry(version: str, changelog: Path = CHANGELOG) -> str:
    """Return what the changelog says of a version, as Markdown below its heading.

    Raises PocketDigitsError, naming the heading that is expected, when there is no such entry, or
    it is empty, without a date, or there twice.
    """
    text = changelog.read_text(encoding="utf-8")
    found = [(date, body) for name, date, body in _sections(text) if name == version]
    expected = f'expected one heading "## {version} - YYYY-MM-DD" with its changes below'
    if len(found) != 1:
        problem = f"{len(found)} entries" if found else "no entry"
        raise PocketDigitsError(
            f"{changelog.name}: {problem} for {version}, {expected}; write it, commit,"
            " and tag again"
        )
    date, body = found[0]
    if date is None or not body:
        problem = "is empty" if date else "has no date"
        raise PocketDigitsError(
            f"{changelog.name}: the entry for {version} {problem}, {expected}; write it, commit,"
            " and tag again"
        )
    return body


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
