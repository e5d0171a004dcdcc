"""Reports of several jobs, joined into one."""

from pathlib import Path

import pytest
from measurements import measurement, report

from benchmarks.verdict.join import SEVERAL, join
from pipeline.errors import PocketDigitsError

ORDER = ["tiny", "best"]


def one(name, **changes):
    return report(measurement(architecture=name, **changes))


def of(environment, **changes):
    return environment.model_copy(
        update={"environment": environment.environment.model_copy(update=changes)}
    )


def joined(*reports):
    return join({Path(f"{at}.json"): each for at, each in enumerate(reports)}, ORDER)


def test_rows_come_in_the_order_of_the_configuration_and_unknown_ones_last():
    whole = joined(one("another"), one("best"), one("tiny"))
    assert [row.architecture for row in whole.rows] == ["tiny", "best", "another"]


def test_joining_one_report_changes_nothing():
    assert joined(one("tiny")) == one("tiny")


def test_machines_may_differ_and_the_report_says_so():
    whole = joined(of(one("tiny"), machine="A"), of(one("best"), machine="B"))
    assert whole.environment.machine == SEVERAL


@pytest.mark.parametrize(
    ("second", "figure"),
    [
        (of(one("best"), commit="f" * 40), "environment.commit"),
        (of(one("best"), tools={"lune": "0.1"}), "environment.tools"),
        (one("best", dataset="synthetic"), "dataset"),
        (one("best", recipe="smoke"), "recipe"),
        (one("best", test_images=100), "test_images"),
        (one("best", cost_method="wall-clock"), "cost_method"),
        (one("best", baseline_instructions=3.34e7), "baseline_instructions"),
        (one("best", baseline_instructions=None), "baseline_instructions"),
    ],
)
def test_what_is_not_of_one_run_is_refused(second, figure):
    with pytest.raises(PocketDigitsError, match=figure):
        joined(one("tiny"), second)


def test_baselines_counted_by_each_job_may_differ_as_much_as_counting_does():
    assert joined(one("tiny"), one("best", baseline_instructions=3.3001e7))


def test_a_network_that_two_reports_have_is_refused():
    with pytest.raises(PocketDigitsError, match=r"1.json: has tiny, and so has 0.json"):
        joined(one("tiny"), one("tiny", model_luau_bytes=999))
