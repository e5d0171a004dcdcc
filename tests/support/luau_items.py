"""Collects `tests/luau/*.spec.luau` as ordinary pytest items, each of its cases one of them.

A spec returns a table of cases, written `["name"] = function()` one tab deep. All cases of a file
run in one Lune process, when the first of them is due, against the `built_place` of conftest.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipeline.command import run

SUFFIX = ".spec.luau"
CASE = re.compile(r'^\t\["(?P<name>[^"]+)"\] = function\(\)')
RUNNER = Path(__file__).parents[1] / "luau" / "run_spec.luau"


def written_cases(spec):
    """Return the cases that stand in a spec, each with its line, counted from 0."""
    lines = spec.read_text(encoding="utf-8").splitlines()
    matches = enumerate(map(CASE.match, lines))
    return {match["name"]: number for number, match in matches if match}


class SpecFile(pytest.File):
    """One `.spec.luau` file."""

    def collect(self):
        for name, line in written_cases(self.path).items():
            yield SpecCase.from_parent(self, name=name, line=line)


class SpecCase(pytest.Function):
    """One case, which fails with Luau's own message and the lines that led there."""

    def __init__(self, *, line, **kwargs):
        super().__init__(callobj=self._run, **kwargs)
        self._line = line

    def _run(self, spec_failures):
        failure = spec_failures(self.path)[self.name]
        if failure is not None:
            pytest.fail(failure, pytrace=False)

    def reportinfo(self):
        return self.path, self._line, self.name


@pytest.fixture(scope="session")
def spec_failures(lune, built_place):
    """Return a function from a spec's path to what each case failed with, None where it passed."""
    outcomes = {}

    def failures(spec):
        if spec not in outcomes:
            lines = run(lune, "run", RUNNER, built_place, spec.stem).splitlines()
            results = [json.loads(line) for line in lines]
            ran = {result["name"]: result.get("failure") for result in results}
            if only_one_sees := ran.keys() ^ written_cases(spec).keys():
                pytest.fail(f"{spec.name}: pytest and Lune see different cases: {only_one_sees}")
            outcomes[spec] = ran
        return outcomes[spec]

    return failures
