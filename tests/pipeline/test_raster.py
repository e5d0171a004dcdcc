from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import raster
from pipeline.raster import BOX, CENTRE, PEN_RADIUS, normalize, rasterize, render, segment_indices

HOOK = np.array([[0.1, 0.2], [0.5, 0.15], [0.45, 0.6], [0.2, 0.9], [0.7, 0.8]])
CROSS = [[[0.2, 0.5], [0.9, 0.45]], [[0.5, 0.1], [0.55, 0.95]]]
FLOAT32_TOO_LARGE = 1e300

coordinates = st.floats(0, 1, width=32)
strokes = st.lists(st.lists(st.tuples(coordinates, coordinates), max_size=12), max_size=4)


def by_hand(drawing):
    """Define `render`, one segment and one pixel at a time."""
    drawn = [np.float32(stroke).astype(float) for stroke in drawing if len(stroke)]
    image = np.zeros((28, 28))
    if not drawn:
        return image
    points = np.concatenate(drawn)
    extent = np.ptp(points, axis=0).max()
    scale = (20 - 2 * PEN_RADIUS) / extent if extent > 0 else 0.0
    drawn = [(stroke - points.min(axis=0)) * scale for stroke in drawn]
    mass, moment = 0.0, np.zeros(2)
    segments = []
    for stroke in drawn:
        for end in (stroke[0], stroke[-1]):
            mass += np.pi * PEN_RADIUS / 4
            moment += np.pi * PEN_RADIUS / 4 * end
        for a, b in pairwise(stroke):
            mass += np.linalg.norm(b - a)
            moment += np.linalg.norm(b - a) * (a + b) / 2
            segments.append((a, b))
        if len(stroke) == 1:
            segments.append((stroke[0], stroke[0]))
    for row in range(28):
        for column in range(28):
            pixel = np.array([column, row]) + 0.5 - CENTRE + moment / mass
            for a, b in segments:
                squared = (b - a) @ (b - a)
                along = np.clip((pixel - a) @ (b - a) / squared, 0, 1) if squared > 0 else 0.0
                distance = np.linalg.norm(pixel - a - along * (b - a))
                ink = np.clip(PEN_RADIUS + 0.5 - distance, 0, 1)
                image[row, column] = max(image[row, column], ink)
    return image


def centre_of_mass(image):
    at = np.arange(28) + 0.5
    return np.array([image.sum(axis=0) @ at, image.sum(axis=1) @ at]) / image.sum()


@settings(max_examples=15, deadline=None)
@given(strokes)
def test_render_follows_its_definition(drawing):
    np.testing.assert_allclose(render(drawing), by_hand(drawing), atol=1e-6)


@settings(max_examples=100, deadline=None)
@given(strokes)
def test_an_image_is_finite_and_between_paper_and_ink(drawing):
    image = render(drawing)
    assert image.shape == (28, 28)
    assert image.dtype == np.float64
    assert np.isfinite(image).all()
    assert image.min() >= 0
    assert image.max() <= 1


@pytest.mark.parametrize("drawing", [[], [[]], [[], []], [np.zeros((0, 2))]])
def test_no_ink_is_a_blank_image(drawing):
    assert not render(drawing).any()


def test_strokes_without_points_leave_no_ink():
    np.testing.assert_array_equal(render([[], HOOK, []]), render([HOOK]))


@pytest.mark.parametrize("drawing", [[[[0.3, 0.8]]], [[[0.3, 0.8]] * 5], [[[0.3, 0.8]]] * 3])
def test_a_dot_is_a_disc_in_the_middle_however_often_it_is_dotted(drawing):
    offsets = np.arange(28) + 0.5 - CENTRE
    distance = np.hypot(offsets[:, np.newaxis], offsets)
    expected = np.clip(PEN_RADIUS + 0.5 - distance, 0, 1)
    np.testing.assert_allclose(render(drawing), expected, atol=1e-12)


def test_a_straight_line_fills_the_box():
    image = render([[[0.4, 0.1], [0.4, 0.3]]])
    assert image.sum() == pytest.approx(
        (BOX - 2 * PEN_RADIUS) * 2 * PEN_RADIUS + np.pi * PEN_RADIUS**2, rel=0.02
    )
    np.testing.assert_allclose(centre_of_mass(image), CENTRE, atol=1e-3)


def test_the_larger_side_of_the_ink_fills_the_box():
    points = normalize(HOOK[np.newaxis], [len(HOOK)], np.array([PEN_RADIUS]))
    assert np.ptp(points, axis=1).max() + 2 * PEN_RADIUS == pytest.approx(BOX)


def test_the_aspect_is_kept():
    points = normalize(HOOK[np.newaxis], [len(HOOK)], np.array([PEN_RADIUS]))[0]
    width, height = np.ptp(points, axis=0)
    assert width / height == pytest.approx(np.ptp(HOOK[:, 0]) / np.ptp(HOOK[:, 1]))


@pytest.mark.parametrize("drawing", [[HOOK], [HOOK, [[0.9, 0.1]]], [HOOK[:3], HOOK[3:]]])
def test_the_ink_of_strokes_that_do_not_overlap_is_centred(drawing):
    # Only roughly: where a stroke turns, its ink overlaps itself.
    np.testing.assert_allclose(centre_of_mass(render(drawing)), CENTRE, atol=0.25)


def test_cutting_a_segment_in_two_changes_nothing():
    start, end = np.array(CROSS[0])
    cut = [[start, (start + end) / 2, end], CROSS[1]]
    np.testing.assert_allclose(render(cut), render(CROSS), atol=1e-5)


