"""One line that says how a rebuilt file differs from the released one."""

import zipfile
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

from benchmarks.measure import size
from pipeline.fingerprint import file_hash
from pipeline.quantized_network import description

SHOWN = 60  # characters of a line


def difference(released: Path, rebuilt: Path, lune: Path) -> str | None:
    """Return what differs between two files; None when they are equal, byte for byte."""
    if not rebuilt.is_file():
        return "nothing rebuilds it; this is a bug in release/rebuild.py"
    if file_hash(released) == file_hash(rebuilt):
        return None
    both = (released, rebuilt)
    match released.suffix:
        case ".luau" | ".json":
            texts = (each.read_bytes().decode("utf-8", "surrogateescape") for each in both)
            how = _first_line(*(text.split("\n") for text in texts))
        case ".rbxl" | ".rbxm":
            scripts = _different(*(size.scripts(lune, each) for each in both))
            how = (
                f"script {scripts}" if scripts else "not its scripts: its attributes or properties"
            )
        case ".keras":
            how = f"entry {_different(*map(_entries, both))}"
        case ".safetensors":
            keys = _different(*map(description, both))
            how = f"metadata {keys}" if keys else "its tensors"
        case _:
            how = f"{released.stat().st_size:,} and {rebuilt.stat().st_size:,} bytes"
    return how


def _first_line(released: list[str], rebuilt: list[str]) -> str:
    pairs = enumerate(zip_longest(released, rebuilt, fillvalue="(no line)"), 1)
    number, (old, new) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
    at = next(index for index, (a, b) in enumerate(zip_longest(old, new)) if a != b)
    start = max(0, at - SHOWN // 2)
    old, new = old[start : start + SHOWN], new[start : start + SHOWN]
    return f"line {number}, column {at + 1}: {old!r}, rebuilt {new!r}"


def _entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _different(old: Mapping[str, object], new: Mapping[str, object]) -> str:
    names = old.keys() | new.keys()
    return ", ".join(sorted(name or "init" for name in names if old.get(name) != new.get(name)))
