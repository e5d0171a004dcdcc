"""The built place's screens, played in Lune and drawn, on every device and in every view."""

import numpy as np
import pytest

from benchmarks.headless.paint import paint
from benchmarks.headless.preview import (
    SCREENS,
    TOP_INSET,
    VIEWS,
    draw_preview,
    visible_shapes,
    written,
)

pytestmark = pytest.mark.slow

BACKDROP = "Colour"
TOUCH = 44  # pixels that a finger needs
ALWAYS = {"Title", "Version", "Canvas", "Undo", "Clear", "Eraser", "Wide"}
VIEW_BUTTONS = {view.capitalize() for view in VIEWS}
# What fills the panel in each view, none of it covering another.
PARTS = {
    "read": {"Answer", "Seen", "Bars"},
    "wide": {"Answer", "Seen", "Bars"},
    "inside": {"Before", "After", "Layer", "Channels", "Tile"},
    "teach": {"personal", "scratch", "Message", "Save", "Load", "Export", "Import", "Reset"}
    | {f"Digit{digit}" for digit in range(10)},
    "models": {"Network hidden", "Network linear", "Network convolutional"},
}
CASES = [(device, view) for device in SCREENS for view in VIEWS]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def shapes(lune, built_place, case):
    device, view = case
    drawing = written("429" if view == "wide" else "3")
    return visible_shapes(built_place, lune, drawing, SCREENS[device], VIEWS[view])


def box(shape):
    left, top = shape["x"], shape["y"]
    right, bottom = left + shape["width"], top + shape["height"]
    if clip := shape.get("clip"):
        left, top = max(left, clip[0]), max(top, clip[1])
        right, bottom = min(right, clip[2]), min(bottom, clip[3])
    return left, top, right, bottom


def overlap(a, b):
    a, b = box(a), box(b)
    return min(min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1]))


def test_nothing_leaves_the_part_of_the_screen_that_is_ours(shapes, case):
    screen = SCREENS[case[0]]
    for shape in shapes:
        left, top, right, bottom = box(shape)
        if shape["name"] != BACKDROP and right > left and bottom > top:
            assert left >= screen.side_inset - 0.5, shape
            assert top >= TOP_INSET - 0.5, shape
            assert right <= screen.size[0] - screen.side_inset + 0.5, shape
            assert bottom <= screen.size[1] + 0.5, shape


def test_backdrop_covers_the_whole_screen(shapes, case):
    assert box(next(shape for shape in shapes if shape["name"] == BACKDROP)) == (
        0,
        0,
        *SCREENS[case[0]].size,
    )


def test_no_part_of_the_screen_covers_another(shapes, case):
    names = ALWAYS | VIEW_BUTTONS | PARTS[case[1]]
    parts = [shape for shape in shapes if shape["name"] in names]
    assert names <= {part["name"] for part in parts}
    for i, part in enumerate(parts):
        for other in parts[:i]:
            assert overlap(part, other) <= 0.5, (part, other)


def test_whatever_can_be_pressed_is_large_enough_for_a_finger(shapes):
    for shape in shapes:
        if shape["isButton"]:
            assert min(shape["width"], shape["height"]) >= TOUCH, shape


def test_letters_are_high_enough_to_read(shapes):
    for shape in shapes:
        if shape.get("text"):
            assert shape["height"] >= 9, shape


def test_paper_has_the_shape_that_its_ink_was_drawn_for(shapes, case):
    canvas = next(shape for shape in shapes if shape["name"] == "Canvas")
    aspect = 1.6 if case[1] == "wide" else 1
    assert canvas["width"] == pytest.approx(aspect * canvas["height"], abs=1.5)


def test_ink_is_dark_where_the_stroke_ran_and_paper_is_light_elsewhere(lune, built_place):
    screen = SCREENS["desktop"]
    stroke = [(0.3, 0.2), (0.7, 0.2), (0.5, 0.8)]
    shapes = visible_shapes(built_place, lune, [stroke], screen)
    canvas = next(shape for shape in shapes if shape["name"] == "Canvas")
    picture = np.asarray(draw_preview(built_place, lune, [stroke], screen).convert("L"))

    def brightness(x, y):
        column, row = canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"]
        return picture[round(row), round(column)]

    assert picture.shape == screen.size[::-1]
    assert brightness(0.5, 0.2) < 100
    assert brightness(0.6, 0.5) < 100
    assert brightness(0.1, 0.9) > 200


def test_picture_is_the_same_every_time(lune, built_place):
    first, second = (draw_preview(built_place, lune, written("3")) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("width", [0, 0.2])
def test_bar_of_a_hopeless_digit_leaves_no_mark(width):
    picture = paint([shape(x=5, y=5, width=width, height=4, corner=2)], (20, 20))
    assert not np.asarray(picture).any()


def test_turned_box_lies_where_it_was_turned_to():
    upright = shape(x=2, y=9, width=16, height=2, rotation=90)
    picture = np.asarray(paint([upright], (20, 20)).convert("L"))
    assert picture[4, 10] > 200
    assert picture[10, 4] == 0


def test_what_a_window_clips_is_not_painted():
    picture = np.asarray(
        paint([shape(x=0, y=0, width=20, height=20, clip=[0, 0, 20, 10])], (20, 20))
    )
    assert picture[5, 5].all()
    assert not picture[15, 5].any()


def shape(**fields):
    plain = {"name": "", "corner": 0, "text": "", "fill": (1, 1, 1, 1), "isButton": False}
    return plain | fields