def test_a_point_put_down_twice_changes_nothing():
    np.testing.assert_allclose(render([np.repeat(HOOK, 2, axis=0)]), render([HOOK]), atol=1e-12)


def test_the_direction_and_order_of_strokes_do_not_matter():
    turned = [stroke[::-1] for stroke in CROSS[::-1]]
    np.testing.assert_allclose(render(turned), render(CROSS), atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(
    size=st.floats(0.05, 1), x=st.floats(0, 1), y=st.floats(0, 1), drawing=st.sampled_from([0, 1])
)
def test_size_and_place_of_a_drawing_do_not_matter(size, x, y, drawing):
    original = [[HOOK], CROSS][drawing]
    corner = np.array([x, y]) * (1 - size)
    moved = [np.asarray(stroke) * size + corner for stroke in original]
    np.testing.assert_allclose(render(moved), render(original), atol=1e-3)


def test_the_pen_is_equally_wide_in_small_and_large_drawings():
    line = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert render([line * 0.01]).sum() == pytest.approx(render([line * 1000]).sum(), rel=1e-6)


def test_thousands_of_points_look_like_the_curve_they_lie_on():
    turn = np.linspace(0, 2 * np.pi, 20_000)
    many = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    few = np.concatenate([many[::100], many[-1:]])
    np.testing.assert_allclose(render([many]), render([few]), atol=5e-3)


def hand(points, seed):
    """Return a curly stroke of that many points."""
    rng = np.random.default_rng(seed)
    at = np.linspace(0, 2 * np.pi, points)
    waves = rng.normal(size=(4, 2)) / np.arange(1, 5)[:, np.newaxis]
    return np.sin(at[:, np.newaxis] * np.arange(1, 5)) @ waves


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("points", [100, 1000, 5000])
def test_the_points_that_are_left_out_would_change_nothing_one_could_see(seed, points, monkeypatch):
    thinned, faintest = render([hand(points, seed)]), raster.SPACING / 2
    monkeypatch.setattr(raster, "SPACING", 1e-9)
    np.testing.assert_allclose(thinned, render([hand(points, seed)]), atol=faintest)


def test_a_stroke_keeps_its_ends_and_a_point_in_every_stretch_of_spacing():
    at = np.array([0, 0.3, 0.9, 1.2, 1.7, 3.1, 3.2]) * raster.SPACING
    line = np.stack([at, np.zeros(7)], axis=1)
    np.testing.assert_array_equal(raster._thin(line), line[[0, 3, 5, 6]])


def test_the_chunks_that_distances_are_computed_in_do_not_show(monkeypatch):
    whole = render([HOOK, *CROSS])
    monkeypatch.setattr(raster, "_CHUNK", 1)
    np.testing.assert_array_equal(render([HOOK, *CROSS]), whole)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, FLOAT32_TOO_LARGE])
def test_a_coordinate_that_is_not_finite_is_refused_by_stroke_and_point(bad):
    with pytest.raises(ValueError, match=r"stroke 2, point 1 is \(.*\); expected finite"):
        render([[[0.1, 0.2]], [], [[0.1, 0.2], [0.3, bad]]])


@pytest.mark.parametrize("bad", [[0.1, 0.2], [[0.1, 0.2, 0.3]], [[[0.1, 0.2]]]])
def test_a_stroke_of_another_shape_is_refused(bad):
    with pytest.raises(ValueError, match=r"stroke 1 has shape .*expected \(points, 2\)"):
        render([HOOK, bad])


def test_coordinates_are_rounded_to_float32():
    np.testing.assert_array_equal(render([HOOK.astype(np.float32)]), render([HOOK]))


def test_a_batch_is_drawn_as_each_drawing_alone():
    points = HOOK + np.random.default_rng(1).normal(scale=0.1, size=(5, *HOOK.shape))
    radius = np.linspace(0.5, 2.5, 5)
    lengths = [2, 3]
    ends = segment_indices(lengths)
    together = rasterize(normalize(points, lengths, radius)[:, ends], radius)
    for i in range(5):
        one = slice(i, i + 1)
        alone = rasterize(normalize(points[one], lengths, radius[one])[:, ends], radius[one])
        np.testing.assert_allclose(together[one], alone, atol=1e-12)


@given(thin=st.floats(0, 5), more=st.floats(0, 5))
def test_a_wider_pen_covers_all_that_a_thinner_one_does(thin, more):
    segments = (HOOK * 28)[segment_indices([2, 3])][np.newaxis]
    narrow = rasterize(segments, np.array([thin]))
    wide = rasterize(segments, np.array([thin + more]))
    assert (wide >= narrow).all()


def test_ink_outside_the_image_is_cut_off():
    outside = np.array([[[[-50.0, -50.0], [-40.0, 80.0]], [[14.0, 14.0], [90.0, 14.0]]]])
    image = rasterize(outside, np.array([1.0]))[0]
    assert image[13:15, 14:].min() == 1
    assert image[:, :12].max() == 0


def test_segments_join_the_points_of_a_stroke_and_not_the_strokes():
    expected = [[0, 1], [1, 2], [3, 3], [4, 5]]
    np.testing.assert_array_equal(segment_indices([3, 1, 2]), expected)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0, 0)])
def test_images_without_segments_are_blank(shape):
    count, segments = shape
    image = rasterize(np.zeros((count, segments, 2, 2)), np.ones(count))
    np.testing.assert_array_equal(image, np.zeros((count, 28, 28)))
