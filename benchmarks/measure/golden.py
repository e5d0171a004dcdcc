"""Recomputes, in a built file, the golden answers that travel with its networks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks import lune as lune_scripts
from pipeline.export import GOLDEN_FILE
from pipeline.stages import Candidate


def check(lune: Path, place: Path, candidates: Sequence[Candidate]) -> None:
    """Raise PocketDigitsError when a network of a place answers otherwise than Keras did."""
    goldens = [(candidate.exported / GOLDEN_FILE).resolve() for candidate in candidates]
    lune_scripts.run(lune, "golden", place.resolve(), *goldens)
