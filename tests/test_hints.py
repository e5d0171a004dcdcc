"""Usage lines, hints and examples work when they are typed as they are printed."""

import re

import pytest
from nox_clone import nox
from printed import in_pages, in_sources, options_in_errors
from typed import APPS, SESSIONS, accept, command, options, paths, show, shown, split

COMMANDS = list(paths())
OTHERS = {"--tool", "--nthreads"}  # valgrind's and Dask's


def test_every_command_is_a_session_of_its_name():
    commands = {(package, name): name for package in APPS for name in command(package).commands}
    assert {runs: session for session, runs in SESSIONS.items() if runs} == commands


@pytest.mark.parametrize(("package", "words"), COMMANDS, ids=str)
def test_a_usage_line_shows_the_help_that_it_stands_in(package, words):
    page = shown(package, *words, "--help")
    usage = re.search(r"Usage: (.*?) *$", page, re.MULTILINE)[1]
    assert show(usage.split(" [OPTIONS]")[0] + " --help") == page
    assert "[OPTIONS]" in usage
    assert "python -m" not in page


@pytest.mark.parametrize(("package", "words"), COMMANDS, ids=str)
def test_the_hint_of_a_mistake_leads_to_the_commands_help(package, words):
    hint = re.search("Try '(.*)' for help", shown(package, *words, "--no-such-option"))[1]
    assert show(hint) == shown(package, *words, "--help")


@pytest.mark.parametrize("package", APPS)
def test_without_a_command_it_is_told_how_one_is_typed(package):
    page = shown(package)
    assert "Usage: nox -s COMMAND -- [ARGS]..." in page
    assert "Try" not in page  # `nox -s --help` is Nox's own


@pytest.mark.parametrize(("where", "line"), in_sources(), ids=str)
def test_a_line_in_a_message_or_an_example_is_understood(where, line):
    accept(line)


@pytest.mark.parametrize(("where", "line"), in_pages(), ids=str)
def test_a_line_in_a_page_names_a_session_or_is_understood(where, line):
    _, arguments = split(line)
    if arguments:
        accept(line)


def test_an_error_names_options_that_a_command_has():
    known = options() | OTHERS
    named = options_in_errors()
    assert len(named) > 10
    assert [(where, option) for where, option in named if option not in known] == []


@pytest.mark.parametrize("words", [("benchmark",), ("history", "append")], ids=str)
def test_nox_itself_takes_the_hint_of_a_mistake(clone, words):
    hint = re.search("Try '(.*)' for help", shown("benchmarks", *words, "--no-such-option"))[1]
    session, arguments = split(hint)
    ended = nox(clone, session, *arguments)
    assert ended.returncode == 0, ended.stdout
    assert f"Usage: {hint.removesuffix(' --help')} [OPTIONS]" in ended.stdout
