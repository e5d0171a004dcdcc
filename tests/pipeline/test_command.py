import os
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from pipeline.command import run
from pipeline.errors import PocketDigitsError, Stopped


def python(code: str, *arguments: str, **options) -> str:
    return run(sys.executable, "-c", code, *arguments, **options)


def test_stdout_is_returned_as_text():
    assert python("print('zwölf'); print(12)") == "zwölf\n12\n"


def test_bytes_that_are_not_utf_8_do_not_stop_it():
    assert python("import sys; sys.stdout.buffer.write(b'a\\xff')") == "a\N{REPLACEMENT CHARACTER}"


def test_arguments_reach_the_program_as_they_are():
    arguments = ["two words", "$HOME", "*", '"', ""]
    assert python("import sys; print(sys.argv[1:])", *arguments) == f"{arguments}\n"


def test_paths_are_arguments_too(tmp_path):
    (tmp_path / "hello.py").write_text("print('hello')")
    assert run(Path(sys.executable), tmp_path / "hello.py") == "hello\n"


def test_it_runs_in_the_given_folder(tmp_path):
    assert python("import os; print(os.getcwd())", cwd=tmp_path) == f"{tmp_path.resolve()}\n"


def test_env_adds_to_the_environment(monkeypatch):
    monkeypatch.setenv("KEPT", "kept")
    code = "import os; print(os.environ['KEPT'], os.environ['ADDED'])"
    assert python(code, env={"ADDED": "added"}) == "kept added\n"


def test_a_program_is_found_on_the_path_that_env_gives(tmp_path):
    program = tmp_path / ("here.bat" if os.name == "nt" else "here")
    program.write_text("@echo here" if os.name == "nt" else "#!/bin/sh\necho here\n")
    program.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    assert run("here", env={"PATH": path}).strip() == "here"


def test_stdin_is_empty():
    assert python("import sys; print(repr(sys.stdin.read()))") == "''\n"


def test_on_line_receives_stderr_and_progress_lines_and_not_stdout():
    lines: list[str] = []
    code = "import sys; print('out'); sys.stderr.write('one\\n1/2\\r2/2\\r\\ntwo\\n\\nend')"
    python(code, on_line=lines.append)
    assert lines == ["one", "1/2", "2/2", "two", "end"]


def test_on_line_is_called_while_the_program_runs(tmp_path):
    code = """
import pathlib, sys, time
print("1/2", end="\\r", file=sys.stderr, flush=True)
print("2/2", end="\\r", file=sys.stderr, flush=True)
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.01)
"""
    python(code, str(tmp_path / "seen"), on_line=lambda line: (tmp_path / "seen").touch())


def test_much_output_on_both_streams_blocks_nothing():
    code = "import sys\nfor _ in range(20000): print('o' * 20); print('e' * 20, file=sys.stderr)"
    assert len(python(code)) == 20000 * 21


def test_a_failure_names_command_exit_code_and_the_end_of_stderr():
    code = "import sys; [print('line', n, file=sys.stderr) for n in range(99)]; sys.exit(3)"
    with pytest.raises(PocketDigitsError) as caught:
        python(code, "an argument")
    message = str(caught.value)
    assert Path(sys.executable).name in message
    assert "'an argument'` ended with exit code 3:" in message
    assert message.endswith("  line 97\n  line 98")
    assert "line 50" not in message


def test_a_failure_does_not_repeat_progress_lines():
    code = "import sys; sys.stderr.write('cause\\n' + '99/100\\r' * 99); sys.exit(1)"
    with pytest.raises(PocketDigitsError, match=r"exit code 1:\n  cause$"):
        python(code)


def test_a_silent_failure_says_so():
    with pytest.raises(PocketDigitsError, match="wrote nothing to stderr"):
        python("raise SystemExit(1)")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_a_death_by_signal_names_it():
    with pytest.raises(PocketDigitsError, match="was ended by signal 9"):
        python("import os; os.kill(os.getpid(), 9)")


@pytest.mark.parametrize("program", ["no-such-program", "/no/such/program"], ids=["name", "path"])
def test_a_missing_program_is_named(program):
    with pytest.raises(PocketDigitsError, match=rf"{program} was not found. Install it"):
        run(program, "--version")


@pytest.mark.skipif(os.name == "nt", reason="Windows goes by the file's name")
def test_a_program_that_cannot_be_started_is_named(tmp_path):
    (tmp_path / "broken").write_text("#!/no/such/interpreter\n")
    (tmp_path / "broken").chmod(0o755)
    with pytest.raises(PocketDigitsError, match=r"broken could not be started .*Reinstall"):
        run(tmp_path / "broken")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(PocketDigitsError, match=r"there is no folder .*absent"):
        python("", cwd=tmp_path / "absent")


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError], ids=["ctrl-c", "on_line"])
def test_the_program_is_stopped_when_the_call_is_left_by(error):
    code = "import os, sys, time; print(os.getpid(), file=sys.stderr, flush=True); time.sleep(60)"
    pids: list[int] = []

    def fail(line: str) -> None:
        pids.append(int(line))
        raise error

    start = time.monotonic()
    with pytest.raises(error):
        python(code, on_line=fail)
    assert time.monotonic() - start < 30
    if os.name != "nt":
        with pytest.raises(ProcessLookupError):
            os.kill(pids[0], 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups")
def test_another_thread_stops_the_program_and_what_it_has_started():
    code = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, file=sys.stderr, flush=True)
child.wait()
"""
    stop = threading.Event()
    started: list[psutil.Process] = []

    def on_line(line: str) -> None:
        started.append(psutil.Process(int(line)))
        stop.set()

    with pytest.raises(Stopped):
        python(code, on_line=on_line, stop=stop)
    ended, _ = psutil.wait_procs(started, timeout=60)
    assert ended == started


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
def test_a_program_that_ignores_termination_is_killed(monkeypatch):
    monkeypatch.setattr("pipeline.command.SECONDS_TO_END", 0.1)
    code = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", file=sys.stderr, flush=True)
time.sleep(60)
"""

    def fail(line: str) -> None:
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        python(code, on_line=fail)
    assert time.monotonic() - start < 30
