"""Recomputes, in a built file, the golden answers that travel with its networks."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks import lune as lune_scripts
from pipeline.candidates import Candidate


def check(lune: Path, place: Path, candidates: Sequence[Candidate]) -> None:
    """Raise PocketDigitsError when a network of a place answers otherwise than Keras did."""
    goldens = [candidate.place.exported.golden_file.resolve() for candidate in candidates]
    lune_scripts.run(lune, "golden", place.resolve(), *goldens)
