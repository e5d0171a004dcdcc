"""An architecture, and the same without one part of its recipe at a time."""

import re
from dataclasses import dataclass
from typing import Any

from pipeline.architecture import Architecture, Augment, Training

AS_IT_IS = "as it is"
NOT_BENT = {  # the fields of Augment that a variation goes without
    "no augmentation": tuple(Augment.model_fields),
    "no rotation, scale, shear": ("rotation", "scale", "shear"),
    "no shift": ("shift",),
    "no elastic bending": ("elastic",),
}
NO_PART: dict[str, dict[str, Any]] = {
    "no label smoothing": {"label_smoothing": 0.0},
    "no weight decay": {"weight_decay": 0.0},
    "no dropout": {"dropout": 0.0},
    "no synthetic drawings": {"synthetic_share": 0.0},
    "no rare styles": {"rare_style_share": 0.0},
    "no OOD drawings": {"ood_share": 0.0},
}
# A rate at which AdamW teaches all of Muon's networks well; theirs is for orthogonal steps.
ADAMW = {"optimizer": "adamw", "learning_rate": 0.01}


@dataclass(frozen=True)
class Variation:
    """A network that ships as `architecture` says, of what it learned as `learned` says."""

    what: str
    architecture: Architecture
    learned: Architecture


def variations(architecture: Architecture) -> list[Variation]:
    """Return the architecture as it is, then without each part that it has."""
    every = [Variation(AS_IT_IS, architecture, architecture)]
    seen = [architecture.training]
    for what, changes in _trainings(architecture.training).items():
        training = architecture.training.model_copy(update=changes)
        if training not in seen:
            seen.append(training)
            changed = _named(architecture, what, training=training)
            every.append(Variation(what, changed, changed))
    return [*every, *_of_formats(architecture), *_of_tta(architecture)]


def _trainings(training: Training) -> dict[str, dict[str, Any]]:
    less_bent = {
        what: {"augment": training.augment.model_copy(update=dict.fromkeys(fields, 0.0))}
        for what, fields in NOT_BENT.items()
    }
    other = {"AdamW for Muon": ADAMW} if training.optimizer == "muon" else {}
    return less_bent | NO_PART | other


def _of_formats(architecture: Architecture) -> list[Variation]:
    layers = tuple(
        each.model_copy(update={"number_format": None}) if hasattr(each, "number_format") else each
        for each in architecture.layers
    )
    if (layers, "float32") == (architecture.layers, architecture.number_format):
        return []
    what, rounded = "float32 weights", "rounded after training"
    floats = _named(architecture, what, layers=layers, number_format="float32")
    return [
        Variation(what, floats, floats),
        Variation(rounded, _named(architecture, rounded), floats),
    ]


def _of_tta(architecture: Architecture) -> list[Variation]:
    if not architecture.tta_below:
        return []
    what = "no test-time augmentation"
    return [Variation(what, _named(architecture, what, tta_below=0.0), architecture)]


def _named(architecture: Architecture, what: str, **changes: object) -> Architecture:
    """Return a changed architecture whose stages have a folder of their own."""
    slug = re.sub(r"[^a-z0-9]+", "-", what.lower())
    return architecture.model_copy(update={"name": f"{architecture.name}-{slug}", **changes})
