"""On what, and of which commit, a run was measured: what its figures are looked up by later."""

import os
import platform
import re
from pathlib import Path

from dunamai import Version

from benchmarks.measure import callgrind
from pipeline import toolchain
from pipeline.fingerprint import REPOSITORY
from pipeline.layers import Strict
from pipeline.stages import NUMERIC_LIBRARIES, installed_versions

CPUINFO = "/proc/cpuinfo"  # which platform.processor() does not read


class Environment(Strict):
    """Commit (None outside git), versions and machine of one run.

    `edited` is True where files of the commit were changed; `tools` has valgrind where it is.
    """

    commit: str | None
    edited: bool
    python: str
    libraries: dict[str, str]
    tools: dict[str, str]
    machine: str

    @property
    def title(self) -> str:
        """The commit as a message names it."""
        if self.commit is None:
            return "no commit (outside git)"
        return f"commit {self.commit[:9]}" + (" with edited files" if self.edited else "")


def environment() -> Environment:
    """Describe this run."""
    commit, edited = _commit()
    tools = {name: toolchain.pinned(name).version for name in toolchain.TOOLS}
    if (valgrind := callgrind.version()) is not None:
        tools["valgrind"] = valgrind
    return Environment(
        commit=commit,
        edited=edited,
        python=platform.python_version(),
        libraries=installed_versions(*NUMERIC_LIBRARIES),
        tools=tools,
        machine=f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
    )


def _commit() -> tuple[str | None, bool]:
    try:
        found = Version.from_git(path=REPOSITORY, full_commit=True)
    except RuntimeError:
        return None, False
    return found.commit, bool(found.dirty)


def _processor() -> str:
    try:
        text = Path(CPUINFO).read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()
