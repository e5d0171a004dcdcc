"""Where a release comes from, as every artifact that can carry it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Provenance:
    """Version, full commit (None outside git), and the dataset that trained the networks."""

    version: str
    commit: str | None
    dataset: str

    def __str__(self) -> str:
        commit = f", commit {self.commit}" if self.commit else ""
        return f"pocket-digits {self.version}{commit}, trained on {self.dataset}"
