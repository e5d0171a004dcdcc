"""How long reading and learning hold up a frame: what is played, and the table of it."""

import pytest
from written_digits import drawings

from benchmarks.studies import frames


@pytest.mark.parametrize("way", frames.WAYS)
def test_every_point_that_is_drawn_has_a_frame(lune, built_place, way):
    people = drawings(3, 10)
    played = frames.play(lune, built_place, "hidden", people, way)
    points = sum(len(stroke) for each in people for stroke in each.strokes)
    assert len(played.frames) > points
    assert min(played.frames) > 0
    assert len(played.baseline) == len(people)


def test_the_table_tells_how_many_frames_took_too_long():
    played = {"draw": frames.Frames(range(101), [1.6])}
    made = frames.table("best", played)
    row = [next(iter(column.cells)) for column in made.columns]
    assert row[1:7] == ["101", "50.00", "99.00", "100.00", "98", "1.60"]
