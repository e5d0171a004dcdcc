"""The built place survives whatever a player does: random events, no error, and nothing grows."""

import json
import os
from pathlib import Path

import pytest

from pipeline.command import run

STORM = Path(__file__).parents[1] / "luau" / "storm.luau"
# 100,000 take some minutes:
# POCKET_DIGITS_STORM=100000 nox -s tests -- tests/roblox/test_storm.py
EVENTS = int(os.environ.get("POCKET_DIGITS_STORM", "2000"))


@pytest.fixture(scope="module")
def storm(lune, built_place):
    # An error in a script ends Lune, and with it this fixture, with Luau's message.
    return json.loads(run(lune, "run", STORM, built_place, str(EVENTS), "1").splitlines()[-1])


def test_random_events_meet_no_error(storm):
    assert storm["events"] == EVENTS


@pytest.mark.parametrize("what", ["instances", "connections"])
def test_random_events_leave_nothing_behind(storm, what):
    assert storm["last"][what] == storm["half"][what]
