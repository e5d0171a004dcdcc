"""Measurements and reports with made-up figures, for tests of what is done with them."""

import numpy as np

from benchmarks.drawings.compose import SPACINGS
from benchmarks.drawings.metrics import DrawingMetrics
from benchmarks.measure.environment import Environment
from benchmarks.measure.measurement import Measurement
from benchmarks.measure.outcomes import Correct, Outcomes
from benchmarks.verdict.gate import Verdict
from benchmarks.verdict.report import Report, Row

ENVIRONMENT = Environment(
    commit="0123456789abcdef0123456789abcdef01234567",
    edited=False,
    python="3.11.7",
    libraries={"keras": "3.15.0"},
    tools={"lune": "0.10.4"},
    machine="a made-up processor, 2 cores, Linux",
)


def drawn(accuracy=0.97, **changes) -> DrawingMetrics:
    """How a network reads what two people drew; one of them is read a little worse."""
    lengths = {2: 0.95, 3: 0.94, 4: 0.92, 5: 0.9}
    figures = {
        "digits": 7_494,
        "writers": 2,
        "accuracy": accuracy,
        "by_digit": dict.fromkeys(range(10), accuracy),
        "by_writer": {1: accuracy, 2: accuracy - 0.1},
        "confusion": ((0,) * 10,) * 10,
        "calibration_error": 0.012,
        "confidently_wrong": 0.0031,
        "passes": 1.0,
        "coverage": 0.985,
        "covered_error": 0.009,
        "sample": 1_500,
        "by_size": {8: 0.961, 12: 0.97, 16: 0.97, 20: 0.97, 24: 0.97, 27: 0.972},
        "alone": 0.969,
        "numbers_each": 200,
        "numbers": dict.fromkeys(SPACINGS, lengths),
        "numbers_split": dict.fromkeys(SPACINGS, dict.fromkeys(lengths, 0.99)),
        "ood": {"L": 0.05, "heart": 0.01},
    }
    return DrawingMetrics.model_validate(figures | changes)


def measurement(**changes) -> Measurement:
    """A network that is exactly at the limits of test_gate.py."""
    figures = {
        "architecture": "net",
        "dataset": "mnist",
        "recipe": "standard",
        "number_formats": ("int4", "int8"),
        "parameters": 20_000,
        "macs": 90_000,
        "weight_bytes": 12_500,
        "model_luau_bytes": 1000,
        "runtime_luau_bytes": 21_000,
        "rbxl_bytes": 40_000,
        "load_instructions": 30_000_000.0,
        "load_ms": 2.5,
        "microseconds_per_inference": 150.0,
        "instructions_per_inference": 3.3e6,
        "incremental_instructions": 3.3e5,
        "incremental_ratio": 0.01,
        "baseline_microseconds": 1_500.0,
        "baseline_instructions": 3.3e7,
        "cost_method": "callgrind",
        "cost_ratio": 0.1,
        "cost_ratio_upper": 0.1,
        "passes": 1.0,
        "vm_assertions": False,
        "test_images": 10_000,
        "seeds": (1,),
        "seed_accuracies": (0.98,),
        "keras_accuracy": 0.98,
        "keras_agreement": 1.0,
        "keras_disagreements": 0,
        "uncertain": 0.0,
        "calibration_error": 0.0,
        "drawn": None,
        "not_measured": {"drawn": "no strokes", "drawn_accuracy": "no strokes"},
    }
    return Measurement.model_validate(figures | changes)


def correct(share: float, count: int, images: str = "test") -> Correct:
    """The first images are read right, as many as the share says."""
    return Correct.of(images, np.arange(count) < round(share * count))


def outcomes(measured: Measurement) -> Outcomes:
    """Outcomes of the measured accuracies: a wrong prediction is 0, and of 0s, 1."""
    shown, test = measured.drawn, correct(measured.accuracy, measured.test_images)
    hits = [int(each.sum()) for each in np.array_split(test.array, 10)]
    tens = [len(each) for each in np.array_split(test.array, 10)]
    confusion = np.diag(hits)
    for digit, (hit, ten) in enumerate(zip(hits, tens, strict=True)):
        confusion[digit, 0 if digit else 1] += ten - hit
    return Outcomes(
        test=test,
        confusion=confusion.tolist(),
        drawings=None if shown is None else correct(shown.accuracy, shown.digits, "drawings"),
    )


def report(*measured: Measurement, violations=()) -> Report:
    """A run of the given networks, which all have the given violations."""
    verdict = Verdict(violations=violations)
    return Report(
        recipe=measured[0].recipe,
        dataset=measured[0].dataset,
        fallback_reason=None,
        environment=ENVIRONMENT,
        rows=tuple(
            Row(**dict(each), verdict=verdict, outcomes=outcomes(each)) for each in measured
        ),
    )


def ladder() -> Report:
    """A run of as many networks as ship, some trained from several seeds, close together."""
    steps = [
        ("perceptron", 7_850, 7_900, 0.006, (0.919,)),
        ("sigmoid-16-16", 13_002, 13_300, 0.009, (0.953,)),
        ("mlp-64", 50_890, 51_400, 0.015, (0.983, 0.981, 0.982)),
        ("mlp-256", 203_530, 154_600, 0.046, (0.9875, 0.987, 0.988)),
        ("tiny", 5_200, 2_450, 0.08, (0.9908, 0.9901, 0.991)),
        ("small", 10_900, 5_400, 0.12, (0.9949, 0.9945, 0.9952)),
        ("best", 30_000, 15_400, 0.32, (0.9966, 0.9961, 0.997)),
    ]
    return report(
        *(
            measurement(
                architecture=name,
                parameters=parameters,
                weight_bytes=size,
                cost_ratio=cost,
                seeds=tuple(range(1, len(accuracies) + 1)),
                seed_accuracies=accuracies,
            )
            for name, parameters, size, cost, accuracies in steps
        )
    )
