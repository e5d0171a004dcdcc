"""Fingerprints of the code that a stage runs, without comments, docstrings or error texts.

A Python fingerprint covers a function and every top-level definition of this repository that it
reaches, so a stage is made again when its own code changes, but not when other code in the same
files does. A Luau fingerprint covers scripts and all that they require.
"""

import ast
import importlib.util
import re
import threading
from functools import cache
from pathlib import Path

from pipeline.fingerprint import REPOSITORY, value_hash

# CPython 3.11 counts the parser's depth across threads, so two parsers at once may raise
# SystemError (python/cpython#106905).
ONE_PARSER = threading.Lock()
COMMENT_OR_STRING = re.compile(
    r"--\[(=*)\[.*?\]\1\]|--[^\n]*"  # comments
    r"|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\[(=*)\[.*?\]\2\]",
    re.DOTALL,
)
REQUIRE = re.compile(r'require\("(\.[^"]+)"\)')


@cache  # describes the loaded code, even if another commit is checked out later
def code_fingerprint(*functions: str) -> str:
    """Return the fingerprint of functions or classes (`module:name`) and all that they reach.

    Follows imports inside functions too. Raises ModuleNotFoundError or AttributeError for a name
    that this repository does not define.
    """
    return value_hash(reached(*functions))


def reached(*functions: str) -> dict[str, str]:
    """Return the code of every definition that functions reach, by `module:name`."""
    pending = [tuple(each.split(":")) for each in functions]
    sources: dict[str, str] = {}
    while pending:
        module, name = pending.pop()
        if (key := f"{module}:{name}") not in sources:
            parsed = _module(module)
            statements = [*parsed.definitions(name), *parsed.effects]
            sources[key] = "\n".join(map(ast.unparse, statements))
            pending += [each for statement in statements for each in parsed.reached(statement)]
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
    """Return Luau source without comments and the blank space that they leave."""
    code = COMMENT_OR_STRING.sub(
        lambda match: "" if match[0].startswith("--") else match[0], source
    )
    return "\n".join(line.rstrip() for line in code.splitlines() if line.strip())


class _Module:
    """The top level of a module: its definitions by name, and all other statements."""

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
        """Return the statements that define a name; an imported name stands for itself."""
        if name in self._imports:
            return [ast.Expr(ast.Name(name, ast.Load()))]
        if name not in self._definitions:
            raise AttributeError(f"{self._name} defines no {name}")
        return self._definitions[name]

    def reached(self, statement: ast.stmt) -> set[tuple[str, str]]:
        """Return module and name of every definition in this repository that a statement uses."""
        definitions = set()
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in self._definitions:
                definitions.add((self._name, node.id))
            elif isinstance(node, ast.Name):
                definitions |= _resolved(self._imports.get(node.id, ""))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                definitions |= _resolved(f"{self._imports.get(node.value.id, '')}.{node.attr}")
        return definitions

    def _imported(self, tree: ast.Module) -> dict[str, str]:
        """Return the dotted origin of every imported name, inside functions too."""
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
    """Return module and name of `package.module.name` if this repository has that module."""
    module, _, name = dotted.rpartition(".")
    if not module or _path(dotted) is not None or _path(module) is None:
        return set()
    return {(module, name)}


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a top-level statement binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _without_prose(statement: ast.stmt) -> ast.stmt:
    """Return a statement without docstrings and error texts, which change no result."""
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
