"""Processes that train networks side by side, each on one core.

A network this small keeps one core busy and two hardly more: on two cores, two networks at once
are ready in 3/5 of the time that one after the other takes. One core each also makes the weights
the same on machines of any number of cores.
"""

import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.queues import SimpleQueue

from pipeline.progress import Update

ENVIRONMENT = {  # of TensorFlow in a worker, which is to set it before that is loaded
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Convolutions learn twice as fast as with Eigen, which TensorFlow takes on older processors.
    "TF_ENABLE_ONEDNN_OPTS": "1",
}

News = SimpleQueue[tuple[int, float, str]]  # job, share done, detail
END = -1.0  # the share of a job that says no more
SECONDS_BETWEEN_LOOKS = 0.05
LONGEST_WAIT = 5.0

_told: News  # in a worker, where its progress goes


class Workers:
    """Runs functions in other processes, as many at a time as there are cores."""

    def __init__(self, count: int, pool: ProcessPoolExecutor, told: News) -> None:
        self.count = count
        self._pool = pool
        self._told = told
        self._jobs = itertools.count()
        self._updates: dict[int, Update] = {}
        self._ends: dict[int, threading.Event] = {}
        self._closed = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, function: Callable[..., None], *arguments: object, update: Update) -> None:
        """Call `function(*arguments, update)` in a worker, and wait for it.

        What crosses must be picklable. What the function raises is raised here. `update` is not
        called any more when this returns.
        """
        job = next(self._jobs)
        self._updates[job], self._ends[job] = update, threading.Event()
        future = self._pool.submit(_call, job, function, arguments)
        try:
            future.result()
        finally:
            if not isinstance(future.exception(), BrokenProcessPool):
                self._ends[job].wait(LONGEST_WAIT)

    def close(self) -> None:
        """End the processes, at work or not."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        self._closed.set()

    def _listen(self) -> None:
        # Looks instead of waiting: a worker that is ended while it tells would leave us waiting.
        while not self._closed.wait(SECONDS_BETWEEN_LOOKS):
            while not self._told.empty():
                job, share, detail = self._told.get()
                if share == END:
                    self._ends[job].set()
                else:
                    self._updates[job](share, detail)


@contextmanager
def workers() -> Iterator[Workers]:
    """Open the processes; none starts before it is needed."""
    context = multiprocessing.get_context("spawn")
    told = context.SimpleQueue()
    count = cores()
    opened = Workers(count, ProcessPoolExecutor(count, context, _begin, (told,)), told)
    try:
        yield opened
    finally:
        opened.close()


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux, where a container may be given fewer
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(told: News) -> None:
    global _told  # noqa: PLW0603 - one per process, and its jobs come as plain calls
    _told = told
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers by itself
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update(ENVIRONMENT)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def _end_with_parent() -> None:
    """End this process when its parent is gone, as when that was killed: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _call(job: int, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    def update(share: float, detail: str) -> None:
        _told.put((job, share, detail))

    try:
        function(*arguments, update)
    finally:
        _told.put((job, END, ""))
