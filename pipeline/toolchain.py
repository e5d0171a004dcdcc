"""Finds Rojo, Lune, darklua, selene and StyLua at exactly the versions that rokit.toml pins.

`resolve("lune")` looks on PATH, in this user's cache and in Rokit, and at last has cargo build it
into the cache. Tools of other versions are passed over, and named if nothing else is found.
"""

import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from pipeline.artifacts import replace_folder
from pipeline.command import run
from pipeline.errors import PocketDigitsError, Stopped
from pipeline.progress import Update

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MANIFEST = Path(__file__).resolve().parents[1] / "rokit.toml"
TOOLS = ("rojo", "darklua", "lune")  # in the order in which a run needs them
CACHE_VARIABLE = "POCKET_DIGITS_CACHE"
EXECUTABLE_SUFFIX = ".exe" if os.name == "nt" else ""
# To build with cargo on two cores.
USUAL_SECONDS = {"rojo": 100, "lune": 220, "darklua": 60, "selene": 60, "stylua": 60}
CARGO_ARGUMENTS = {"stylua": ("--features", "luau")}
CARGO_SETTINGS = {
    # Builds in half the time. Only Luau's C++ must run fast, and it is optimised below.
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
    # Removes Luau's assertions, which a player's interpreter does not check either.
    "LUAU_CXXFLAGS": "-O2 -DNDEBUG",
}
CARGO_PROGRESS = re.compile(r"Building \[[=> ]*\] (\d+)/(\d+)")


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
        """The folder of the tool in our own cache."""
        return cache() / "tools" / f"{self.name}-{self.version}"

    @property
    def executable(self) -> Path:
        """The program in that folder."""
        return self.folder / "bin" / f"{self.name}{EXECUTABLE_SUFFIX}"


def cache() -> Path:
    """Return this user's cache folder, or POCKET_DIGITS_CACHE; makes it if necessary."""
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


def pinned(name: str) -> Tool:
    """Return the tool as rokit.toml pins it; raises PocketDigitsError if it does not."""
    try:
        tools = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["tools"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise PocketDigitsError(
            f"{MANIFEST}: no table [tools] can be read ({error}). Restore the file."
        ) from error
    if name not in tools:
        raise PocketDigitsError(
            f"{name!r} is no tool of {MANIFEST.name}, which pins {', '.join(sorted(tools))}"
        )
    entry = re.fullmatch(r"([^/@]+)/([^/@]+)@([^/@]+)", str(tools[name]))
    if entry is None:
        raise PocketDigitsError(
            f"{MANIFEST}: [tools] {name} is {tools[name]!r}, expected"
            ' "author/project@version"; restore the file'
        )
    return Tool(name, *entry.groups())


def resolve(
    name: str, on_progress: Update | None = None, stop: threading.Event | None = None
) -> Path:
    """Return the path of a tool at its pinned version; builds it if necessary.

    `on_progress` receives the share of a build that is done, and a short text. A killed build
    resumes where it stopped; a second process waits for the first.

    Raises PocketDigitsError, with the tool, its version and how to get it, if it is unavailable,
    and Stopped soon after another thread sets `stop`.
    """
    tool = pinned(name)
    stop = stop or threading.Event()
    report = on_progress or (lambda _share, _text: None)
    notes: list[str] = []  # failed attempts, for the error message
    for path in [*_on_path(name), tool.executable]:
        if _is(tool, path, notes):
            return path
    with _locked(tool, report, stop):
        if _is(tool, tool.executable, []):  # another process has just built it
            return tool.executable
        installed = _rokit(tool, report, stop, notes)
        if installed is not None:
            return installed
        _build(tool, report, stop, notes)
    return tool.executable


def _on_path(name: str) -> Iterator[Path]:
    for folder in os.get_exec_path():
        if executable := shutil.which(name, path=folder):
            yield Path(executable)


def _is(tool: Tool, path: Path, notes: list[str]) -> bool:
    """Return whether `path` runs and is the tool at its version; adds a note if not."""
    if not path.is_file():
        return False
    try:
        # Outside this repository, because Rokit's shims on PATH work only below a manifest.
        version = run(path, "--version", cwd=cache()).strip()
    except PocketDigitsError as error:
        notes.append(f"{path} was passed over: {error}")
        return False
    if version.lower() != str(tool):
        notes.append(f"{path} was passed over: it is {version}.")
    return version.lower() == str(tool)


@contextmanager
def _locked(tool: Tool, report: Update, stop: threading.Event) -> Iterator[None]:
    tool.folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(tool.folder.with_name(f".{tool.folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(0.0, f"{tool}: waiting for another process that is getting it")
        try:
            lock.acquire(cancel_check=stop.is_set)
        except Timeout:
            raise Stopped(tool.name) from None
    try:
        yield
    finally:
        lock.release()


def _rokit(tool: Tool, report: Update, stop: threading.Event, notes: list[str]) -> Path | None:
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
        # Our own rokit.toml may be trusted as much as what cargo builds below.
        run("rokit", "install", "--no-trust-check", cwd=MANIFEST.parent, stop=stop)
    except PocketDigitsError as error:
        notes.append(str(error))
        return None
    return path if _is(tool, path, notes) else None


def _build(tool: Tool, report: Update, stop: threading.Event, notes: list[str]) -> None:
    if shutil.which("cargo") is None:
        raise _missing(tool, "there is no cargo to build it", notes)

    def on_line(line: str) -> None:
        if match := CARGO_PROGRESS.search(line):
            done, total = map(int, match.groups())
            report(done / total, f"building {tool}: {done} of {total} crates")

    work = tool.folder.with_name(f".{tool.folder.name}.build")
    root = work / "root"
    report(0.0, f"building {tool}")
    try:
        run(
            "cargo",
            *("install", "--locked", tool.name, "--version", tool.version, "--root", root),
            *CARGO_ARGUMENTS.get(tool.name, ()),
            cwd=cache(),
            env={
                "CARGO_TARGET_DIR": str(work / "target"),  # from which a killed build resumes
                **CARGO_SETTINGS,
                "CARGO_TERM_COLOR": "never",
                "CARGO_TERM_PROGRESS_WHEN": "always",
                "CARGO_TERM_PROGRESS_WIDTH": "80",
            },
            on_line=on_line,
            stop=stop,
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
        "  or Rust and a C++ compiler, which build it: https://rustup.rs",
        *notes,
    ]
    return PocketDigitsError("\n".join(lines))
