"""Hashes of data, of files and folders, and of the code that makes them: SHA-256 in hexadecimal."""

import ast
import hashlib
import importlib.util
import json
import threading
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
# CPython 3.11 counts a parser's depth for all threads together, and two at once may end in a
# SystemError (python/cpython#106905).
ONE_PARSER = threading.Lock()


def value_hash(value: object) -> str:
    """Return the hash of anything that JSON can hold."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file below `folder`, by its path there."""
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha256.update(chunk)
    return sha256.hexdigest()


def tree_hash(folder: Path) -> str:
    """Return one hash of the names and contents of all files below `folder`."""
    return value_hash(file_hashes(folder))


def source_hash(*modules: str) -> str:
    """Return one hash of the named modules' sources and of all they import from this repository.

    Imports are followed transitively, those inside functions included, so a change of code makes
    again just the stages that run it. Raises ModuleNotFoundError for a name that is not here.
    """
    sources: dict[str, Path] = {}
    pending = list(modules)
    while pending:
        module = pending.pop()
        if module in sources:
            continue
        source = _source(module)
        if source is None:
            raise ModuleNotFoundError(f"{module} is no module of this repository")
        sources[module] = source
        is_package = source.name == "__init__.py"
        imports = _imports(module, is_package, source.read_bytes())
        pending += (name for name in imports if _source(name) is not None)
    return value_hash({module: file_hash(source) for module, source in sources.items()})


def _source(module: str) -> Path | None:
    path = REPOSITORY.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate.is_file()), None)


@cache
def _imports(module: str, is_package: bool, code: bytes) -> frozenset[str]:
    """Return the dotted names that a module's import may run: parents, modules, and members."""
    package = module if is_package else module.rpartition(".")[0]
    names = {module.rpartition(".")[0]} - {""}
    with ONE_PARSER:
        tree = ast.parse(code, filename=module)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            names |= {origin, *(f"{origin}.{alias.name}" for alias in node.names)}
    return frozenset(names)
