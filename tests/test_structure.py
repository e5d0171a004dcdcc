"""The rooms of the program: which may import which, and how much a function may ask for."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from benchmarks.__main__ import app
from pipeline.fingerprint import REPOSITORY

ROOMS = ("pipeline", "benchmarks", "release")  # each imports those before it
BENCHMARKS = (  # from low to high
    *("lune", "predictions", "drawings", "measure", "verdict", "report", "studies", "commands"),
    "__main__",
)
MOST_PARAMETERS = 6
COMMAND = {"command", "callback"}  # of Typer, whose parameters are options


def _modules():
    for room in ROOMS:
        for path in sorted((REPOSITORY / room).rglob("*.py")):
            name = path.relative_to(REPOSITORY).with_suffix("").as_posix().replace("/", ".")
            yield name.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))


MODULES = dict(_modules())


def _imports(tree):
    """Return the modules of this repository that a module imports, inside functions as well."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            members = {f"{node.module}.{each.name}" for each in node.names}
            found |= {each if each in MODULES else node.module for each in members}
    return found & MODULES.keys()


IMPORTS = {name: _imports(tree) for name, tree in MODULES.items()}


def test_no_room_imports_one_above_it():
    height = {room: number for number, room in enumerate(ROOMS)}
    back = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        for other in sorted(others)
        if height[other.partition(".")[0]] > height[name.partition(".")[0]]
    ]
    assert back == []


def test_no_part_of_benchmarks_imports_one_above_it():
    height = {f"benchmarks.{part}": number for number, part in enumerate(BENCHMARKS)}

    def part(name):
        return ".".join(name.split(".")[:2])

    back = [
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        for other in sorted(others)
        if part(name) in height and height.get(part(other), -1) > height[part(name)]
    ]
    assert back == []


def test_the_stand_in_for_roblox_needs_the_door_to_lune_alone():
    needed = {
        other
        for name, others in IMPORTS.items()
        if name.startswith("benchmarks.headless")
        for other in others
        if other.startswith("benchmarks") and not other.startswith("benchmarks.headless")
    }
    assert needed <= {"benchmarks.lune"}


def test_training_cannot_see_what_people_drew():
    assert not [name for name in MODULES if name.startswith("pipeline") and "pendigits" in name]
    assert not [
        name for name, others in IMPORTS.items() if "pipeline" in name and others & DRAWINGS
    ]


DRAWINGS = {name for name in MODULES if name.startswith("benchmarks.drawings")}


def test_no_files_import_each_other_in_a_circle():
    try:
        order = list(TopologicalSorter(IMPORTS).static_order())
    except CycleError as circle:
        pytest.fail(" ← ".join(circle.args[1]))
    assert set(order) == MODULES.keys()


def _parameters(function):
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [each.arg for each in named if each.arg not in ("self", "cls")]


def _is_command(function):
    decorators = [
        each.func if isinstance(each, ast.Call) else each for each in function.decorator_list
    ]
    attributes = {each.attr for each in decorators if isinstance(each, ast.Attribute)}
    return bool(attributes & COMMAND)


REGISTERED = {
    (each.callback.__module__, each.callback.__name__) for each in app.registered_commands
}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_function_but_a_command_has_more_than_six_parameters(name):
    functions = [each for each in ast.walk(MODULES[name]) if isinstance(each, ast.FunctionDef)]
    assert [
        f"{each.name}({', '.join(_parameters(each))})"
        for each in functions
        if len(_parameters(each)) > MOST_PARAMETERS
        and not _is_command(each)
        and (name, each.name) not in REGISTERED
    ] == []
