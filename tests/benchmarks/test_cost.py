"""The cost of an inference: counted under valgrind, or timed against the baseline."""

import os

import numpy as np
import pytest

from benchmarks.measure import callgrind, cost
from pipeline.errors import PocketDigitsError


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    ink = random.integers(1, 256, (40, 28, 28), dtype=np.uint8)
    return np.where(random.random(ink.shape) < 0.2, ink, 0).astype(np.uint8)


BASELINE = 1e7


@pytest.fixture(scope="module")
def counted(lune, built_place, images):
    """Return what was counted of "hidden" and, twice, of "linear"."""
    if not callgrind.is_here():
        pytest.skip("valgrind is not on PATH (it exists for Linux only)")
    return {
        name: cost.measure(lune, built_place, name.split()[0], images, BASELINE)
        for name in ("hidden", "linear", "linear again")
    }


@pytest.mark.slow
def test_counts_of_the_smallest_network_repeat_to_a_ten_thousandth(counted):
    first, second = counted["linear"], counted["linear again"]
    assert first.instructions_per_inference == pytest.approx(
        second.instructions_per_inference, rel=1e-4
    )
    assert first.incremental_instructions == pytest.approx(
        second.incremental_instructions, rel=1e-4
    )


def test_cycles_are_estimated_beside_the_instructions(counted):
    measured = counted["hidden"]
    assert (
        measured.instructions_per_inference
        < measured.estimated_cycles
        < 4 * measured.instructions_per_inference
    )


def test_more_layers_cost_more(counted):
    assert (
        counted["hidden"].instructions_per_inference
        > 1.03 * counted["linear"].instructions_per_inference
    )


def test_more_weights_take_more_instructions_to_load(counted):
    assert counted["hidden"].load_instructions > 1.03 * counted["linear"].load_instructions


def test_the_ratios_are_against_the_given_baseline(counted):
    measured = counted["linear"]
    assert measured.cost_method == "callgrind"
    assert (
        measured.cost_ratio
        == measured.cost_ratio_upper
        == measured.instructions_per_inference / BASELINE
    )
    assert measured.incremental_ratio == measured.incremental_instructions / BASELINE


def test_a_change_of_a_few_pixels_costs_a_dense_network_less_than_another_image(counted):
    measured = counted["hidden"]
    assert 0 < measured.incremental_instructions < 0.9 * measured.instructions_per_inference


def test_without_valgrind_wall_time_is_judged_by_its_upper_end(lune, built_place, images):
    measured = cost.measure(lune, built_place, "linear", images, baseline=None)
    assert measured.cost_method == "wall-clock"
    assert (
        measured.instructions_per_inference
        is measured.incremental_instructions
        is measured.estimated_cycles
        is None
    )
    assert 0 < measured.cost_ratio <= measured.cost_ratio_upper < 0.5
    assert 0 < measured.incremental_ratio < 0.5
    assert measured.microseconds_per_inference < measured.baseline_microseconds
    assert measured.load_ms > 0
    assert measured.load_instructions is None


def test_a_much_dearer_network_has_a_higher_ratio_by_the_wall_clock_too(lune, built_place, images):
    cheap, dear = (
        cost.measure(lune, built_place, name, images, baseline=None).cost_ratio
        for name in ("linear", "convolutional")
    )
    assert dear > cheap


def dumps(*totals):
    parts = enumerate(totals, 1)
    return "\n".join(f"part: {at}\nthread: 1\ntotals: {total}" for at, total in parts)


def test_a_stretch_is_what_was_counted_between_two_calls_however_many_functions_each_was():
    once = dumps("900", "30", "100 20 10", "50", "7")
    thrice = dumps("900", "1", "1", "28", "2", "3", "95 20 10", "1", "1", "48", "1", "1", "7")
    expected = [callgrind.Count(30, 30), callgrind.Count(100, 130), callgrind.Count(50, 50)]
    assert callgrind.stretches(once) == callgrind.stretches(thrice) == expected


def test_threads_beside_the_one_of_luau_do_not_count():
    text = dumps("900", "30", "100", "50", "7")
    other = "\nthread: 2\ntotals: 5000\npart: 3"
    assert callgrind.stretches(text.replace("\npart: 3", other)) == callgrind.stretches(text)


def test_a_miss_of_the_first_cache_takes_5_cycles_and_one_of_the_last_takes_35():
    (first, *_) = callgrind.stretches(dumps("9", "100 20 10 1 2 3 0 1 0", "1", "1", "1"))
    assert first.cycles == (130 - 6) + 5 * (6 - 1) + 35 * 1


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 5])
def test_too_few_or_too_many_calls_are_refused(calls):
    with pytest.raises(PocketDigitsError, match=f"between {calls} calls of sinh, expected 4"):
        callgrind.stretches(dumps("900", *("5" for _ in range(calls))))


def test_an_interpreter_that_checks_assertions_is_told_by_their_text(tmp_path):
    checked, unchecked = tmp_path / "checked", tmp_path / "unchecked"
    checked.write_bytes(b"\x7fELF\0isLua(L->ci)\0")
    unchecked.write_bytes(b"\x7fELF\0")
    assert cost.has_assertions(checked)
    assert not cost.has_assertions(unchecked)


def test_a_vgdb_that_cannot_switch_counting_on_is_told_by_its_own_words(
    lune, images, monkeypatch, tmp_path
):
    if not callgrind.is_here():
        pytest.skip("valgrind is not on PATH (it exists for Linux only)")
    vgdb = tmp_path / "vgdb"
    vgdb.write_text("#!/bin/sh\necho no such process >&2\nexit 1\n", encoding="utf-8")
    vgdb.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(PocketDigitsError, match=r"switched on by vgdb.*no such process"):
        cost.count_baseline(lune, images)
