"""Says in one line how two files of the same name differ."""

from __future__ import annotations

import zipfile
from itertools import zip_longest
from pathlib import Path

from benchmarks.measure import size
from pipeline import fingerprint as hashes
from pipeline.quantized_network import description

LONGEST = 60  # characters that are shown of a line
TEXT = (".luau", ".json")


def difference(released: Path, rebuilt: Path, lune: Path) -> str | None:
    """Return what differs between two files; None when they are equal, byte for byte."""
    if not rebuilt.is_file():
        return "nothing rebuilds it; this is a bug in release/rebuild.py"
    if hashes.file_hash(released) == hashes.file_hash(rebuilt):
        return None
    return _how(released, rebuilt, lune)


def _how(released: Path, rebuilt: Path, lune: Path) -> str:
    if released.suffix in TEXT:
        return _of_lines(released, rebuilt)
    if released.suffix in (".rbxl", ".rbxm"):
        found = _of_entries(size.scripts(lune, released), size.scripts(lune, rebuilt))
        return f"script {found}" if found else "not its scripts: its attributes or properties"
    if released.suffix == ".keras":
        return f"entry {_of_entries(_entries(released), _entries(rebuilt))}"
    if released.suffix == ".safetensors":
        found = _of_entries(description(released), description(rebuilt))
        return f"metadata {found}" if found else "its tensors"
    return f"{released.stat().st_size:,} and {rebuilt.stat().st_size:,} bytes"


def _of_lines(released: Path, rebuilt: Path) -> str:
    pairs = zip_longest(*(_lines(path) for path in (released, rebuilt)), fillvalue="(no line)")
    number, (old, new) = next(
        (number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1]
    )
    at = next(
        (index for index, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    start = max(0, at - LONGEST // 2)
    shown = [line[start : start + LONGEST] for line in (old, new)]
    return f"line {number}, column {at + 1}: {shown[0]!r}, rebuilt {shown[1]!r}"


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8", "surrogateescape").split("\n")


def _entries(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _of_entries(
    old: dict[str, object] | dict[str, str], new: dict[str, object] | dict[str, str]
) -> str:
    names = old.keys() | new.keys()
    return ", ".join(sorted(name or "init" for name in names if old.get(name) != new.get(name)))
