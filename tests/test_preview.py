"""The built place's screen, played in Lune and drawn as a picture."""

import numpy as np
import pytest

from benchmarks.preview import TOP_INSET, draw_preview, paint, visible_shapes

SIZES = {"desktop": (1280, 720), "phone": (390, 844), "phone on its side": (844, 390)}
STROKE = [(0.3, 0.2), (0.7, 0.2), (0.5, 0.8)]
PARTS = ("Title", "About", "Canvas", "Answer", "Bars", "Clear")
BACKDROP = "Colour"


@pytest.fixture(scope="module", params=SIZES.values(), ids=SIZES.keys())
def size(request):
    return request.param


@pytest.fixture(scope="module")
def shapes(lune, built_place, size):
    return visible_shapes(built_place, lune, [STROKE], size)


def named(shapes, name):
    return next(shape for shape in shapes if shape["name"] == name)


def overlap(a, b):
    across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    return min(across, down)


def test_nothing_leaves_the_part_of_the_screen_that_is_ours(shapes, size):
    for shape in shapes:
        if shape["name"] != BACKDROP:
            assert shape["x"] >= 0, shape
            assert shape["y"] >= TOP_INSET, shape
            assert shape["x"] + shape["width"] <= size[0], shape
            assert shape["y"] + shape["height"] <= size[1], shape


def test_backdrop_covers_the_whole_screen(shapes, size):
    backdrop = named(shapes, BACKDROP)
    corners = backdrop["x"], backdrop["y"], backdrop["width"], backdrop["height"]
    assert corners == (0, 0, *size)


def test_no_part_of_the_screen_covers_another(shapes):
    parts = [named(shapes, name) for name in PARTS]
    for i, part in enumerate(parts):
        for other in parts[:i]:
            assert overlap(part, other) <= 0.5, (part, other)


def test_canvas_is_square(shapes):
    canvas = named(shapes, "Canvas")
    assert canvas["width"] == pytest.approx(canvas["height"], abs=0.5)


def test_clear_button_is_large_enough_for_a_finger(shapes):
    clear = named(shapes, "Clear")
    assert min(clear["width"], clear["height"]) >= 44


def test_ink_is_dark_where_the_stroke_ran_and_paper_is_light_elsewhere(lune, built_place):
    size = SIZES["desktop"]
    canvas = named(visible_shapes(built_place, lune, [STROKE], size), "Canvas")
    picture = np.asarray(draw_preview(built_place, lune, [STROKE], size).convert("L"))

    def brightness(x, y):
        column, row = canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"]
        return picture[round(row), round(column)]

    assert picture.shape == (size[1], size[0])
    assert brightness(0.5, 0.2) < 100
    assert brightness(0.1, 0.9) > 200


def test_picture_is_the_same_every_time(lune, built_place):
    first, second = (draw_preview(built_place, lune, [STROKE]) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("width", [0, 0.2])
def test_bar_of_a_hopeless_digit_leaves_no_mark(width):
    bar = {"name": "Fill", "x": 5, "y": 5, "width": width, "height": 4, "corner": 2, "text": ""}
    picture = paint([bar | {"fill": (1, 1, 1, 1)}], (20, 20))
    assert not np.asarray(picture).any()
