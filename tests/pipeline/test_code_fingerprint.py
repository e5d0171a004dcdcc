"""Fingerprints of code: they cover what a stage runs, and nothing else in the same files."""

import pytest

from pipeline import code_fingerprint as module
from pipeline.code_fingerprint import code_fingerprint, luau_code, luau_fingerprint
from pipeline.fingerprint import REPOSITORY

FILES = {
    "lib/__init__.py": "",
    "lib/top.py": """
        import json
        from lib import middle
        from lib.names import alias as renamed
        LIMIT = 3

        def work():
            '''Says what it does.'''
            if LIMIT > 2:
                raise ValueError(f"limit {LIMIT}")
            return middle.work(), renamed, json

        def other():
            return 1
        """,
    "lib/middle.py": """
        def work() -> "Result":
            from .deep.bottom import deepest
            return Result(deepest())

        class Result:
            size = 1
        """,
    "lib/names.py": "from lib.deep.side import value as alias\n",
    "lib/deep/__init__.py": "",
    "lib/deep/bottom.py": "register = []\nregister.append(1)\ndef deepest(): return 1\n",
    "lib/deep/side.py": "value = 1\nunused = 2\n",
}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for name, text in FILES.items():
        indent = "        " if text.startswith("\n") else ""
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace(f"\n{indent}", "\n"))
    monkeypatch.setattr(module, "REPOSITORY", tmp_path)
    yield tmp_path
    code_fingerprint.cache_clear()


def edited(repository, name, old, new):
    """Return the fingerprints of work before and after an edit."""
    fingerprints = []
    for text in ((repository / name).read_text(), None):
        code_fingerprint.cache_clear()
        module._read.cache_clear()
        fingerprints.append(code_fingerprint("lib.top:work"))
        if text is not None:
            assert old in text
            (repository / name).write_text(text.replace(old, new))
    return fingerprints


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("lib/top.py", "LIMIT > 2", "LIMIT > 1", id="its own code"),
        pytest.param("lib/top.py", "LIMIT = 3", "LIMIT = 4", id="a constant it reads"),
        pytest.param("lib/middle.py", "Result(", "list(", id="a function of another module"),
        pytest.param("lib/middle.py", "size = 1", "size = 2", id="a class it returns"),
        pytest.param(
            "lib/deep/bottom.py", "return 1", "return 2", id="an import inside a function"
        ),
        pytest.param("lib/deep/bottom.py", "append(1)", "append(2)", id="what an import runs"),
        pytest.param("lib/deep/side.py", "value = 1", "value = 3", id="a name that is passed on"),
    ],
)
def test_reached_code_changes_the_fingerprint(repository, name, old, new):
    before, after = edited(repository, name, old, new)
    assert before != after


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("lib/top.py", "Says what it does.", "Does it.", id="a docstring"),
        pytest.param("lib/top.py", "LIMIT = 3", "LIMIT = 3  # the most", id="a comment"),
        pytest.param("lib/top.py", "limit {", "the limit {", id="the text of an error"),
        pytest.param("lib/top.py", "return 1", "return 2", id="another function"),
        pytest.param("lib/deep/side.py", "unused = 2", "unused = 3", id="a name nobody reads"),
    ],
)
def test_prose_and_unreached_code_leave_the_fingerprint(repository, name, old, new):
    before, after = edited(repository, name, old, new)
    assert before == after


def test_an_unknown_module_is_refused(repository):
    with pytest.raises(ModuleNotFoundError, match=r"lib\.typo"):
        code_fingerprint("lib.typo:work")


def test_an_unknown_name_is_refused(repository):
    with pytest.raises(AttributeError, match=r"lib\.top defines no typo"):
        code_fingerprint("lib.top:typo")


def test_training_depends_on_no_limit_recipe_screen_or_progress_bar():
    reached = module.reached("pipeline.train:train")
    assert "pipeline.datasets.dataset:VALIDATION_SHARE" in reached
    others = ("pipeline.limits", "pipeline.recipe", "pipeline.progress", "pipeline.config")
    assert not [each for each in reached if each.startswith((*others, "benchmarks", "release"))]


def test_luau_is_read_without_comments():
    source = 'local a = "--no" -- yes\n--[[ a\nblock ]]\nlocal b = `{a}--`\n'
    assert luau_code(source) == 'local a = "--no"\nlocal b = `{a}--`'


def test_a_script_of_luau_is_followed_through_what_it_requires(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "REPOSITORY", tmp_path)
    (tmp_path / "run.luau").write_text('local part = require("./part")\n')
    found = []
    for part in ("return 1\n", "return 1 -- one\n", "return 2\n"):
        (tmp_path / "part.luau").write_text(part)
        luau_fingerprint.cache_clear()
        found.append(luau_fingerprint(tmp_path / "run.luau"))
    assert found[0] == found[1] != found[2]


def test_every_measuring_script_has_a_fingerprint():
    for script in (REPOSITORY / "benchmarks" / "luau").glob("*.luau"):
        assert luau_fingerprint(script)
