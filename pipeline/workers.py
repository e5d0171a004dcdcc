"""Processes that train networks side by side, each on one core.

A network this small keeps one core busy and two hardly more: on two cores, two networks at once
are ready in 3/5 of the time that one after the other takes. One core each also makes the weights
the same on machines of any number of cores.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.queues import SimpleQueue

from pipeline.progress import Update

ONE_CORE = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}

News = SimpleQueue[tuple[int, float, str] | None]  # job, share done, detail

_told: News  # in a worker, where its progress goes


class Workers:
    """Runs functions in other processes, as many at a time as there are cores."""

    def __init__(self, count: int, pool: ProcessPoolExecutor, told: News) -> None:
        self.count = count
        self._pool = pool
        self._told = told
        self._jobs = itertools.count()
        self._updates: dict[int, Update] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, function: Callable[..., None], *arguments: object, update: Update) -> None:
        """Call `function(*arguments, update)` in a worker, and wait for it.

        What crosses must be picklable. What the function raises is raised here.
        """
        job = next(self._jobs)
        self._updates[job] = update
        self._pool.submit(_call, job, function, arguments).result()

    def close(self) -> None:
        """End the processes, at work or not."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        self._told.put(None)

    def _listen(self) -> None:
        while (news := self._told.get()) is not None:
            job, share, detail = news
            self._updates[job](share, detail)


@contextmanager
def workers() -> Iterator[Workers]:
    """Open the processes; none starts before it is needed."""
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    count = _cores()
    opened = Workers(count, ProcessPoolExecutor(count, context, _begin, (told,)), told)
    try:
        yield opened
    finally:
        opened.close()


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux, where a container may be given fewer
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(told: News) -> None:
    global _told  # noqa: PLW0603 - one per process, and its jobs come as plain calls
    _told = told
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers by itself
    os.environ.update(ONE_CORE)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def _call(job: int, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    def update(share: float, detail: str) -> None:
        _told.put((job, share, detail))

    function(*arguments, update)
