"""Which earlier runs a run is held against.

Each metric is held against the last release, the last run that was accepted, or else the last
that the gate approved; and against the trend: the least of what the last runs took, so that small
steps do not add up unseen. Whatever was measured by another recipe or on other data is no
reference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure.columns import COLUMNS
from benchmarks.measure.units import BYTES, COUNTED
from benchmarks.verdict.gate import Rule
from benchmarks.verdict.history import marked
from benchmarks.verdict.record import Line

INSTRUCTIONS = tuple(key for key, each in COLUMNS.items() if each.unit is COUNTED)
GROWING = (*(key for key, each in COLUMNS.items() if each.unit is BYTES), *INSTRUCTIONS)
ACCURACIES = ("accuracy", "drawn_accuracy")
ALL = (*GROWING, *ACCURACIES)
TREND = 30  # runs


@dataclass(frozen=True)
class Reference:
    """An earlier run of the same network, by the name that messages give it.

    `only` are the metrics to hold against it.
    """

    rule: Rule
    title: str
    earlier: Line
    only: Sequence[str] = ALL


def references(lines: Sequence[Line], now: Line) -> list[Reference]:
    """Return which of a network's lines, oldest first, a run is held against; none may be."""
    alike = [line for line in lines if (line.recipe, line.dataset) == (now.recipe, now.dataset)]
    last = marked(alike)
    since = alike[alike.index(last) :] if last else alike
    recent = [line for line in since if line.approved or line.is_marked][-TREND:]
    if not recent:
        return []
    before = last or recent[-1]
    found = [Reference("last", before.title, before)]
    least = {name: _least(recent, name) for name in GROWING}
    for name, line in least.items():
        if line is not None and getattr(line, name) != getattr(before, name):
            found.append(Reference("trend", _of_trend(line, "least", recent), line, (name,)))
    first = recent[0]
    if last is None and first is not before:  # else losses add up against the marked run itself
        found.append(Reference("trend", _of_trend(first, "first", recent), first, ACCURACIES))
    return found


def _least(lines: Sequence[Line], name: str) -> Line | None:
    measured = [line for line in lines if getattr(line, name) is not None]
    return min(measured, key=lambda line: float(getattr(line, name)), default=None)


def _of_trend(line: Line, which: str, recent: Sequence[Line]) -> str:
    return f"{line.title}, the {which} of the last {len(recent)} runs"
