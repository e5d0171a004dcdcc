"""A network: its layers, number format and training settings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator
from pydantic import model_validator as validator

from pipeline.layers import Dense, Layer, NumberFormat, Shape, Strict

IMAGE_SHAPE = (28, 28, 1)
IMAGE_PIXELS = 784
CLASSES = 10
OOD_LABEL = CLASSES  # the training label of a drawing that is no digit

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
RESERVED = ("baseline", "datasets", "release", "sweep", "verify")  # folders of build/ itself
# Six digits tell shares of any test set apart, and Rojo may read longer ones as another number.
Share = Annotated[float, Field(ge=0, le=1), AfterValidator(lambda share: round(share, 6))]


class Augment(Strict):
    """Limits of the random distortion of a training image, redrawn in every epoch."""

    rotation: float = Field(default=0, ge=0, le=45, description="degrees")
    scale: float = Field(default=0, ge=0, le=0.5, description="share, independent for each axis")
    shear: float = Field(default=0, ge=0, le=0.5, description="columns per row")
    shift: float = Field(default=0, ge=0, le=4, description="pixels, along each axis")
    elastic: float = Field(default=0, ge=0, le=4, description="pixels, standard deviation")


class Training(Strict):
    """Training settings.

    `muon` updates the kernels of dense and conv2d layers except the last, and AdamW the rest.
    `dropout` applies to the inputs of the last layer. A share is the number of drawings added per
    training image: synthetic digits, each style equally often; digits in styles that are rare in
    MNIST; out-of-distribution letters and shapes, labelled with a tenth of every digit.
    """

    epochs: int = Field(gt=0)
    batch_size: int = Field(gt=0)
    optimizer: Literal["adamw", "muon"] = "adamw"
    learning_rate: float = Field(gt=0)
    weight_decay: float = Field(default=0.001, ge=0)
    label_smoothing: float = Field(default=0, ge=0, lt=1)
    dropout: float = Field(default=0, ge=0, lt=1)
    augment: Augment = Augment()
    synthetic_share: float = Field(default=0, ge=0, le=1)
    rare_style_share: float = Field(default=0, ge=0, le=1)
    ood_share: float = Field(default=0, ge=0, le=1)
    seed: int = Field(ge=0)


class Architecture(Strict):
    """One network and its training.

    `number_format` applies to every layer without its own. If the confidence of one forward pass
    is below `tta_below`, the network predicts by the mean of three (pipeline/tta.py).
    """

    name: Name
    about: str
    layers: tuple[Layer, ...]
    number_format: NumberFormat
    tta_below: Share = 0.0
    training: Training

    @property
    def shapes(self) -> list[Shape]:
        """The shape of the image, then the output shape of each layer."""
        shapes: list[Shape] = [IMAGE_SHAPE]
        for index, layer in enumerate(self.layers):
            shapes.append(_output_shape(index, layer, shapes[-1]))
        return shapes

    @property
    def output(self) -> Dense:
        """The last layer."""
        last = self.layers[-1]
        assert isinstance(last, Dense)  # noqa: S101 - as validated below
        return last

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one forward pass that skips no zeros."""
        return sum(
            layer.macs(shape) for layer, shape in zip(self.layers, self.shapes, strict=False)
        )

    @field_validator("name")
    @classmethod
    def _has_a_folder_of_its_own(cls, name: str) -> str:
        if name in RESERVED:
            raise ValueError(f"build/{name} is not a network's folder; choose another name")
        return name

    @validator(mode="after")
    def _ends_in_ten_classes(self) -> Architecture:
        if not self.layers:
            raise ValueError("no layers, expected at least the output layer of ten units")
        *hidden, last = self.layers
        if not isinstance(last, Dense) or last.units != CLASSES:
            found = f"{last.type} of {getattr(last, 'units', 'no')} units"
            raise ValueError(f"the last layer is {found}, expected dense of {CLASSES} units")
        if last.activation not in ("softmax", "sigmoid") or last.batch_norm:
            raise ValueError(
                f"the last layer has {last.activation}, expected softmax or sigmoid"
                " without batch_norm"
            )
        if any(getattr(layer, "activation", None) == "softmax" for layer in hidden):
            raise ValueError("a hidden layer has softmax, expected it in the last layer only")
        if self.tta_below and self.layers[0].type == "flatten":
            raise ValueError(
                f"tta_below is {self.tta_below:g}, and the first weights are dense:"
                " they keep the sums of the last image for incremental predictions, which"
                " test-time augmentation would overwrite; leave tta_below out"
            )
        _ = self.shapes  # raises if a layer does not fit the previous one
        return self

    @property
    def title(self) -> str:
        """Name and seed, for progress and messages."""
        return f"{self.name}, seed {self.training.seed}"

    def with_seed(self, seed: int) -> Architecture:
        """Return this architecture with another seed."""
        training = self.training.model_copy(update={"seed": seed})
        return self.model_copy(update={"training": training})


def _output_shape(index: int, layer: Layer, shape: Shape) -> Shape:
    try:
        return layer.output_shape(shape)
    except ValueError as error:
        raise ValueError(f"layer {index}, {layer.type}, {error}") from None
