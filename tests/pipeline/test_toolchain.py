import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stand_in_tools import CARGO, ROKIT, program, says, says_in_python

from pipeline import toolchain
from pipeline.errors import PocketDigitsError
from pipeline.toolchain import MANIFEST, USUAL_SECONDS, cache, pinned, resolve

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are POSIX scripts")

LUNE = "lune 9.8.7"


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch) -> Path:
    """A machine without tools; its PATH is <tmp_path>/path."""
    (tmp_path / "rokit.toml").write_text(
        '[tools]\nlune = "Lune-Org/Lune@9.8.7"\nstylua = "JohnnyMorganz/StyLua@1.2.3"\n'
    )
    monkeypatch.setattr(toolchain, "MANIFEST", tmp_path / "rokit.toml")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("POCKET_DIGITS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ROKIT_ROOT", str(tmp_path / "rokit"))
    monkeypatch.setenv("CARGO_LOG", str(tmp_path / "cargo.log"))
    return tmp_path


@pytest.fixture
def cargo(machine) -> Path:
    return says_in_python(machine / "path" / "cargo", CARGO)


@pytest.fixture
def rokit(machine) -> Path:
    return says_in_python(machine / "path" / "rokit", ROKIT)


def cargo_runs(machine: Path) -> list[str]:
    log = machine / "cargo.log"
    return log.read_text().splitlines() if log.exists() else []


def tools_in_cache(machine: Path) -> list[str]:
    folder = machine / "cache" / "tools"
    names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    return [name for name in names if not name.endswith(".lock")]


class TestManifest:
    def test_of_this_repository_pins_every_tool_that_we_can_build(self, monkeypatch):
        monkeypatch.setattr(toolchain, "MANIFEST", MANIFEST)
        for name in ("darklua", "lune", "rojo", "selene", "stylua"):
            assert pinned(name).version
            assert USUAL_SECONDS[name] > 0

    def test_gives_author_project_and_version(self):
        tool = pinned("stylua")
        assert (tool.author, tool.project, tool.version) == ("JohnnyMorganz", "StyLua", "1.2.3")

    def test_that_lacks_the_tool_is_named_with_what_it_pins(self):
        with pytest.raises(
            PocketDigitsError, match=r"'rojo' is no tool of rokit\.toml, which pins lune, stylua"
        ):
            pinned("rojo")

    def test_with_an_entry_of_another_form_is_named(self, machine):
        (machine / "rokit.toml").write_text('[tools]\nlune = "0.11"\n')
        with pytest.raises(PocketDigitsError, match=r"lune is '0\.11', expected"):
            pinned("lune")

    @pytest.mark.parametrize("text", [None, "[tools", "[other]"], ids=["missing", "bad", "other"])
    def test_that_cannot_be_read_is_named(self, machine, text):
        (machine / "rokit.toml").unlink()
        if text is not None:
            (machine / "rokit.toml").write_text(text)
        with pytest.raises(PocketDigitsError, match=r"rokit\.toml: no table \[tools\]"):
            pinned("lune")


