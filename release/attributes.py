"""What a released place says of itself and of each network, as Roblox attributes.

The place's screen shows them, and so does Studio's Properties window.
"""

from collections.abc import Sequence

from benchmarks.measure.measurement import rounded
from benchmarks.verdict.report import Row
from pipeline.place import Attributes
from release.provenance import Provenance


def attributes(provenance: Provenance, networks: Sequence[tuple[Row, str]]) -> Attributes:
    """Return the attributes of networks, each with its measurements and a line of prose."""
    library = {"Version": provenance.version, "Dataset": provenance.dataset}
    if provenance.commit is not None:
        library["Commit"] = provenance.commit
    return Attributes(library, {row.architecture: _measured(row, about) for row, about in networks})


def _measured(row: Row, about: str) -> dict[str, str | float]:
    """Return what was measured, as the manifest has it: accuracies, bytes, and the cost's ratio.

    There is no `DrawnAccuracy` without drawings, and no `CostRatio` where instructions were not
    counted: a clock's figure holds for one machine and one moment.
    """
    values: dict[str, str | float] = {
        "About": about,
        "Accuracy": row.accuracy,
        "LuauBytes": row.model_luau_bytes,
        "WeightBytes": row.weight_bytes,
    }
    if row.drawn_accuracy is not None:
        values["DrawnAccuracy"] = row.drawn_accuracy
    if row.is_counted:
        values["CostRatio"] = rounded(row.mean_cost_ratio)
    return values
