"""The shipped library is the readable one, minified, and nothing else."""

import shutil

import pytest

from pipeline.errors import PocketDigitsError
from pipeline.minify import HEADER, LIBRARY, minify
from pipeline.place import ROBLOX


def sources(library):
    return {
        path.relative_to(library).as_posix(): path.read_text(encoding="utf-8")
        for path in library.rglob("*.luau")
    }


@pytest.fixture
def tree(tmp_path):
    return shutil.copytree(ROBLOX, tmp_path / "roblox", ignore=shutil.ignore_patterns("models"))


@pytest.fixture(scope="module")
def minified(darklua, tmp_path_factory):
    tree = tmp_path_factory.mktemp("minified") / "roblox"
    shutil.copytree(ROBLOX, tree, ignore=shutil.ignore_patterns("models"))
    minify(darklua, tree)
    return sources(tree / LIBRARY)


def test_every_module_keeps_its_place(minified, tree):
    assert minified.keys() == sources(tree / LIBRARY).keys()


def test_library_is_less_than_half_its_source(minified, tree):
    assert 2 * total(minified) < total(sources(tree / LIBRARY))


def total(modules):
    return sum(len(source.encode()) for source in modules.values())


def test_only_comment_says_what_it_is(minified):
    assert minified["init.luau"].startswith(HEADER)
    comments = {path: source.count("--") for path, source in minified.items()}
    assert {path for path, count in comments.items() if count} == {"init.luau"}
    assert comments["init.luau"] == HEADER.count("--") == HEADER.count("\n") == 1


def test_types_are_gone(minified):
    assert [path for path, source in minified.items() if "export type" in source] == []
    assert [path for path, source in minified.items() if ": number" in source] == []


def test_no_module_requires_the_types(minified):
    assert [path for path, source in minified.items() if ".types)" in source] == []


def test_same_source_gives_the_same_bytes_wherever_it_lies(darklua, tree, minified):
    minify(darklua, tree)
    assert sources(tree / LIBRARY) == minified


def test_syntax_error_is_named_with_file_and_line(darklua, tree):
    (tree / LIBRARY / "strokes" / "pen.luau").write_text("--!strict\nlocal SIZE = = 28\n")
    with pytest.raises(PocketDigitsError, match=r"`src/shared/strokes/pen\.luau`.*line 2"):
        minify(darklua, tree)


def test_rule_that_darklua_does_not_know_is_named(darklua, tree):
    (tree / "darklua.json5").write_text('{ rules: ["remove_typos"] }')
    with pytest.raises(PocketDigitsError, match=r"`?darklua\.json5`.*remove_typos"):
        minify(darklua, tree)
