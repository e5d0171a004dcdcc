"""A row of the report: what is derived from it, and what is no row."""

import pytest
from measurements import measurement
from pydantic import ValidationError

from benchmarks.measure.measurement import Measurement


def test_the_first_seed_is_the_one_that_ships():
    measured = measurement(seeds=(4, 2), seed_accuracies=(0.97, 0.99))
    assert measured.accuracy == 0.97


def test_mean_worst_and_spread_are_over_all_seeds():
    measured = measurement(seeds=(1, 2, 3), seed_accuracies=(0.98, 0.97, 0.99))
    assert measured.accuracy_mean == pytest.approx(0.98)
    assert measured.accuracy_worst == 0.97
    assert measured.accuracy_spread == pytest.approx(0.01)


def test_one_seed_has_no_spread():
    measured = measurement(seed_accuracies=(0.98,))
    assert measured.accuracy == measured.accuracy_mean == measured.accuracy_worst == 0.98
    assert measured.accuracy_spread == 0


def test_bits_are_the_mean_of_all_parameters():
    assert measurement(weight_bytes=1000, parameters=3000).weight_bits == 2.67


def test_what_is_derived_is_written_and_a_row_reads_back_equal():
    measured = measurement(seeds=(1, 2), seed_accuracies=(0.98, 0.97))
    text = measured.model_dump_json()
    assert '"accuracy_worst":0.97' in text
    assert Measurement.model_validate_json(text) == measured


def test_a_figure_that_was_edited_does_not_outlive_what_it_is_derived_from():
    text = measurement().model_dump_json().replace('"accuracy_mean":0.98', '"accuracy_mean":0.999')
    assert Measurement.model_validate_json(text).accuracy_mean == 0.98


def test_a_seed_without_accuracy_is_refused():
    with pytest.raises(ValidationError, match="1 accuracies for 2 seeds"):
        measurement(seeds=(1, 2))


def test_mean_costs_are_of_all_passes():
    measured = measurement(cost_ratio=0.1, incremental_ratio=0.01, passes=1.5)
    assert measured.mean_cost_ratio == pytest.approx(0.15)
    assert measured.mean_incremental_ratio == pytest.approx(0.015)
