"""Reads YAML strictly, and knows the line of every value for error messages.

PyYAML follows YAML 1.1, but most people and editors YAML 1.2: `on`, `1e3`, `1_000`, `012` and
`12:30` mean different things in the two. Such values are refused, and so are duplicate keys, of
which PyYAML would take the last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PocketDigitsError

YAML_1_2 = {  # the core schema: type → form of a plain scalar; any other is a string
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+",
    "float": r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}
MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Document:
    """A file's value, and the place of each of its parts."""

    value: Any
    _root: yaml.Node | None

    def place(self, location: Sequence[int | str]) -> tuple[int, list[str]]:
        """Return the line (from 1) and the keys of a location; skips parts that the file lacks."""
        node, line, keys = self._root, 1, []
        for part in location:
            child = _child(node, part)
            if child is not None:
                node, line = child
                keys.append(str(part))
        return line, keys


def read(path: Path) -> Document:
    """Read a YAML file.

    Raises FileNotFoundError, and PocketDigitsError, with the line, if the file is not YAML or has
    a duplicate key or a value that YAML 1.1 and 1.2 read differently.
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
            f"{path}{where}: not valid YAML: {reason}; fix it and run again"
        ) from error


def _child(node: yaml.Node | None, part: int | str) -> tuple[yaml.Node, int] | None:
    """Return the node at a key of a mapping or an index of a sequence, and its line."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        # Keys merged by `<<` come before the mapping's own keys, which win.
        for key, value in reversed(node.value):
            if key.value == str(part):
                return value, key.start_mark.line + 1
    return None


def _problems(node: yaml.Node, around: tuple[yaml.Node, ...] = ()) -> Iterator[tuple[int, str]]:
    """Yield line and message of every bad key, every ambiguous value and every circle."""
    line, inside = node.start_mark.line + 1, (*around, node)
    if node in around:
        yield line, "an alias refers to what it is in; remove it"
    elif isinstance(node, yaml.ScalarNode):
        if problem := _ambiguous(node):
            yield line, problem
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _problems(each, inside)
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield key.start_mark.line + 1, "a key is a list or a mapping; write a text"
                continue
            if key.value in seen:
                yield key.start_mark.line + 1, f'found duplicate key "{key.value}"; remove one'
            seen.add(key.value)
            if key.tag != MERGE:
                yield from _problems(key, inside)
            yield from _problems(value, inside)


def _ambiguous(scalar: yaml.ScalarNode) -> str | None:
    """Return how YAML 1.1 and 1.2 differ on a plain scalar; None if they agree."""
    text = scalar.value
    old = scalar.tag.rpartition(":")[2]
    if scalar.style is not None or scalar.tag.startswith("!"):
        return None
    new = next((kind for kind, form in YAML_1_2.items() if re.fullmatch(form, text)), "str")
    octal = old == new == "int" and re.fullmatch(r"[-+]?0\d+", text) is not None
    if old == new and not (octal and int(text, 8) != int(text)):
        return None
    plain = _plain(text, old)
    meant = f", or {plain} for the {'boolean' if old == 'bool' else 'number'}" if plain else ""
    if octal:
        old, new = str(int(text, 8)), str(int(text))
    return (
        f"{text} is {old} in YAML 1.1 and {new} in YAML 1.2, so it may be read as something else;"
        f' write "{text}" for the text{meant}'
    )


def _plain(text: str, kind: str) -> str | None:
    """Return a boolean or a number in a form that both versions share; None if it is neither."""
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
