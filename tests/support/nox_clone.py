"""Sessions run by Nox itself, in a clone of the tree."""

import os
import site
import subprocess
import sys
import venv

import pytest

from pipeline.fingerprint import REPOSITORY


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    """A clone of this tree as it would be committed, with Nox's environments made beforehand.

    They are this test's own Python, so that nothing is installed.
    """
    folder = tmp_path_factory.mktemp("clone") / "clone"
    git = ("git", "-C", str(REPOSITORY))
    files = subprocess.run(
        [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    for name in filter(None, map(os.fsdecode, files)):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((REPOSITORY / name).read_bytes())
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    return folder


def nox(clone, session, *arguments, **more):
    """Run a session in the clone with the packages that this test runs with."""
    environment = clone / ".nox" / session
    if not environment.exists():
        venv.create(environment, with_pip=False, symlinks=os.name != "nt")
        packages = next(environment.rglob("site-packages"))
        (packages / "these.pth").write_text("\n".join(site.getsitepackages()))
    command = [sys.executable, "-m", "nox", "--no-install", "-R", "-s", session, "--", *arguments]
    return subprocess.run(
        command,
        cwd=clone,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )
