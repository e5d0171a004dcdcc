"""A run is held against earlier ones: each rule refuses what breaks it, and only then."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from measurements import drawn, measurement, report

from benchmarks.measure.outcomes import Correct
from benchmarks.verdict import history
from benchmarks.verdict.regression import hold

NIGHT = datetime(2026, 1, 1, 3, 17, tzinfo=timezone.utc)
GROWING = {
    "weight_bytes": 12_500,
    "model_luau_bytes": 1000,
    "runtime_luau_bytes": 21_000,
    "rbxl_bytes": 40_000,
    "instructions_per_inference": 3.3e6,
    "incremental_instructions": 3.3e5,
    "load_instructions": 3e7,
}


def network(**changes):
    """A report of one network that reads 9,800 of 10,000 images and 7,269 of 7,494 drawings."""
    return report(measurement(drawn=drawn(), not_measured={}, **changes))


def with_flips(found, lost=0, gained=0, which="test"):
    """The same report, but for some images that are read otherwise, `lost` from the beginning."""
    row = found.rows[0]
    correct = getattr(row.outcomes, which).array
    correct[np.flatnonzero(correct)[:lost]] = False
    correct[np.flatnonzero(~correct)[-gained or len(correct) :]] = True
    flipped = Correct.of(getattr(row.outcomes, which).images, correct)
    kept = row.outcomes.model_copy(update={which: flipped})
    return found.model_copy(update={"rows": (row.model_copy(update={"outcomes": kept}),)})


def past(*reports, **marks):
    """A history of one run each night; `marks` are of the first."""
    nights = [NIGHT + timedelta(night) for night in range(len(reports))]
    first = [history.lines_of(reports[0], nights[0], **marks)]
    rest = zip(reports[1:], nights[1:], strict=True)
    return history.join(*first, *(history.lines_of(each, night) for each, night in rest))


def verdict(now, earlier=None, against=None):
    return hold(now, earlier, against).rows[0].verdict


def told(now, earlier=None, against=None):
    """The rule and figure of every violation."""
    found = verdict(now, earlier, against).violations
    return [(each.rule, each.metric) for each in found]


@pytest.mark.parametrize("figure", GROWING)
def test_a_figure_that_grew_by_1_percent_is_refused_and_told(figure):
    grown = GROWING[figure] * 1.01
    now = network(**{figure: int(grown) if figure.endswith("bytes") else grown})
    (found,) = verdict(now, past(network(), release="v1.2.0")).violations
    assert (found.rule, found.metric) == ("last", figure)
    assert "of release v1.2.0 of commit 012345678, and 0.9% more" in str(found)
    assert "it is up 1.0" in str(found)


def grown_runtime(before, after):
    """The violation of a runtime that grew, with the bytes of its modules before and after."""
    old = network(runtime_modules=before)
    now = network(runtime_luau_bytes=25_000, runtime_modules=after)
    (found,) = verdict(now, past(old)).violations
    return found.reason


def test_a_grown_runtime_tells_which_modules_came_in_or_grew_most():
    before = {"shared/init": 500, "shared/nn/dense": 900, "shared/nn/pool": 300}
    after = {**before, "shared/nn/winograd": 3_120, "shared/nn/dense": 960, "shared/nn/pool": 1}
    told = "`shared/nn/winograd` came in with 3,120 B, `shared/nn/dense` grew by 60 B"
    assert grown_runtime(before, after) == f"it is up 19.05%: {told}"


def test_of_many_grown_modules_the_three_that_grew_most_are_told():
    reason = grown_runtime({}, {f"shared/{size}": size for size in (1, 2, 3, 4)})
    assert reason.endswith(
        "`shared/4` came in with 4 B, `shared/3` came in with 3 B, `shared/2` came in with 2 B"
    )


def test_a_run_of_before_modules_were_kept_says_that_the_runtime_grew_and_no_more():
    assert grown_runtime(None, {"shared/init": 9}) == "it is up 19.05%"


@pytest.mark.parametrize("figure", GROWING)
def test_a_figure_that_grew_by_half_a_percent_or_shrank_is_not(figure):
    for factor in (1.005, 0.5):
        changed = {figure: round(GROWING[figure] * factor)}
        assert told(network(**changed), past(network())) == []


def test_a_planted_slowdown_of_2_percent_is_caught():
    slow = network(instructions_per_inference=3.3e6 * 1.02, incremental_instructions=3.3e5 * 1.02)
    assert told(slow, past(network())) == [
        ("last", "instructions_per_inference"),
        ("last", "incremental_instructions"),
    ]


def test_a_planted_loss_of_30_in_10000_images_is_caught():
    (found,) = verdict(with_flips(network(), lost=30), past(network())).violations
    assert (found.rule, found.metric) == ("last", "accuracy")
    assert "30 are lost and 0 gained: McNemar's p is 9e-10, below 0.001" in str(found)
    assert "commit 012345678" in str(found)


def test_as_many_images_lost_as_training_anew_loses_are_chance():
    # Networks that differ in their seed lost 40 and gained 34 of MNIST's test images.
    assert told(with_flips(network(), lost=40, gained=34), past(network())) == []


def test_a_loss_on_drawings_is_caught_by_itself():
    now = with_flips(network(), lost=30, which="drawings")
    assert told(now, past(network())) == [("last", "drawn_accuracy")]


def test_a_loss_that_only_the_seed_explains_on_drawings_is_chance():
    now = with_flips(network(), lost=131, gained=98, which="drawings")
    assert told(now, past(network())) == []


def test_nothing_changed_is_never_refused_in_50_runs():
    random = np.random.default_rng(0)
    runs = [network()]
    for _ in range(50):
        noise = 1 + random.uniform(-1e-4, 1e-4)
        again = network(
            load_ms=random.uniform(2, 3),
            instructions_per_inference=3.3e6 * noise,
            incremental_instructions=3.3e5 * noise,
            baseline_instructions=3.3e7 * (1 + random.uniform(-1e-4, 1e-4)),
        )
        lost, gained = random.binomial(10, 0.5, 2)  # what another processor's rounding turns
        again = with_flips(with_flips(again, lost, gained), lost, gained, "drawings")
        judged = verdict(again, past(*runs), network())
        assert judged.violations == ()
        assert judged.not_compared == {}
        runs.append(again)


def test_small_steps_that_add_up_are_refused_by_the_trend():
    steps = [network(model_luau_bytes=size) for size in (1000, 1003, 1006, 1009)]
    (found,) = verdict(network(model_luau_bytes=1011), past(*steps)).violations
    assert (found.rule, found.metric) == ("trend", "model_luau_bytes")
    assert "the least of the last 4 runs" in str(found)


def test_losses_that_add_up_are_refused_by_the_trend():
    steps = [with_flips(network(), lost=lost) for lost in (0, 4, 8)]
    assert told(with_flips(network(), lost=12), past(*steps)) == [("trend", "accuracy")]


def test_what_was_refused_is_not_what_the_next_run_is_held_against():
    earlier = past(network())
    slow = hold(network(model_luau_bytes=1100), earlier, None)
    both = history.join(earlier, history.lines_of(slow, NIGHT + timedelta(1)))
    assert told(network(model_luau_bytes=1100, load_ms=9.9), both) == [("last", "model_luau_bytes")]


def test_what_was_accepted_is_what_the_next_run_is_held_against():
    slow = hold(network(model_luau_bytes=1100), past(network()), None)
    accepted = history.lines_of(slow, NIGHT + timedelta(1), accepted="reads more")
    both = history.join(past(network()), accepted)
    assert told(network(model_luau_bytes=1105), both) == []
    assert told(network(model_luau_bytes=1120), both) == [("last", "model_luau_bytes")]


def test_a_report_is_held_against_another_as_well():
    (found,) = verdict(network(weight_bytes=12_700), against=network()).violations
    assert (found.rule, found.metric) == ("against", "weight_bytes")
    assert "the given report of commit 012345678" in str(found)


def test_a_limit_that_is_broken_is_told_beside_what_got_worse():
    assert verdict(network()).violations == ()
    assert hold(network(), None, None) == network()


OTHER = {
    "another recipe": ({"recipe": "smoke"}, "its recipe was smoke, now it is standard"),
    "another dataset": ({"dataset": "synthetic"}, "its dataset was synthetic, now it is mnist"),
    "another seed": ({"seeds": (7,)}, "seed 7 was measured then, seed 1 now"),
}


@pytest.mark.parametrize(("changes", "reason"), OTHER.values(), ids=list(OTHER))
def test_runs_that_were_made_otherwise_are_not_compared_and_it_says_why(changes, reason):
    judged = verdict(network(weight_bytes=99_999), against=network(**changes))
    assert judged.violations == ()
    assert all(reason in each for each in judged.not_compared.values())
    assert set(judged.not_compared) == {*GROWING, "accuracy", "drawn_accuracy"}


def test_other_images_are_not_compared_and_sizes_still_are():
    now = network(weight_bytes=99_999)
    row = now.rows[0]
    other = row.outcomes.model_copy(
        update={"test": row.outcomes.test.model_copy(update={"images": "others"})}
    )
    earlier = now.model_copy(update={"rows": (row.model_copy(update={"outcomes": other}),)})
    judged = verdict(now, against=earlier)
    assert (
        "the images are not the same (10,000 then, 10,000 now)" in judged.not_compared["accuracy"]
    )
    assert told(now, against=network()) == [("against", "weight_bytes")]


def test_drawings_that_one_run_lacks_are_not_compared():
    without = report(measurement())
    assert "not measured then" in verdict(network(), against=without).not_compared["drawn_accuracy"]
    assert "not measured now" in verdict(without, against=network()).not_compared["drawn_accuracy"]


def test_counts_of_another_interpreter_are_not_compared():
    judged = verdict(
        network(instructions_per_inference=9e9), against=network(baseline_instructions=3.5e7)
    )
    assert judged.violations == ()
    assert "the interpreter is not the same" in judged.not_compared["instructions_per_inference"]


def test_what_was_timed_is_not_compared_with_what_was_counted():
    timed = network(
        cost_method="wall-clock",
        instructions_per_inference=None,
        incremental_instructions=None,
        baseline_instructions=None,
    )
    judged = verdict(timed, past(network()))
    assert "not counted now" in judged.not_compared["instructions_per_inference"]
    assert judged.violations == ()


def test_a_history_without_the_network_says_so():
    other = report(measurement(architecture="other"))
    judged = verdict(network(), past(other), other)
    assert "no earlier run of net by recipe standard on mnist" in judged.not_compared["history"]
    assert "has no net" in judged.not_compared["against"]
