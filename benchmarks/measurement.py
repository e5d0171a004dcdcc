"""One row of the report: everything that was measured of one network in its built place."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.schema import Name, NumberFormat, Share, Strict

CostMethod = Literal["callgrind", "wall-clock"]


class Measurement(Strict):
    """Figures read out of the candidate place, by the names that limits and reports use.

    Sizes are in bytes. `cost_ratio` is against the baseline (784 → 256 → 10 in nested tables and
    dense loops); the gate uses `cost_ratio_upper`, which differs where only wall time could be
    had. What could not be measured is `None`, and `not_measured` says why.
    """

    architecture: Name
    dataset: Literal["mnist", "synthetic"]
    recipe: Name
    number_format: NumberFormat
    seeds: tuple[int, ...]
    parameters: int
    macs: int
    weight_bits: int
    weight_bytes: int
    model_luau_bytes: int
    runtime_luau_bytes: int
    rbxl_bytes: int
    load_ms: float
    microseconds_per_inference: float
    instructions_per_inference: float | None
    cost_method: CostMethod
    cost_ratio: float
    cost_ratio_upper: float
    vm_assertions: bool = Field(
        description="Lune's interpreter checks assertions, so that costs are not a player's"
    )
    test_images: int
    accuracy: Share
    keras_accuracy: Share
    keras_agreement: Share
    keras_disagreements: int = Field(
        description="images whose digit differs although Keras' top two are clearly apart"
    )
    uncertain: Share
    calibration_error: Share
    drawn_accuracy: Share | None
    not_measured: dict[str, str]
