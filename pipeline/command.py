"""Runs other programs: the only module that starts any."""

import io
import os
import shlex
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, cast

from pipeline.errors import PocketDigitsError, Stopped

STDERR_LINES_KEPT = 20
SECONDS_TO_END = 5.0  # from asking a program to stop until it is killed
SECONDS_BETWEEN_POLLS = 0.05


def run(
    program: str | Path,
    *arguments: str | Path,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> str:
    """Run a program to its end and return its stdout as text.

    `program` is a path, or a name on PATH; no shell is involved, and stdin is empty. `env` is
    added to this process's environment. `on_line` receives each line of stderr as it arrives,
    including progress lines that end in a carriage return. If an exception ends this call (Ctrl-C,
    or one from `on_line`), the program is stopped first. Another thread that sets `stop` stops the
    program and all that it has started.

    Raises PocketDigitsError when the program is missing, ProgramError, with the command and the end
    of its stderr, when its exit code is not 0, and Stopped after `stop`.
    """
    command = [str(program), *map(str, arguments)]
    process = _start(command, cwd, {**os.environ, **(env or {})}, own_group=stop is not None)
    if stop is not None:
        threading.Thread(target=_stop_after, args=(stop, process), daemon=True).start()
    stdout = _Collector(cast("IO[bytes]", process.stdout))
    stderr = _text(cast("IO[bytes]", process.stderr), newline="")
    last_lines: deque[str] = deque(maxlen=STDERR_LINES_KEPT)
    try:
        for line in stderr:
            text = line.rstrip("\r\n")
            if on_line is not None and text:
                on_line(text)
            if not line.endswith("\r"):  # a progress bar explains no failure
                last_lines.append(text)
        code = process.wait()
        stdout.join()
    except BaseException:
        _stop(process)
        raise
    finally:
        stderr.close()
    if stop is not None and stop.is_set():
        raise Stopped(shlex.join(command))
    if code != 0:
        raise ProgramError(command, code, last_lines)
    return stdout.text


class ProgramError(PocketDigitsError):
    """A program's exit code was not 0; `how` says so in a few words, without the command."""

    def __init__(self, command: list[str], code: int, last_lines: Iterable[str]) -> None:
        self.how = f"ended with exit code {code}" if code >= 0 else f"was ended by signal {-code}"
        said = "\n".join(f"  {line}" for line in last_lines) or "  (it wrote nothing to stderr)"
        super().__init__(f"`{shlex.join(command)}` {self.how}:\n{said}")


class _Collector(threading.Thread):
    """Reads a stream to its end, so that a full pipe never blocks the program."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self.text = ""
        self.start()

    def run(self) -> None:
        with _text(self._stream, newline=None) as stream:
            self.text = stream.read()


def _text(stream: IO[bytes], newline: str | None) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline=newline)


def _start(
    command: list[str], cwd: str | Path | None, env: Mapping[str, str], *, own_group: bool
) -> subprocess.Popen[bytes]:
    if cwd is not None and not Path(cwd).is_dir():
        raise PocketDigitsError(f"`{shlex.join(command)}`: there is no folder {cwd} to run it in")
    # Looked up here because Windows would find only .exe files by their bare name.
    executable = shutil.which(command[0], path=env.get("PATH"))
    if executable is None:
        raise PocketDigitsError(
            f"`{shlex.join(command)}`: the program {command[0]} was not found. "
            "Install it or put it on PATH, then run again."
        )
    try:
        return subprocess.Popen(
            [executable, *command[1:]],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=own_group,
        )
    except OSError as error:
        raise PocketDigitsError(
            f"`{shlex.join(command)}`: {executable} could not be started ({error.strerror}). "
            "Reinstall it, then run again."
        ) from error


def _stop_after(stop: threading.Event, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        if stop.wait(SECONDS_BETWEEN_POLLS):
            if hasattr(os, "killpg"):  # else only the program itself can be ended
                os.killpg(process.pid, signal.SIGTERM)
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
