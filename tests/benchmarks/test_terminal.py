"""The tables that a person reads."""

import io

import pytest
from measurements import drawn, ladder, measurement, outcomes, report
from rich.console import Console

from benchmarks.measure.units import bytes_text, ratio
from benchmarks.report.readme import RESULTS
from benchmarks.report.terminal import tables
from benchmarks.verdict.gate import Verdict, Violation
from benchmarks.verdict.report import Row, load


def printed(shown, width=100):
    console = Console(file=io.StringIO(), width=width)
    console.print(tables(shown))
    return console.file.getvalue()


def line(text, name, which=0):
    """The cells of a network's row in one of the tables, joined by single spaces."""
    lines = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return " ".join(lines[which].split())


def test_nothing_is_cut_off_or_broken_at_100_columns():
    for shown in (ladder(), load(RESULTS)):
        text = printed(shown)
        assert "…" not in text
        assert text.count("✓ approved") == len(shown.rows)


def test_a_network_of_several_seeds_shows_mean_worst_and_spread():
    seeds = {"seeds": (1, 2, 3), "seed_accuracies": (0.99, 0.98, 0.97)}
    text = printed(report(measurement(**seeds), measurement(architecture="once")))
    assert line(text, "net").startswith("net 99.00% 98.00% 97.00% 1.00%")
    assert line(text, "once").startswith("once 98.00% – – –")


def test_with_one_seed_each_there_is_no_column_for_seeds():
    assert "worst" not in printed(report(measurement()))


def test_the_baseline_has_a_row_that_marks_what_is_not_of_this_run():
    text = printed(report(measurement(baseline_instructions=3.3e7, baseline_microseconds=1500)))
    assert line(text, "baseline") == "baseline 98.20% * –"
    size = "baseline 203,530 203,264 32.0 814.1 kB 1.94 MB * –"
    assert line(text, "baseline", 1) == size
    cost = "baseline 1.0 1.0 1.00 33.00 M 1.5 ms 179 ms *"
    assert line(text, "baseline", 2) == cost


def test_an_accuracy_over_other_images_is_not_compared():
    text = printed(report(measurement(dataset="synthetic")))
    assert line(text, "baseline").startswith("baseline 203,530")
    assert "98.20%" not in text


def test_a_violated_limit_is_named():
    violation = Violation(metric="cost_ratio", found=2, limit="at most 1", reason="it is slow")
    text = printed(report(measurement(), violations=(violation,)))
    assert "✗ cost_ratio" in text


def test_costs_that_were_not_counted_are_not_shown_as_instructions():
    timed = measurement(
        cost_method="wall-clock", instructions_per_inference=None, baseline_instructions=None
    )
    text = printed(report(timed))
    assert "wall time, as a share" in " ".join(text.split())
    assert "33.00 M" not in text


def test_costs_of_an_interpreter_with_assertions_are_called_rough():
    text = " ".join(printed(report(measurement(vm_assertions=True))).split())
    assert "costs are rough" in text


def test_what_people_draw_has_a_table_of_its_own():
    text = printed(report(measurement(architecture="sigmoid-16-16", drawn=drawn())))
    cells = "97.00% 96.10% 87.00% 1.20% 0.31% 98.50% 0.90% 3.00% 94.00%"
    assert line(text, "sigmoid-16-16", 1) == f"sigmoid-16-16 {cells}"
    assert "…" not in text
    assert "7,494 digits of 2 writers" in " ".join(text.split())


def test_a_network_without_coverage_has_no_share_of_it_wrong():
    silent = measurement(drawn=drawn(coverage=0, covered_error=None))
    text = printed(report(silent, measurement(architecture="other", drawn=drawn())))
    assert " 0.00% – 3.00% 94.00%" in line(text, "net", 1)


def test_without_drawings_there_is_no_table_and_the_reason_is_told():
    text = " ".join(printed(report(measurement())).split())
    assert "What people draw was not measured: no strokes" in text
    assert "not judged" not in text


def test_a_floor_that_was_not_judged_is_told():
    verdict = Verdict(violations=(), not_judged={"drawn_accuracy": "no strokes"})
    shown = report(measurement())
    judged = Row(**dict(measurement()), verdict=verdict, outcomes=outcomes(measurement()))
    shown = shown.model_copy(update={"rows": (judged,)})
    text = " ".join(printed(shown).split())
    assert "not measured: no strokes Its floor was not judged." in text


@pytest.mark.parametrize(
    ("cost", "text"), [(0.00625, "1/160"), (0.32, "1/3.1"), (0.0714, "1/14.0"), (1.26, "1.3")]
)
def test_a_cost_is_a_fraction_of_the_baselines(cost, text):
    assert ratio(cost) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(759, "759 B"), (9_999, "9,999 B"), (10_000, "10.0 kB"), (1_940_000, "1.94 MB")],
)
def test_a_size_below_10_kb_is_exact(size, text):
    assert bytes_text(size) == text
