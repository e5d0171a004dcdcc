"""What the project's files show to be typed: commands and options in texts and in errors."""

import ast
import re

from pipeline.fingerprint import REPOSITORY

FOLDERS = ("pipeline", "benchmarks", "release")
SOURCES = {
    path.relative_to(REPOSITORY).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in [
        REPOSITORY / "noxfile.py",
        *(path for folder in FOLDERS for path in sorted((REPOSITORY / folder).rglob("*.py"))),
    ]
}
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pipeline/architectures.yaml")
ERRORS = ("PocketDigitsError", "BadParameter", "_fail")
FILLED_IN = "VALUE"
SHELL = re.compile(r"`([^`]*nox -s [a-z][^`]*)`|^(.*&& nox -s [^\n`]+)$", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def in_sources():
    """Return where each line in a message, a help or an example stands, and the line."""
    return sorted(
        {(name, line) for name in SOURCES for text in _texts(name) for line in _lines(text)}
    )


def in_pages():
    """Return where each line in the documentation stands, and the line."""
    pages = {name: (REPOSITORY / name).read_text(encoding="utf-8") for name in PAGES}
    return sorted({(name, line) for name, text in pages.items() for line in _lines(text)})


def options_in_errors():
    """Return where each option that an error names stands, and the option."""
    calls = [
        (name, node)
        for name, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ERRORS
    ]
    return sorted(
        {(name, each) for name, call in calls for each in OPTION.findall(ast.unparse(call))}
    )


def _texts(name):
    inner = set()
    for node in ast.walk(SOURCES[name]):
        if isinstance(node, ast.JoinedStr):
            inner |= set(map(id, node.values))
            yield "".join(str(part.value) for part in map(_plain, node.values))
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner
        ):
            yield node.value


def _plain(part):
    return part if isinstance(part, ast.Constant) else ast.Constant(FILLED_IN)


def _lines(text):
    """Yield the commands in backticks, and those that follow another after `&&`."""
    for ticks, shell in SHELL.findall(text):
        for line in " ".join((ticks or shell).split()).split(" && "):
            if "nox -s " in line:
                yield re.sub(r"<[^>]+>", FILLED_IN, line[line.index("nox -s ") :])
