"""The cost of an inference: counted under valgrind, or timed against the baseline."""

import numpy as np
import pytest

from benchmarks import cost


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    ink = random.integers(1, 256, (40, 28, 28), dtype=np.uint8)
    return np.where(random.random(ink.shape) < 0.2, ink, 0).astype(np.uint8)


@pytest.fixture
def callgrind():
    if not cost.has_callgrind():
        pytest.skip("valgrind is not on PATH (it exists for Linux only)")


def test_the_mix_of_images_is_fixed(images):
    mix = cost.image_mix(images)
    assert mix.shape == (cost.IMAGES, 28, 28)
    np.testing.assert_array_equal(mix, cost.image_mix(images))


def test_counts_repeat_to_a_few_thousandths(callgrind, lune, built_place, images):
    first, second = (
        cost.measure(lune, built_place, "linear", images, baseline=1e7).instructions
        for _ in range(2)
    )
    assert first == pytest.approx(second, rel=5e-3)


def test_more_layers_cost_more(callgrind, lune, built_place, images):
    linear, hidden = (
        cost.measure(lune, built_place, name, images, baseline=1e7).instructions
        for name in ("linear", "hidden")
    )
    assert hidden > 1.2 * linear


def test_the_ratio_is_against_the_given_baseline(callgrind, lune, built_place, images):
    measured = cost.measure(lune, built_place, "linear", images, baseline=1e7)
    assert measured.method == "callgrind"
    assert measured.ratio == measured.ratio_upper == measured.instructions / 1e7


def test_without_valgrind_wall_time_is_judged_by_its_upper_end(lune, built_place, images):
    measured = cost.measure(lune, built_place, "linear", images, baseline=None)
    assert (measured.method, measured.instructions) == ("wall-clock", None)
    assert 0 < measured.ratio <= measured.ratio_upper < 0.5


def test_a_dearer_network_has_a_higher_ratio_by_the_wall_clock_too(lune, built_place, images):
    ratios = [
        cost.measure(lune, built_place, name, images, baseline=None).ratio
        for name in ("linear", "hidden")
    ]
    assert ratios == sorted(ratios)


def test_an_interpreter_that_checks_assertions_is_told_by_their_text(tmp_path):
    checked, unchecked = tmp_path / "checked", tmp_path / "unchecked"
    checked.write_bytes(b"\x7fELF\0isLua(L->ci)\0")
    unchecked.write_bytes(b"\x7fELF\0")
    assert cost.has_assertions(checked)
    assert not cost.has_assertions(unchecked)
