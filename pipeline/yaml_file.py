"""Reads YAML so that what is written is what is meant, and an error can name its line.

PyYAML follows YAML 1.1, and most people and editors YAML 1.2: `on`, `1e3`, `1_000`, `012` and
`12:30` are something else in either. Such a value is refused, as is a key that is there twice, of
which PyYAML would take the last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PocketDigitsError

YAML_1_2 = {  # the core schema: what a plain scalar means there, anything else being a string
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+",
    "float": r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}
MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Document:
    """A file's value as Python's, and where each part of it stands."""

    value: Any
    _root: yaml.Node | None

    def place(self, location: Sequence[int | str]) -> tuple[int, list[str]]:
        """Return the line, from 1, and the keys of a location, as far as the file has it.

        Parts of the location that the file does not hold are passed over.
        """
        node, line, keys = self._root, 1, []
        for part in location:
            found = _child(node, part)
            if found is not None:
                node, line = found
                keys.append(str(part))
        return line, keys


def read(path: Path) -> Document:
    """Read a YAML file.

    Raises FileNotFoundError, and PocketDigitsError with the line where the file is no YAML, has a
    key twice, or a value that YAML 1.1 and 1.2 read differently.
    """
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        problems = [] if root is None else list(_problems(root))
        if problems:
            mistakes = [f"{path}:{line}: not valid YAML: {problem}" for line, problem in problems]
            raise PocketDigitsError("\n".join(mistakes))
        return Document(None if root is None else loader.construct_document(root), root)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        where, reason = "", str(error)
        if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
            where, reason = f":{error.problem_mark.line + 1}", str(error.problem)
        raise PocketDigitsError(
            f"{path}{where}: not valid YAML: {reason}; mend it and run again"
        ) from error


def _child(node: yaml.Node | None, part: int | str) -> tuple[yaml.Node, int] | None:
    """Return what a mapping or a sequence holds at a key or an index, and the key's line."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        # What `<<` merges stands before the mapping's own keys, which win.
        for key, value in reversed(node.value):
            if key.value == str(part):
                return value, key.start_mark.line + 1
    return None


def _problems(node: yaml.Node) -> Iterator[tuple[int, str]]:
    """Yield the line of every key that is there twice and of every ambiguous value, and why."""
    if isinstance(node, yaml.ScalarNode):
        if problem := _ambiguous(node):
            yield node.start_mark.line + 1, problem
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _problems(each)
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.tag != MERGE:
                if key.value in seen:
                    yield key.start_mark.line + 1, f'found duplicate key "{key.value}"; remove one'
                seen.add(key.value)
                yield from _problems(key)
            yield from _problems(value)


def _ambiguous(scalar: yaml.ScalarNode) -> str | None:
    """Say how YAML 1.1 and 1.2 differ about a plain scalar; None where they do not."""
    text = scalar.value
    old = scalar.tag.rpartition(":")[2]
    if scalar.style is not None or scalar.tag.startswith("!"):
        return None
    new = next((kind for kind, form in YAML_1_2.items() if re.fullmatch(form, text)), "str")
    if old == new and not (old == "int" and re.fullmatch(r"[-+]?0\d+", text)):
        return None
    plain = _plain(text, old)
    meant = f", or {plain} for the {'boolean' if old == 'bool' else 'number'}" if plain else ""
    return (
        f"{text} is {old} in YAML 1.1 and {new} in YAML 1.2, so it may be read as something else;"
        f' write "{text}" for the text{meant}'
    )


def _plain(text: str, kind: str) -> str | None:
    """Return a boolean or a number as both versions of YAML read it; None where it is neither."""
    if kind == "bool":
        return "true" if text.lower() in ("yes", "on") else "false"
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return None
    mantissa, _, exponent = repr(number).partition("e")
    if not exponent:
        return str(int(number)) if number.is_integer() else mantissa
    return f"{mantissa}{'' if '.' in mantissa else '.0'}e{exponent}"
