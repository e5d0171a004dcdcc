"""Puts where it comes from into a network's loose files, which leaves its numbers untouched."""

from __future__ import annotations

from pathlib import Path

from release.provenance import Provenance


def luau(measured: Path, target: Path, provenance: Provenance) -> None:
    """Write a model module below a first line that says where it is from.

    All after that line is byte for byte the module that was measured, and that is in the places.
    """
    text = f"-- {provenance}\n".encode() + measured.read_bytes()
    target.write_bytes(text)
