"""The front of the networks that no other beats."""

from measurements import ladder

from benchmarks.report.pictures.pareto import Point, front, points_of


def point(name, budget, accuracy):
    return Point(name, budget, accuracy, accuracy, accuracy)


def names(points):
    return [each.name for each in points]


def test_a_network_that_costs_more_and_reads_less_is_not_on_the_front():
    points = [point("good", 2, 0.9), point("bad", 3, 0.8), point("small", 1, 0.7)]
    assert names(front(points)) == ["small", "good"]


def test_of_equal_accuracy_the_cheaper_is_on_the_front():
    assert names(front([point("dear", 2, 0.9), point("cheap", 1, 0.9)])) == ["cheap"]


def test_of_equal_budget_the_more_accurate_is_on_the_front():
    assert names(front([point("worse", 1, 0.8), point("better", 1, 0.9)])) == ["better"]


def test_historic_networks_are_on_the_front_of_cost_and_not_of_size():
    assert names(front(points_of(ladder(), "weight_bytes"))) == ["tiny", "small", "best"]
    assert "perceptron" in names(front(points_of(ladder(), "mean_cost_ratio")))


def test_a_point_reaches_from_the_worst_seed_to_the_best():
    best = points_of(ladder(), "weight_bytes")[-1]
    assert (best.worst, best.accuracy, best.best) == (0.9961, 0.9966, 0.997)
