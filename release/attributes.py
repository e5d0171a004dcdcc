"""What a released place says of itself and of each network, as Roblox attributes.

The place's screen shows them, and so does Studio's Properties window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.verdict.report import Row
from pipeline.place import Attributes
from release.provenance import Provenance

# Counted again, instructions differ in the third digit, and a place is the same in every build.
COST_DIGITS = 2


def attributes(
    provenance: Provenance, rows: Sequence[Row], abouts: Mapping[str, str]
) -> Attributes:
    """Return the attributes of the networks of `rows`; `abouts` has a line of prose for each."""
    library = {"Version": provenance.version, "Dataset": provenance.dataset}
    if provenance.commit is not None:
        library["Commit"] = provenance.commit
    return Attributes(
        library, {row.architecture: _figures(row, abouts[row.architecture]) for row in rows}
    )


def _figures(row: Row, about: str) -> dict[str, str | float]:
    """Return what was measured: accuracies as shares, bytes, and cost as a share of the baseline's.

    There is no `DrawnAccuracy` where no drawings were had, and no `CostRatio` where instructions
    were not counted: a clock's answer is that of one machine and one moment.
    """
    figures: dict[str, str | float] = {
        "About": about,
        "Accuracy": row.accuracy,
        "LuauBytes": row.model_luau_bytes,
        "WeightBytes": row.weight_bytes,
    }
    if row.drawn_accuracy is not None:
        figures["DrawnAccuracy"] = row.drawn_accuracy
    if row.cost_method == "callgrind":
        figures["CostRatio"] = float(f"{row.mean_cost_ratio:.{COST_DIGITS}g}")
    return figures
