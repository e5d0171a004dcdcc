"""What a line such as `nox -s benchmark -- --help` does when it is typed, without the wait for Nox.

A session that runs one of the project's commands is held against that command; of others, like
`tests`, Nox knows the name alone.
"""

import ast
import re
import shlex
from contextlib import suppress
from functools import cache
from importlib import import_module

import typer
from typer.testing import CliRunner

from pipeline.fingerprint import REPOSITORY

APPS = ("pipeline", "benchmarks", "release", "release.publish")
WIDE = {"COLUMNS": "400"}  # so that no line is broken


def sessions():
    """Return the noxfile's sessions: the package and the command that each runs, or None."""
    found = {}
    for each in ast.parse((REPOSITORY / "noxfile.py").read_text(encoding="utf-8")).body:
        decorator = re.search(r"nox\.session(\(name='(.+)'\))?", str(_decorators(each)))
        if decorator:
            text = ast.unparse(each)
            runs = re.search(r"_module\(session, '([\w.]+)', '([\w-]+)'", text)
            found[decorator[2] or each.name] = runs and runs.groups()
    return found


def _decorators(node):
    return [ast.unparse(each) for each in getattr(node, "decorator_list", [])]


SESSIONS = sessions()


def command(package):
    """Return the commands of a package."""
    return typer.main.get_command(import_module(f"{package}.__main__").app)


def paths():
    """Yield package and words of every command, those of groups included."""
    for package in APPS:
        for name, each in command(package).commands.items():
            yield package, (name,)
            for inner in getattr(each, "commands", {}):
                yield package, (name, inner)


@cache
def shown(package, *words):
    """Return what a command prints for these words."""
    app = import_module(f"{package}.__main__").app
    return CliRunner().invoke(app, words, prog_name="nox -s", env=WIDE).output


def split(line):
    """Return the session of a line and the arguments that Nox hands to it."""
    nox, option, session, *rest = shlex.split(line)
    assert (nox, option) == ("nox", "-s"), line
    assert session in SESSIONS, line
    assert rest[:1] in ([], ["--"]), f"Nox takes {rest[0]!r} for itself: {line}"
    return session, rest[1:]


def show(line):
    """Return what is printed when a line is typed."""
    session, arguments = split(line)
    package, name = SESSIONS[session]
    return shown(package, name, *arguments)


def accept(line):
    """Raise unless the session of a line, and all of its arguments, are understood."""
    session, arguments = split(line)
    if SESSIONS[session] is None:
        return
    package, name = SESSIONS[session]
    chosen = command(package).commands[name]
    while arguments and hasattr(chosen, "commands"):  # one of a group
        chosen = chosen.commands[arguments.pop(0)]
    if hasattr(chosen, "commands"):  # a group alone shows its help
        return
    with suppress(typer.Exit):  # of --help
        chosen.make_context(name, arguments)


def options():
    """Return every option that a command has."""
    found = set()
    for package, words in paths():
        chosen = command(package)
        for word in words:
            chosen = chosen.commands[word]
        found |= {option for each in chosen.params for option in each.opts}
    return found
