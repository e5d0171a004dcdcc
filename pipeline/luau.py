"""Python values → Luau source, laid out as StyLua would."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

COLUMNS = 100
TAB_COLUMNS = 4
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# fmt: off
KEYWORDS = {
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local",
    "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}
# fmt: on
ESCAPES = {chr(code): f"\\x{code:02x}" for code in (*range(32), 127)} | {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
EXACT_INTEGERS = 2**53

Value: TypeAlias = "str | float | Table"
Table: TypeAlias = "Sequence[Value] | Mapping[str, Value]"


def module(value: Value, comment: Sequence[str] = ()) -> str:
    """Return the source of a strict ModuleScript that returns `value`, below comment lines."""
    lines = ["--!strict", *(f"-- {line}" for line in comment)]
    return "\n".join([*lines, _after("return ", value, 0)]) + "\n"


def literal(value: Value, depth: int = 0, taken: int = 0) -> str:
    """Return a Luau expression, indented by `depth` tabs, after `taken` columns of its line.

    Mappings and sequences become tables, on one line if they fit. Raises ValueError for a number
    that Luau cannot represent, TypeError for a value that has no form in Luau.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, (Mapping, list, tuple)):
        return _table(value, depth, taken)
    raise TypeError(f"{value!r} of type {type(value).__name__} has no form in Luau")


def _number(value: float) -> str:
    if isinstance(value, int) and abs(value) > EXACT_INTEGERS:
        raise ValueError(f"{value} is an integer beyond ±2^53, which a Luau number cannot hold")
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite, and so has no literal in Luau")
    return repr(value)


def _string(value: str) -> str:
    return '"' + "".join(ESCAPES.get(character, character) for character in value) + '"'


def _table(value: Table, depth: int, taken: int) -> str:
    if not value:
        return "{}"
    on_one_line = f"{{ {', '.join(_entries(value, depth))} }}"
    if "\n" not in on_one_line and taken + len(on_one_line) + len(",") <= COLUMNS:
        return on_one_line
    indent = "\t" * (depth + 1)
    entries = "".join(f"{indent}{entry},\n" for entry in _entries(value, depth + 1))
    return "{\n" + entries + "\t" * depth + "}"


def _entries(value: Table, depth: int) -> list[str]:
    if isinstance(value, Mapping):
        return [_after(f"{_key(key)} = ", item, depth) for key, item in value.items()]
    return [_after("", item, depth) for item in value]


def _after(start: str, value: Value, depth: int) -> str:
    return start + literal(value, depth, depth * TAB_COLUMNS + len(start))


def _key(key: str) -> str:
    if IDENTIFIER.fullmatch(key) and key not in KEYWORDS:
        return key
    return f"[{_string(key)}]"
