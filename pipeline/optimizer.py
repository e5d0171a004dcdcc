"""Optimizers: AdamW, or Muon for the kernels of hidden layers (Jordan et al. 2024)."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from pipeline.architecture import Training
from pipeline.keras_pinned import keras

Tensor: TypeAlias = Any  # Keras has no types
WARMUP_SHARE = 0.08
BETA_2 = 0.99
MOMENTUM = 0.95
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # Jordan's quintic, steepest at zero
NEWTON_SCHULZ_STEPS = 5
RMS = 0.2  # of a step at learning rate 1, like AdamW's (Liu et al. 2025)
SMALLEST_NORM = 1e-7


def optimizer(
    recipe: Training, steps: int, network: keras.Sequential
) -> keras.optimizers.Optimizer:
    """Return the optimizer of `network` for `steps` steps: warm-up, then cosine decay to 0."""
    warmup = max(1, round(steps * WARMUP_SHARE))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0,
        max(1, steps - warmup),
        warmup_target=recipe.learning_rate,
        warmup_steps=warmup,
    )
    options = {"weight_decay": recipe.weight_decay, "beta_2": BETA_2}
    if recipe.optimizer == "adamw":
        return keras.optimizers.AdamW(schedule, **options)
    return Muon(_hidden_kernels(network), schedule, **options)


class Muon(keras.optimizers.AdamW):  # type: ignore[misc]
    """Updates `kernels` by orthogonalised momentum, and all other variables by AdamW.

    A kernel is treated as a matrix of inputs × outputs. `keras.optimizers.Muon`, by contrast,
    leaves the kernels of convolutions to AdamW.
    """

    def __init__(self, kernels: Sequence[Any], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._kernels = {each.path for each in kernels}
        self._averages: dict[int, Any] = {}

    def build(self, variables: Sequence[Any]) -> None:
        """Create the variables of the optimizer, with a momentum for each of `kernels`."""
        super().build(variables)
        for each in variables:
            if each.path in self._kernels:
                average = self.add_variable_from_reference(each, name="average")
                self._averages[self._get_variable_index(each)] = average

    def update_step(self, gradient: Tensor, variable: Tensor, learning_rate: Tensor) -> None:
        """Update one variable by its gradient."""
        average = self._averages.get(self._get_variable_index(variable))
        if average is None:
            super().update_step(gradient, variable, learning_rate)
            return
        self.assign(average, MOMENTUM * average + gradient)
        ahead = gradient + MOMENTUM * average  # Nesterov momentum
        step = orthogonal(keras.ops.reshape(ahead, (-1, ahead.shape[-1])))
        size = RMS * max(step.shape) ** 0.5 * learning_rate
        self.assign_sub(variable, size * keras.ops.reshape(step, variable.shape))


def orthogonal(matrix: Tensor) -> Tensor:
    """Return roughly the nearest matrix with all singular values 1, by Newton-Schulz steps."""
    linear, cubic, quintic = NEWTON_SCHULZ
    is_tall = matrix.shape[0] > matrix.shape[1]
    x = keras.ops.transpose(matrix) if is_tall else matrix
    x = x / (keras.ops.norm(x) + SMALLEST_NORM)
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = x @ keras.ops.transpose(x)
        x = linear * x + (cubic * square + quintic * square @ square) @ x
    return keras.ops.transpose(x) if is_tall else x


def _hidden_kernels(network: keras.Sequential) -> list[Any]:
    mixing = (keras.layers.Dense, keras.layers.Conv2D)
    *hidden, _ = (each.kernel for each in network.layers if isinstance(each, mixing))
    return hidden
