"""Finds Rojo, Lune, darklua, selene and StyLua at exactly the versions that rokit.toml pins.

Use: `resolve("lune")`. Looked for on PATH, in this user's cache, through Rokit, and at last built
by cargo into the cache. A tool of another version is passed over, never used in silence.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from pipeline.artifacts import replace_folder
from pipeline.command import run
from pipeline.errors import PocketDigitsError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MANIFEST = Path(__file__).resolve().parents[1] / "rokit.toml"
TOOLS = ("rojo", "darklua", "lune")  # in the order in which a run needs them
CACHE_VARIABLE = "POCKET_DIGITS_CACHE"
EXECUTABLE_SUFFIX = ".exe" if os.name == "nt" else ""
USUAL_SECONDS = {  # cargo, two cores
    "rojo": 100,
    "lune": 220,
    "darklua": 60,
    "selene": 60,
    "stylua": 60,
}
CARGO_ARGUMENTS = {"stylua": ("--features", "luau")}
CARGO_SETTINGS = {
    # Half the time to build: nothing here waits for the tools' Rust, only for Luau's C++, which
    # is optimised below as usual.
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
    # Cargo leaves Luau's assertions in, but a player's interpreter does not check them.
    "LUAU_CXXFLAGS": "-O2 -DNDEBUG",
}
CARGO_PROGRESS = re.compile(r"Building \[[=> ]*\] (\d+)/(\d+)")

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Tool:
    """One entry of rokit.toml: `name = "author/project@version"`."""

    name: str
    author: str
    project: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def folder(self) -> Path:
        """The folder of our own cache that is this tool at this version."""
        return cache() / "tools" / f"{self.name}-{self.version}"

    @property
    def executable(self) -> Path:
        """The program in that folder."""
        return self.folder / "bin" / f"{self.name}{EXECUTABLE_SUFFIX}"


def cache() -> Path:
    """Return this user's cache folder, which exists; POCKET_DIGITS_CACHE names another."""
    named = os.environ.get(CACHE_VARIABLE)
    folder = Path(named) if named else user_cache_path("pocket-digits", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PocketDigitsError(
            f"{folder}: the cache folder cannot be made ({error.strerror}). "
            f"Set {CACHE_VARIABLE} to a folder that can be written."
        ) from error
    return folder.resolve()


def usual_seconds(name: str) -> int:
    """Return how long cargo usually takes to build a tool on two cores."""
    return USUAL_SECONDS[name]


def pinned(name: str) -> Tool:
    """Return the tool as rokit.toml pins it; PocketDigitsError when it does not."""
    try:
        tools = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["tools"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise PocketDigitsError(
            f"{MANIFEST}: no table [tools] can be read ({error}). Restore the file."
        ) from error
    found = re.fullmatch(r"([^/@]+)/([^/@]+)@([^/@]+)", str(tools.get(name)))
    if found is None:
        raise PocketDigitsError(
            f"{MANIFEST}: [tools] {name} is {tools.get(name)!r}, "
            f'expected "author/project@version". It pins {", ".join(sorted(tools))}.'
        )
    return Tool(name, *found.groups())


def resolve(name: str, on_progress: Progress | None = None) -> Path:
    """Return the path of a tool at its pinned version, building it where it must be.

    `on_progress` receives the fraction of a build that is done, and a short text. A build that
    was killed goes on where it stopped; of two at once the second waits for the first.

    Raises PocketDigitsError, naming the tool, its version and how to get it, when it cannot be
    had.
    """
    tool = pinned(name)
    report = on_progress or _ignore
    notes: list[str] = []  # what was tried in vain
    for path in [*_on_path(name), tool.executable]:
        if _is(tool, path, notes):
            return path
    with _locked(tool, report):
        if _is(tool, tool.executable, []):  # another process has just built it
            return tool.executable
        installed = _rokit(tool, report, notes)
        if installed is not None:
            return installed
        _build(tool, report, notes)
    return tool.executable


def _ignore(fraction: float, text: str) -> None:
    """Stand in for a caller who asked for no progress."""


def _on_path(name: str) -> Iterator[Path]:
    for folder in os.get_exec_path():
        if found := shutil.which(name, path=folder):
            yield Path(found)


def _is(tool: Tool, path: Path, notes: list[str]) -> bool:
    """Tell whether `path` runs and is the tool at its version; note it when it is not."""
    if not path.is_file():
        return False
    try:
        # Away from this repository, because Rokit's shims on PATH work only below a manifest.
        said = run(path, "--version", cwd=cache()).strip()
    except PocketDigitsError as error:
        notes.append(f"{path} was passed over: {error}")
        return False
    if said.lower() != str(tool):
        notes.append(f"{path} was passed over: it is {said}.")
    return said.lower() == str(tool)


@contextmanager
def _locked(tool: Tool, report: Progress) -> Iterator[None]:
    tool.folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(tool.folder.with_name(f".{tool.folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(0.0, f"{tool}: waiting for another process that is getting it")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _rokit(tool: Tool, report: Progress, notes: list[str]) -> Path | None:
    """Return the executable behind Rokit's shim, which works in any folder; None without one."""
    if shutil.which("rokit") is None:
        return None
    home = Path(os.environ.get("ROKIT_ROOT") or Path.home() / ".rokit")
    folder = home / "tool-storage" / tool.author.lower() / tool.project.lower() / tool.version
    path = folder / (tool.project.lower() + EXECUTABLE_SUFFIX)
    if _is(tool, path, notes):
        return path
    report(0.0, f"{tool}: rokit install")
    try:
        # Trusting what our own rokit.toml names is no more than cargo does below.
        run("rokit", "install", "--no-trust-check", cwd=MANIFEST.parent)
    except PocketDigitsError as error:
        notes.append(str(error))
        return None
    return path if _is(tool, path, notes) else None


def _build(tool: Tool, report: Progress, notes: list[str]) -> None:
    if shutil.which("cargo") is None:
        raise _missing(tool, "there is no cargo to build it", notes)

    def on_line(line: str) -> None:
        if found := CARGO_PROGRESS.search(line):
            done, total = map(int, found.groups())
            report(done / total, f"building {tool}: {done} of {total} crates")

    work = tool.folder.with_name(f".{tool.folder.name}.build")
    root = work / "root"
    try:
        run(
            "cargo",
            *("install", "--locked", tool.name, "--version", tool.version, "--root", root),
            *CARGO_ARGUMENTS.get(tool.name, ()),
            cwd=cache(),
            env={
                "CARGO_TARGET_DIR": str(work / "target"),  # where a killed build goes on
                **CARGO_SETTINGS,
                "CARGO_TERM_COLOR": "never",
                "CARGO_TERM_PROGRESS_WHEN": "always",
                "CARGO_TERM_PROGRESS_WIDTH": "80",
            },
            on_line=on_line,
        )
    except PocketDigitsError as error:
        shutil.rmtree(work, ignore_errors=True)
        raise _missing(tool, "cargo could not build it", [*notes, str(error)]) from error
    if not _is(tool, root / "bin" / tool.executable.name, notes):
        raise _missing(tool, "cargo built something else", notes)
    replace_folder(root, tool.folder)
    shutil.rmtree(work)


def _missing(tool: Tool, why: str, notes: list[str]) -> PocketDigitsError:
    lines = [
        f"{tool} is missing: rokit.toml pins it and {why}. Run again after installing either",
        "  Rokit, which downloads it: https://github.com/rojo-rbx/rokit",
        "  or Rust, which builds it (in need of a C++ compiler): https://rustup.rs",
        *notes,
    ]
    return PocketDigitsError("\n".join(lines))
