"""Hashes of data, of files and folders, and of the code that makes them: SHA-256 in hexadecimal."""

import ast
import hashlib
import importlib.util
import json
import threading
from collections.abc import Iterator
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
        pending += (name for name in _imports(module, source) if _source(name) is not None)
    return value_hash({module: file_hash(source) for module, source in sources.items()})


def _source(module: str) -> Path | None:
    path = REPOSITORY.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _imports(module: str, source: Path) -> Iterator[str]:
    """Yield the dotted names that a module's import may run: parents, modules, and members."""
    package = module if source.name == "__init__.py" else module.rpartition(".")[0]
    if parent := module.rpartition(".")[0]:
        yield parent
    with ONE_PARSER:
        tree = ast.parse(source.read_bytes(), filename=str(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            origin = importlib.util.resolve_name(name, package)
            yield origin
            for alias in node.names:
                yield f"{origin}.{alias.name}"
