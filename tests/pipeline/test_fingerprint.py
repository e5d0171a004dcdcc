"""Hashes of folders and of source code: what they see, and what they ignore."""

import os
from pathlib import Path

import pytest

from pipeline import fingerprint as hashes
from pipeline.fingerprint import source_hash, tree_hash


def make_tree(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "weights.bin").write_bytes(b"\x01\x02")
    (folder / "notes.txt").write_text("notes")


class TestTreeHash:
    def test_depends_on_names_and_contents_only(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            make_tree(tmp_path / name)
        os.utime(tmp_path / "two" / "notes.txt", (0, 0))
        assert tree_hash(tmp_path / "one") == tree_hash(tmp_path / "two")

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param(lambda f: (f / "notes.txt").write_text("other"), id="contents"),
            pytest.param(lambda f: (f / "notes.txt").rename(f / "n.txt"), id="name"),
            pytest.param(lambda f: (f / "more.txt").touch(), id="one more file"),
        ],
    )
    def test_sees_a_change_of(self, tmp_path, change):
        make_tree(tmp_path)
        before = tree_hash(tmp_path)
        change(tmp_path)
        assert tree_hash(tmp_path) != before


class TestSourceHash:
    @pytest.fixture
    def repository(self, tmp_path, monkeypatch):
        files = {
            "lib/__init__.py": "",
            "lib/top.py": "import json\nfrom lib import middle\n",
            "lib/middle.py": "def work():\n    from .deep import bottom\n",
            "lib/deep/__init__.py": "from . import side\n",
            "lib/deep/bottom.py": "import lib.top\n",
            "lib/deep/side.py": "",
            "lib/stranger.py": "",
        }
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(hashes, "REPOSITORY", tmp_path)
        return tmp_path

    @pytest.mark.parametrize(
        "name",
        [
            pytest.param("lib/top.py", id="the module itself"),
            pytest.param("lib/__init__.py", id="its package"),
            pytest.param("lib/middle.py", id="a module it imports as a member"),
            pytest.param("lib/deep/bottom.py", id="a module imported inside a function"),
            pytest.param("lib/deep/side.py", id="a module that a package imports relatively"),
        ],
    )
    def test_follows(self, repository, name):
        before = source_hash("lib.top")
        (repository / name).write_text((repository / name).read_text() + "\n# changed\n")
        assert source_hash("lib.top") != before

    def test_ignores_what_is_not_imported(self, repository):
        before = source_hash("lib.top")
        (repository / "lib/stranger.py").write_text("# changed\n")
        assert source_hash("lib.top") == before

    def test_does_not_depend_on_the_order_of_modules(self, repository):
        assert source_hash("lib.top", "lib.stranger") == source_hash("lib.stranger", "lib.top")

    def test_refuses_an_unknown_module(self, repository):
        with pytest.raises(ModuleNotFoundError, match=r"lib\.typo"):
            source_hash("lib.typo")

    def test_works_on_this_repository(self):
        assert source_hash("pipeline.artifacts") != source_hash("pipeline.errors")
