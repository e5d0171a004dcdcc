"""CONTRIBUTING names files and sessions that there are."""

import re

from pipeline.fingerprint import REPOSITORY

TEXT = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
MADE = ("build/", "dist/", "docs/pareto-*")  # by sessions


def test_every_session_it_names_exists():
    noxfile = (REPOSITORY / "noxfile.py").read_text(encoding="utf-8")
    named = set(re.findall(r"nox\s+-s\s+([a-z]+)", TEXT))
    assert named
    assert named <= set(re.findall(r"^def ([a-z]+)\(session", noxfile, re.M))


def test_every_file_and_folder_it_names_exists():
    paths = [each for each in re.findall(r"`([\w./*-]+/[\w./*-]*)`", TEXT) if "//" not in each]
    assert len(paths) > 30
    missing = [
        path
        for path in paths
        if not path.startswith(MADE) and not any(REPOSITORY.glob(path.rstrip("/")))
    ]
    assert missing == []
