"""A Lune process that stays up and is asked to do one thing at a time; what it took is its clock.

pytest-benchmark reads a timer before and after each round. This one's is the seconds that Luau has
worked on the answers, so that neither JSON nor the pipe nor the start of Lune count.
"""

import json
import subprocess

from benchmarks.lune import INTERPRETED, SCRIPTS


class LuneClock:
    """Seconds of work so far; `start` begins the process, `ask` adds to them."""

    def __init__(self):
        self.seconds = 0.0
        self._process = None

    def __call__(self):
        return self.seconds

    def start(self, lune, place, images, drawings, environment):
        self._process = subprocess.Popen(
            [lune, "run", "latency", place, images, drawings],
            cwd=SCRIPTS,
            env={**environment, **INTERPRETED},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def ask(self, stage, model):
        self._process.stdin.write(json.dumps({"stage": stage, "model": model}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"Lune ended while it was asked for {stage} of {model}"
        answer = json.loads(line)
        assert "seconds" in answer, answer
        self.seconds += answer["seconds"]

    def stop(self):
        if self._process is not None:
            self._process.communicate(timeout=60)
            self._process = None
