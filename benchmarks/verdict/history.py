"""The history of all runs: a file of one JSON line per run and network, to which lines are added.

A line is of its run: the same report twice is one run, and two histories that grew apart are
joined by taking every line of both, in order of time. What cannot be read is kept as it stands and
told: a damaged line costs itself and nothing else.
"""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from filelock import FileLock
from pydantic import ValidationError

from benchmarks.verdict import record
from benchmarks.verdict.record import Line
from benchmarks.verdict.report import Report
from pipeline import artifacts
from pipeline.errors import PocketDigitsError

MARKS = ("release", "accepted")


@dataclass(frozen=True)
class Damage:
    """A line that cannot be read: its number in the file, from 1, its text and what is wrong."""

    number: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.number} cannot be read, and is kept as it is: {self.reason}"


@dataclass(frozen=True)
class History:
    """All lines, oldest first, and what could not be read."""

    lines: tuple[Line, ...] = ()
    damaged: tuple[Damage, ...] = ()

    @property
    def text(self) -> str:
        """The file's content, what is damaged last."""
        good = (line.model_dump_json() for line in self.lines)
        damaged = sorted(each.text for each in self.damaged)  # so that merges agree on the file
        return "".join(f"{each}\n" for each in [*good, *damaged])

    def of(self, architecture: str) -> list[Line]:
        """Return one network's lines, oldest first."""
        return [line for line in self.lines if line.architecture == architecture]


def lines_of(
    report: Report, time: datetime, release: str | None = None, accepted: str | None = None
) -> History:
    """Return a report as a history of one run; `time` is when it is added."""
    return History(tuple(record.lines(report, time, release, accepted)))


def join(*histories: History) -> History:
    """Join histories: every line once, in the same order whichever comes first.

    Of a run that was added twice, the earlier time is kept, and a mark that either has.
    """
    found: dict[tuple[str, str], Line] = {}
    for line in sorted((line for each in histories for line in each.lines), key=_order):
        first = found.setdefault((line.run, line.architecture), line)
        marks = {name: _first(getattr(first, name), getattr(line, name)) for name in MARKS}
        found[line.run, line.architecture] = first.model_copy(update=marks)
    damaged: dict[str, Damage] = {}
    every = [each for history in histories for each in history.damaged]
    for lost in sorted(every, key=lambda each: (each.number, each.text)):
        damaged.setdefault(lost.text, lost)
    return History(tuple(sorted(found.values(), key=_order)), tuple(damaged.values()))


def _order(line: Line) -> tuple[str, ...]:
    return line.time.astimezone(timezone.utc).isoformat(), line.run, line.architecture


def _first(*marks: str | None) -> str | None:
    return min((mark for mark in marks if mark is not None), default=None)


def parse(text: str) -> History:
    """Read a history's text; a line that is damaged, or of another version, is told."""
    good, damaged = [], []
    for number, each in enumerate(text.splitlines(), start=1):
        if not each.strip():
            continue
        try:
            good.append(Line.model_validate_json(each))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            reason = f"{where}: {first['msg']}" if where else first["msg"]
            damaged.append(Damage(number, each, reason))
    return join(History(tuple(good), tuple(damaged)))


def load(path: Path) -> History:
    """Read a history.

    Raises PocketDigitsError when there is no such file, or it holds something else.
    """
    begin = f"`nox -s history -- append {shlex.quote(str(path))}`"
    text = artifacts.read(path, f"{begin} begins one from build/report.json")
    # Bytes that are no text damage their line and no other.
    found = parse(text.decode("utf-8", errors="replace"))
    objects = any(each.text.lstrip().startswith("{") for each in found.damaged)
    if found.damaged and not found.lines and not objects:
        raise PocketDigitsError(f"{path}: no history, but other text; name a file of JSON lines")
    return found


def add(path: Path, new: Iterable[History]) -> History:
    """Join histories into the file, which is seen whole at any moment, and return it."""
    if path.exists() and not path.is_file():
        raise PocketDigitsError(f"{path}: not a file; name one that may be replaced")
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        joined = join(*([load(path)] if path.is_file() else []), *new)
        artifacts.write_atomically(path, joined.text)
    return parse(joined.text)  # where damaged lines have other numbers


def marked(found: Sequence[Line]) -> Line | None:
    """Return the latest line that people took for good."""
    return next((line for line in reversed(found) if line.is_marked), None)
