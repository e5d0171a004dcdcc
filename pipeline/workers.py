"""Worker processes that train networks in parallel, each on one core.

Networks this small hardly use a second core: on two cores, training two at once takes 3/5 of the
time of one after the other. One core each also gives the same weights on any number of cores.
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

from pipeline.errors import PocketDigitsError, Stopped
from pipeline.progress import Update

Messages = SimpleQueue[tuple[int, float, str]]  # job, share done, detail
END = -1.0  # the share in a job's last message
SECONDS_BETWEEN_POLLS = 0.05
SECONDS_FOR_LAST_MESSAGE = 5.0

_messages: Messages  # from this worker to its parent


class Workers:
    """Runs functions in other processes, one per core at a time."""

    def __init__(self, count: int, pool: ProcessPoolExecutor, messages: Messages) -> None:
        self.count = count
        self._pool = pool
        self._messages = messages
        self._jobs = itertools.count()
        self._updates: dict[int, Update] = {}
        self._ends: dict[int, threading.Event] = {}
        self._closed = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, function: Callable[..., None], *arguments: object, update: Update) -> None:
        """Call `function(*arguments, update)` in a worker, and wait for it.

        Arguments must be picklable; exceptions are raised here, and Stopped after `close`.
        `update` is not called after this returns.
        """
        if self._closed.is_set():
            raise Stopped(function.__name__)
        job = next(self._jobs)
        self._updates[job], self._ends[job] = update, threading.Event()
        future = self._pool.submit(_call, job, function, arguments)
        try:
            future.result()
        except BrokenProcessPool as error:
            self._ends[job].set()
            if self._closed.is_set():
                raise Stopped(function.__name__) from None
            raise PocketDigitsError(
                "a process that trained networks was killed, perhaps because memory ran out; close"
                " other programs, then run again"
            ) from error
        finally:
            if not self._closed.is_set():
                self._ends[job].wait(SECONDS_FOR_LAST_MESSAGE)

    def close(self) -> None:
        """Terminate all processes, busy or idle."""
        self._closed.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()

    def _listen(self) -> None:
        # Polls, because a worker that is terminated while it writes would block a reader.
        while not self._closed.wait(SECONDS_BETWEEN_POLLS):
            while not self._messages.empty():
                job, share, detail = self._messages.get()
                if share == END:
                    self._ends[job].set()
                else:
                    self._updates[job](share, detail)


@contextmanager
def workers() -> Iterator[Workers]:
    """Open a pool of workers, which start when they are first needed."""
    context = multiprocessing.get_context("spawn")
    messages = context.SimpleQueue()
    count = cores()
    opened = Workers(count, ProcessPoolExecutor(count, context, _begin, (messages,)), messages)
    try:
        yield opened
    finally:
        opened.close()


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux, where a container may have fewer
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(messages: Messages) -> None:
    global _messages  # noqa: PLW0603 - one per process, and its jobs come as plain calls
    _messages = messages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent terminates its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is loaded, whose BLAS reads it then


def _end_with_parent() -> None:
    """End this process with its parent, which cannot do so itself when it is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _call(job: int, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    def update(share: float, detail: str) -> None:
        _messages.put((job, share, detail))

    try:
        function(*arguments, update)
    finally:
        _messages.put((job, END, ""))
