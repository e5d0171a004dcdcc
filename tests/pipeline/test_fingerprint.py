"""Hashes of the files in a folder: what they cover, and what they ignore."""

import os
from pathlib import Path

import pytest

from pipeline.fingerprint import file_hashes


def make_tree(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "weights.bin").write_bytes(b"\x01\x02")
    (folder / "notes.txt").write_text("notes")


class TestFileHashes:
    def test_depends_on_names_and_contents_only(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            make_tree(tmp_path / name)
        os.utime(tmp_path / "two" / "notes.txt", (0, 0))
        assert file_hashes(tmp_path / "one") == file_hashes(tmp_path / "two")

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
        before = file_hashes(tmp_path)
        change(tmp_path)
        assert file_hashes(tmp_path) != before
