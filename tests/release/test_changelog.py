import pytest

from pipeline.errors import PocketDigitsError
from release.changelog import CHANGELOG, entry

TEXT = """# Changelog

## [Unreleased]

### Added

- something to come

## [1.10.0] - 2026-11-21

### Added

- a line that is
  wrapped

```
## 9.9.9 - 2026-01-01
in a block of code
```

## 1.1.0 - 2026-10-01

- brackets are left out

## 1.0.0

- no date

## 0.9.0 - 2026-08-01

## 0.8.0 - 2026-07-01

- first

## 0.8.0 - 2026-07-02

- second
"""


@pytest.fixture
def changelog(tmp_path):
    path = tmp_path / "CHANGELOG.md"
    path.write_text(TEXT)
    return path


def test_entry_is_all_below_its_heading(changelog):
    body = entry("1.10.0", changelog)
    assert body.startswith("### Added\n\n- a line that is\n  wrapped\n")
    assert body.endswith("in a block of code\n```")


def test_heading_needs_no_brackets(changelog):
    assert entry("1.1.0", changelog) == "- brackets are left out"


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        ("1.1.1", "no entry for 1.1.1"),
        ("1.1", "no entry for 1.1"),
        ("9.9.9", "no entry for 9.9.9"),
        ("1.0.0", "1.0.0 has no date"),
        ("0.9.0", "0.9.0 is empty"),
        ("0.8.0", "2 entries for 0.8.0"),
    ],
    ids=["missing", "part of another", "in code", "without a date", "empty", "twice"],
)
def test_entry_that_cannot_be_published_names_the_heading_to_write(changelog, version, problem):
    with pytest.raises(PocketDigitsError, match=rf'{problem}.*"## {version} - YYYY-MM-DD"'):
        entry(version, changelog)


def test_changelog_of_the_repository_can_be_read():
    with pytest.raises(PocketDigitsError, match="Unreleased has no date"):
        entry("Unreleased", CHANGELOG)