class TestCacheFolder:
    def test_is_where_the_variable_says_and_is_made(self, machine):
        assert cache() == (machine / "cache").resolve()
        assert cache().is_dir()

    def test_is_the_users_own_otherwise(self, machine, monkeypatch):
        monkeypatch.delenv("POCKET_DIGITS_CACHE")
        monkeypatch.setenv("HOME", str(machine / "home"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(machine / "home" / ".cache"))
        assert cache().name == "pocket-digits"
        assert machine.resolve() / "home" in cache().parents

    def test_that_cannot_be_made_is_named(self, machine, monkeypatch):
        (machine / "file").touch()
        monkeypatch.setenv("POCKET_DIGITS_CACHE", str(machine / "file" / "cache"))
        with pytest.raises(PocketDigitsError, match=r"file/cache: .*Set POCKET_DIGITS_CACHE"):
            resolve("lune")


class TestPath:
    def test_comes_first(self, machine, cargo):
        says(machine / "cache" / "tools" / "lune-9.8.7" / "bin" / "lune", LUNE)
        on_path = says(machine / "path" / "lune", LUNE)
        assert resolve("lune") == on_path

    def test_is_searched_beyond_a_tool_of_another_version(self, machine, monkeypatch):
        says(machine / "path" / "lune", "lune 9.8.6")
        right = says(machine / "more" / "lune", LUNE)
        monkeypatch.setenv("PATH", f"{machine / 'path'}{os.pathsep}{machine / 'more'}")
        assert resolve("lune") == right

    @pytest.mark.parametrize(
        "version", ["lune 9.8.70", "lune 9.8", "lune 9.8.7-dev", "lune v9.8.7", "rojo 9.8.7", ""]
    )
    def test_with_a_tool_that_prints_something_else_is_passed_over(self, machine, cargo, version):
        says(machine / "path" / "lune", version)
        assert resolve("lune") == pinned("lune").executable

    def test_with_a_shim_that_works_below_the_manifest_only_is_passed_over(self, machine, cargo):
        shim = (
            f'#!/bin/sh\n[ -f rokit.toml ] && echo {LUNE} && exit 0\necho "no tool" >&2\nexit 1\n'
        )
        program(machine / "path" / "lune", shim)
        assert resolve("lune") == pinned("lune").executable


class TestCache:
    def test_is_used_without_cargo(self, machine):
        cached = says(machine / "cache" / "tools" / "lune-9.8.7" / "bin" / "lune", LUNE)
        assert resolve("lune") == cached.resolve()

    def test_is_not_trusted_by_its_folder_name(self, machine, cargo):
        cached = says(machine / "cache" / "tools" / "lune-9.8.7" / "bin" / "lune", "lune 9.8.6")
        assert resolve("lune") == cached.resolve()
        assert LUNE in cached.read_text().lower()


class TestRokit:
    def stored(self, machine: Path) -> Path:
        return machine / "rokit" / "tool-storage" / "lune-org" / "lune" / "9.8.7" / "lune"

    def test_installs_what_is_missing(self, machine, rokit, cargo):
        assert resolve("lune") == self.stored(machine)
        assert cargo_runs(machine) == []

    def test_is_not_run_for_a_tool_that_it_has(self, machine, monkeypatch, rokit):
        monkeypatch.setenv("ROKIT_FAILS", "1")
        says(self.stored(machine), LUNE)
        assert resolve("lune") == self.stored(machine)

    @pytest.mark.parametrize(
        ("variable", "value"), [("ROKIT_FAILS", "1"), ("ROKIT_INSTALLS", "lune 9.8.6")]
    )
    def test_that_does_not_deliver_gives_way_to_cargo(
        self, machine, monkeypatch, rokit, cargo, variable, value
    ):
        monkeypatch.setenv(variable, value)
        assert resolve("lune") == pinned("lune").executable

    def test_that_fails_is_quoted_when_there_is_no_cargo(self, monkeypatch, rokit):
        monkeypatch.setenv("ROKIT_FAILS", "1")
        with pytest.raises(PocketDigitsError, match="GitHub cannot be reached"):
            resolve("lune")


class TestCargo:
    def test_builds_into_the_cache_once(self, machine, cargo):
        assert resolve("lune") == pinned("lune").executable
        assert resolve("lune") == pinned("lune").executable
        assert len(cargo_runs(machine)) == 1
        assert tools_in_cache(machine) == ["lune-9.8.7"]

    def test_builds_exactly_the_pinned_version_with_its_own_lock_file(self, machine, cargo):
        resolve("lune")
        assert (
            '["install", "--locked", "lune", "--version", "9.8.7", "--root"'
            in (cargo_runs(machine)[0])
        )

    def test_builds_stylua_with_luau(self, machine, cargo):
        resolve("stylua")
        assert '"--features", "luau"' in cargo_runs(machine)[0]

    def test_shows_its_progress(self, cargo):
        reports: list[tuple[float, str]] = []
        resolve("lune", lambda fraction, text: reports.append((fraction, text)))
        assert reports == [
            (0.0, f"building {LUNE}"),
            (0.0, f"building {LUNE}: 0 of 4 crates"),
            (0.25, f"building {LUNE}: 1 of 4 crates"),
            (0.5, f"building {LUNE}: 2 of 4 crates"),
            (0.75, f"building {LUNE}: 3 of 4 crates"),
        ]

    def test_that_fails_is_quoted_and_leaves_nothing(self, machine, monkeypatch, cargo):
        monkeypatch.setenv("CARGO_FAILS", "1")
        with pytest.raises(PocketDigitsError) as caught:
            resolve("lune")
        message = str(caught.value)
        assert message.startswith(f"{LUNE} is missing: rokit.toml pins it and cargo could not")
        assert "ended with exit code 101:\n  error: linker `cc` not found" in message
        assert "Building [" not in message
        assert tools_in_cache(machine) == []

    def test_that_builds_another_version_is_refused(self, machine, monkeypatch, cargo):
        monkeypatch.setenv("CARGO_BUILDS", "9.8.6")
        with pytest.raises(PocketDigitsError, match=r"built something else[^$]*it is Lune 9\.8\.6"):
            resolve("lune")
        assert not pinned("lune").folder.exists()

    def test_that_is_killed_leaves_nothing_that_looks_finished(self, machine, monkeypatch, cargo):
        monkeypatch.setenv("CARGO_PAUSE", "3")
        code = """
import pathlib, sys
from pipeline import toolchain
toolchain.MANIFEST = pathlib.Path(sys.argv[1])
toolchain.resolve("lune", lambda fraction, text: None)
"""
        building = subprocess.Popen(
            [sys.executable, "-c", code, str(machine / "rokit.toml")], cwd=MANIFEST.parent
        )
        deadline = time.monotonic() + 60
        while not cargo_runs(machine) and time.monotonic() < deadline:
            time.sleep(0.01)
        building.send_signal(signal.SIGKILL)
        building.wait()
        assert not pinned("lune").folder.exists()
        monkeypatch.setenv("CARGO_PAUSE", "0")
        assert resolve("lune") == pinned("lune").executable
        assert tools_in_cache(machine) == ["lune-9.8.7"]

    def test_that_was_interrupted_resumes(self, machine, cargo):
        def interrupt(fraction: float, text: str) -> None:
            raise KeyboardInterrupt

        target = machine / "cache" / "tools" / ".lune-9.8.7.build" / "target"
        target.mkdir(parents=True)
        (target / "half-built").write_text("of an earlier run")
        with pytest.raises(KeyboardInterrupt):
            resolve("lune", interrupt)
        assert not pinned("lune").folder.exists()
        assert (target / "half-built").read_text() == "of an earlier run"

    def test_runs_once_when_two_want_the_tool_at_the_same_time(self, machine, monkeypatch, cargo):
        monkeypatch.setenv("CARGO_PAUSE", "0.1")
        reports: list[str] = []
        with ThreadPoolExecutor(2) as pool:
            both = [
                pool.submit(resolve, "lune", lambda _, text: reports.append(text)) for _ in range(2)
            ]
        assert [one.result() for one in both] == [pinned("lune").executable] * 2
        assert len(cargo_runs(machine)) == 1
        assert f"{LUNE}: waiting for another process that is getting it" in reports


class TestNothingAtAll:
    def test_says_what_is_missing_at_which_version_and_both_ways_to_get_it(self):
        with pytest.raises(PocketDigitsError) as caught:
            resolve("lune")
        assert str(caught.value).splitlines() == [
            f"{LUNE} is missing: rokit.toml pins it and there is no cargo to build it. "
            "Run again after installing either",
            "  Rokit, which downloads it: https://github.com/rojo-rbx/rokit",
            "  or Rust and a C++ compiler, which build it: https://rustup.rs",
        ]

    def test_names_the_tools_that_were_passed_over_and_why(self, machine):
        other = says(machine / "path" / "lune", "lune 9.8.6")
        broken = program(machine / "cache/tools/lune-9.8.7/bin/lune", "#!/bin/sh\nexit 7\n")
        with pytest.raises(PocketDigitsError) as caught:
            resolve("lune")
        assert f"{other} was passed over: it is lune 9.8.6." in str(caught.value)
        assert f"{broken} was passed over: " in str(caught.value)
        assert "exit code 7" in str(caught.value)

    def test_leaves_no_tool_behind(self, machine):
        with pytest.raises(PocketDigitsError):
            resolve("lune")
        assert tools_in_cache(machine) == []


def test_a_folder_or_plain_file_named_like_the_tool_is_passed_over(machine):
    (machine / "path" / "lune").mkdir(parents=True)
    with pytest.raises(PocketDigitsError, match="is missing"):
        resolve("lune")
    shutil.rmtree(machine / "path" / "lune")
    (machine / "path" / "lune").write_text("no program")
    with pytest.raises(PocketDigitsError, match="is missing"):
        resolve("lune")
