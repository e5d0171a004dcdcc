"""A player teaches, leaves, and is understood the next time: client, server and store together.

`POCKET_DIGITS_PLACE=FILE.rbxl nox -s tests -- tests/roblox/test_session.py -s` prints
the transcript for a place with trained networks.
"""

import os
from pathlib import Path

import pytest

from pipeline.command import run

SESSION = Path(__file__).parents[1] / "luau" / "session.luau"


@pytest.fixture(scope="module")
def transcript(lune, built_place):
    # What does not go as it should ends Lune, and with it this fixture, with Luau's message.
    text = run(lune, "run", SESSION, os.environ.get("POCKET_DIGITS_PLACE", built_place))
    print(f"\n{text}")
    return text.splitlines()


def test_what_was_taught_is_understood_in_the_next_visit(transcript):
    said = [line[11:] for line in transcript]
    steps = ["presses personal", 'says "Learned', 'says "Saved."', "leaves", "player-7: personal"]
    at = [next(i for i, line in enumerate(said) if line.startswith(step)) for step in steps]
    assert at == sorted(at)


def test_two_servers_were_played(transcript):
    assert sum("joins" in line for line in transcript) == 2
