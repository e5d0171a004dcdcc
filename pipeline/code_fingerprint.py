"""Fingerprints of what decides a stage: the code it runs, without comments, docstrings or messages.

Python is followed from a function through every top-level definition that it reaches in this
repository, so that a stage is made again when code changes that it runs, and by nothing else in
the same files. Luau scripts are followed through their `require`s.
"""

import ast
import importlib.util
import re
import threading
from functools import cache
from pathlib import Path

from pipeline.fingerprint import REPOSITORY, value_hash

# CPython 3.11 counts a parser's depth for all threads together, and two at once may end in a
# SystemError (python/cpython#106905).
ONE_PARSER = threading.Lock()
COMMENT_OR_STRING = re.compile(
    r"--\[(=*)\[.*?\]\1\]|--[^\n]*"  # comments
    r"|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\[(=*)\[.*?\]\2\]",
    re.DOTALL,
)
REQUIRE = re.compile(r'require\("(\.[^"]+)"\)')


@cache  # of the code that was loaded, whatever is checked out later
def code_fingerprint(*functions: str) -> str:
    """Return the fingerprint of functions or classes, `module:name`, and of all that they reach.

    Imports inside functions are followed as well. Raises ModuleNotFoundError or AttributeError for
    what is not in this repository.
    """
    return value_hash(reached(*functions))


def reached(*functions: str) -> dict[str, str]:
    """Return the code of everything that functions reach, by `module:name`."""
    pending = [tuple(each.split(":")) for each in functions]
    sources: dict[str, str] = {}
    while pending:
        module, name = pending.pop()
        if (key := f"{module}:{name}") not in sources:
            found = _module(module)
            statements = [*found.definitions(name), *found.effects]
            sources[key] = "\n".join(map(ast.unparse, statements))
            pending += [each for statement in statements for each in found.reached(statement)]
    return sources


@cache
def luau_fingerprint(*scripts: Path) -> str:
    """Return the fingerprint of Luau scripts and those that they require by a relative path."""
    sources: dict[Path, str] = {}
    pending = list(scripts)
    while pending:
        script = pending.pop().resolve()
        if script not in sources:
            sources[script] = luau_code(script.read_text(encoding="utf-8"))
            required = REQUIRE.findall(sources[script])
            pending += [(script.parent / path).with_suffix(".luau") for path in required]
    named = {path.relative_to(REPOSITORY).as_posix(): text for path, text in sources.items()}
    return value_hash(named)


def luau_code(source: str) -> str:
    """Return Luau source without its comments, and without the blanks that they leave."""
    kept = COMMENT_OR_STRING.sub(
        lambda found: "" if found[0].startswith("--") else found[0], source
    )
    return "\n".join(line.rstrip() for line in kept.splitlines() if line.strip())


class _Module:
    """The top level of a module: what each name is, and what else runs when it is imported."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        with ONE_PARSER:
            tree = ast.parse(path.read_bytes(), filename=name)
        self._imports = self._imported(tree)
        self._definitions: dict[str, list[ast.stmt]] = {}
        self.effects: list[ast.stmt] = []
        imports = (ast.Import, ast.ImportFrom)
        for statement in map(
            _without_prose, (each for each in tree.body if not isinstance(each, imports))
        ):
            bound = _bound(statement)
            for each in bound:
                self._definitions.setdefault(each, []).append(statement)
            if not bound:
                self.effects.append(statement)

    def definitions(self, name: str) -> list[ast.stmt]:
        """Return the statements that define a name: its own, or one that it imports by it."""
        if name in self._imports:
            return [ast.Expr(ast.Name(name, ast.Load()))]
        if name not in self._definitions:
            raise AttributeError(f"{self._name} defines no {name}")
        return self._definitions[name]

    def reached(self, statement: ast.stmt) -> set[tuple[str, str]]:
        """Return module and name of every definition in this repository that a statement names."""
        found = set()
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in self._definitions:
                found.add((self._name, node.id))
            elif isinstance(node, ast.Name):
                found |= _resolved(self._imports.get(node.id, ""))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found |= _resolved(f"{self._imports.get(node.value.id, '')}.{node.attr}")
        return found

    def _imported(self, tree: ast.Module) -> dict[str, str]:
        """Return what every imported name stands for, dotted; inside functions as well."""
        imports: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imports |= {each.asname or each.name: each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                relative = "." * node.level + (node.module or "")
                origin = importlib.util.resolve_name(relative, self._package)
                imports |= {
                    each.asname or each.name: f"{origin}.{each.name}" for each in node.names
                }
        return imports


def _module(name: str) -> _Module:
    path = _path(name)
    if path is None:
        raise ModuleNotFoundError(f"{name} is no module of this repository")
    return _read(name, path, path.stat().st_mtime_ns)


@cache
def _read(name: str, path: Path, _: int) -> _Module:
    return _Module(name, path)


def _path(module: str) -> Path | None:
    path = REPOSITORY.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py") if module else ()
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _resolved(dotted: str) -> set[tuple[str, str]]:
    """Return module and name of `package.module.name` where this repository has that module."""
    module, _, name = dotted.rpartition(".")
    if not module or _path(dotted) is not None or _path(module) is None:
        return set()
    return {(module, name)}


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of the top level binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _without_prose(statement: ast.stmt) -> ast.stmt:
    """Return a statement without docstrings and the texts of errors, which decide nothing."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            node.body = [each for each in node.body if not _is_text(each)] or [ast.Pass()]
        if isinstance(node, ast.Raise):
            for text in ast.walk(node):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    text.value = ""
    return ast.Pass() if _is_text(statement) else statement


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
