"""The gate: each limit refuses a network that breaks it, and only then."""

import pytest
from measurements import drawn, measurement

from benchmarks.verdict.gate import judge
from pipeline import config
from pipeline.limits import Limits

LIMITS = Limits.model_validate(
    {
        "accuracy": {"at_least": {"mnist": 0.98, "synthetic": 0.5}, "reason": "as good as before"},
        "model_luau_bytes": {"at_most": 1000, "reason": "fits into a script"},
        "cost_ratio": {"at_most": 0.1, "reason": "faster than the usual way"},
    }
)


def test_a_network_at_its_limits_is_approved():
    assert judge(measurement(), LIMITS).approved


@pytest.mark.parametrize(
    ("figure", "found", "limit"),
    [
        ("model_luau_bytes", 1001, "at most 1000"),
        ("cost_ratio_upper", 0.1001, "at most 0.1"),
        ("keras_disagreements", 1, "0"),
    ],
)
def test_one_broken_limit_refuses_the_network_and_is_named(figure, found, limit):
    verdict = judge(measurement(**{figure: found}), LIMITS)
    (violation,) = verdict.violations
    assert not verdict.approved
    assert violation.metric == figure.removesuffix("_upper")
    assert violation.found == found
    assert f"the limit is {limit}" in str(violation)


def test_an_accuracy_below_its_floor_refuses_the_network():
    (violation,) = judge(measurement(seed_accuracies=(0.9799,)), LIMITS).violations
    assert str(violation).startswith("accuracy is 0.9799, the limit is at least 0.98 on mnist (")


def test_a_recipes_floor_is_not_taken_for_the_networks():
    entry = config.load().select([], "smoke")[0]
    floor = config.load().recipes["smoke"].accuracy_floor
    (violation,) = judge(
        measurement(seed_accuracies=(0.1,), cost_ratio_upper=0), entry.limits
    ).violations
    assert f"at least {floor:g} on mnist (the recipe's own accuracy_floor, which" in str(violation)


def test_a_bad_seed_refuses_the_network_though_what_ships_is_good():
    measured = measurement(seeds=(1, 2, 3), seed_accuracies=(0.99, 0.9799, 0.99))
    (violation,) = judge(measured, LIMITS).violations
    assert (violation.metric, violation.found) == ("accuracy", 0.9799)
    assert "by the worst of 3 seeds" in str(violation)


def test_a_violation_gives_the_reason_for_its_limit():
    (violation,) = judge(measurement(seed_accuracies=(0.5,)), LIMITS).violations
    assert "as good as before" in str(violation)


def test_every_violation_is_listed():
    bad = measurement(seed_accuracies=(0.1,), model_luau_bytes=5000, cost_ratio_upper=2.0)
    assert [found.metric for found in judge(bad, LIMITS).violations] == [
        "accuracy",
        "model_luau_bytes",
        "cost_ratio",
    ]


def test_the_floor_is_that_of_the_dataset_that_trained_the_network():
    assert judge(measurement(dataset="synthetic", seed_accuracies=(0.6,)), LIMITS).approved
    assert not judge(measurement(dataset="synthetic", seed_accuracies=(0.4,)), LIMITS).approved


def with_floor(least):
    floor = {"at_least": {"mnist": least}, "reason": "what people draw"}
    return Limits.model_validate(LIMITS.model_dump() | {"drawn_accuracy": floor})


def test_a_network_that_reads_drawings_badly_is_refused_though_it_reads_scans_well():
    (violation,) = judge(measurement(drawn=drawn(accuracy=0.9599)), with_floor(0.96)).violations
    assert str(violation) == (
        "drawn_accuracy is 0.9599, the limit is at least 0.96 on what people drew (what people"
        " draw)"
    )


def test_a_network_at_its_floor_on_drawings_is_approved():
    verdict = judge(measurement(drawn=drawn(accuracy=0.96)), with_floor(0.96))
    assert verdict.approved
    assert verdict.not_judged == {}


def test_a_floor_that_was_not_measured_is_not_judged_and_the_verdict_says_why():
    verdict = judge(measurement(drawn=None), with_floor(0.96))
    assert verdict.approved
    assert verdict.not_judged == {"drawn_accuracy": "no strokes"}


def test_without_a_floor_there_is_nothing_to_judge():
    assert judge(measurement(drawn=None), LIMITS).not_judged == {}
    assert judge(measurement(drawn=drawn(accuracy=0.1)), LIMITS).approved


def test_an_uncertain_cost_is_judged_by_its_upper_end():
    uncertain = measurement(cost_method="wall-clock", cost_ratio=0.09, cost_ratio_upper=0.11)
    assert not judge(uncertain, LIMITS).approved
