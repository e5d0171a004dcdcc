"""Puts where it comes from into a network's loose files, which leaves its numbers untouched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.numpy import load_file, save

from release.provenance import Provenance

METADATA_KEY = "pocket-digits"  # as pipeline/quantized.py writes it
DESCRIBED = ("architecture", "dataset", "layers")  # there, by the same


def luau(measured: Path, target: Path, provenance: Provenance) -> None:
    """Write a model module below a first line that says where it is from.

    All after that line is byte for byte the module that was measured, and that is in the places.
    """
    text = f"-- {provenance}\n".encode() + measured.read_bytes()
    target.write_bytes(text)


def weights(quantized: Path, target: Path, provenance: Provenance, **settings: object) -> None:
    """Write a safetensors file with `settings` and its provenance beside what describes it."""
    own = description(quantized)
    described = {
        **{key: own[key] for key in DESCRIBED},
        "version": provenance.version,
        "commit": provenance.commit,
        **settings,
    }
    # One key only: safetensors writes several in an order that changes from run to run.
    metadata = {METADATA_KEY: json.dumps(described, sort_keys=True)}
    # Not by save_file, whose files nobody else may read.
    target.write_bytes(save(load_file(quantized), metadata))


def description(file: Path) -> dict[str, Any]:
    """Return what a safetensors file says of its network."""
    with safe_open(file, framework="numpy") as opened:
        described: dict[str, Any] = json.loads(opened.metadata()[METADATA_KEY])
    return described
