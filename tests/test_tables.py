"""The tables that a person reads."""

import io

import pytest
from measurements import ladder, measurement, report
from rich.console import Console

from benchmarks.gate import Violation
from benchmarks.tables import ratio, tables


def printed(shown, width=100):
    console = Console(file=io.StringIO(), width=width)
    console.print(tables(shown))
    return console.file.getvalue()


def line(text, name, which=0):
    """The cells of a network's row in one of the tables, joined by single spaces."""
    lines = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return " ".join(lines[which].split())


def test_nothing_is_cut_off_at_100_columns():
    assert "…" not in printed(ladder())


def test_a_network_of_several_seeds_shows_mean_worst_and_spread():
    seeds = {"seeds": (1, 2, 3), "seed_accuracies": (0.99, 0.98, 0.97)}
    text = printed(report(measurement(**seeds), measurement(architecture="once")))
    assert line(text, "net").startswith("net 99.00% 98.00% 97.00% 1.00%")
    assert line(text, "once").startswith("once 98.00% – – –")


def test_with_one_seed_each_there_is_no_column_for_seeds():
    assert "worst" not in printed(report(measurement()))


def test_the_baseline_has_a_row_that_marks_what_is_not_of_this_run():
    text = printed(report(measurement(baseline_instructions=3.3e7, baseline_microseconds=1500)))
    assert line(text, "baseline") == "baseline 98.2% * – 203,530 32.0 814.1 kB 1.94 MB *"
    cost = "baseline 203,264 – 179 ms * 1,500 µs 33,000,000 1 1 –"
    assert line(text, "baseline", 1) == cost


def test_an_accuracy_over_other_images_is_not_compared():
    text = printed(report(measurement(dataset="synthetic")))
    assert line(text, "baseline").startswith("baseline – – 203,530")


def test_a_violated_limit_is_named():
    violation = Violation(figure="cost_ratio", found=2, limit="at most 1", reason="it is slow")
    text = printed(report(measurement(), violations=(violation,)))
    assert "✗ cost_ratio" in text


def test_costs_that_were_not_counted_are_not_shown_as_instructions():
    timed = measurement(
        cost_method="wall-clock", instructions_per_inference=None, baseline_instructions=None
    )
    text = printed(report(timed))
    assert "wall time (no valgrind)" in " ".join(text.split())
    assert "33,000,000" not in text


def test_costs_of_an_interpreter_with_assertions_are_called_rough():
    text = " ".join(printed(report(measurement(vm_assertions=True))).split())
    assert "costs are rough" in text


@pytest.mark.parametrize(
    ("cost", "text"), [(0.00625, "1/160"), (0.32, "1/3.1"), (0.0714, "1/14.0"), (1.26, "1.3")]
)
def test_a_cost_is_a_fraction_of_the_baselines(cost, text):
    assert ratio(cost) == text
