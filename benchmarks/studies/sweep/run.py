"""Trains many seeds on Dask: on this machine's cores, or on any scheduler's workers."""

import logging
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import dask
from distributed import Client, LocalCluster, as_completed

from benchmarks.studies.sweep import task as sweep_task
from benchmarks.studies.sweep.task import Job
from pipeline.architecture import Architecture
from pipeline.errors import PocketDigitsError
from pipeline.recipe import Recipe
from pipeline.workspace import Workspace

SECONDS_TO_CONNECT = 10
SETTINGS = {
    # Deaths of workers at one task, after which it is given up.
    "distributed.scheduler.allowed-failures": 3,
    # Python 3.11 may stop for ever where its threads are looked into (python/cpython#106883).
    "distributed.worker.profile.enabled": False,
}


@contextmanager
def cluster(scheduler: str | None, workers: int, memory_limit: str) -> Iterator[Client]:
    """Use the workers of a running scheduler, or without one, start one-core workers here.

    Each of those is restarted where it takes more than its memory. Raises PocketDigitsError when
    the scheduler cannot be reached, or has no workers.
    """
    if scheduler is not None:
        try:
            connected = Client(scheduler, timeout=SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise PocketDigitsError(
                f"--scheduler {scheduler}: cannot be reached ({error}); start one with `dask"
                " scheduler` and name the address that it prints, such as tcp://192.0.2.1:8786"
            ) from error
        with connected as client:
            if not client.scheduler_info()["workers"]:
                raise PocketDigitsError(
                    f"--scheduler {scheduler}: has no workers; start some with `dask worker"
                    f" {scheduler} --nthreads 1` in a checkout of this commit, whose folder"
                    " PYTHONPATH names"
                )
            yield client
        return
    dask.config.set(SETTINGS)  # which the workers take over
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=memory_limit,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as local,
        Client(local, timeout=SECONDS_TO_CONNECT) as client,  # type: ignore[no-untyped-call]
    ):
        yield client


def train(
    architectures: Sequence[Architecture],
    recipe: Recipe,
    build: str,
    client: Client,
    space: Workspace,
) -> None:
    """Have every architecture, each with its seed, trained and run; all files end in `space`.

    `build` is where workers keep their stages. Raises PocketDigitsError, when all others are
    finished, naming those that failed.
    """
    here = sweep_task.surroundings()
    name, digest = space.dataset.name, space.dataset.fingerprint
    jobs = {
        job.key: job
        for job in (Job(each, recipe, name, digest, build, here) for each in architectures)
    }
    failed: list[str] = []
    with space.progress.step(f"sweep {len(jobs)} seeds") as update:
        futures = [
            # One thread each: Keras' state is a process', and so are its random numbers.
            client.submit(_sealed(job), key=key, pure=True)
            for key, job in jobs.items()
        ]
        finished = as_completed(futures)  # type: ignore[no-untyped-call]
        for done, future in enumerate(finished, 1):
            job = jobs[future.key]
            if (error := future.exception()) is not None:
                failed.append(f"{job.architecture.title}: {error}")
                space.progress.say(f"[red]✗[/] {job.architecture.title}")
            else:
                sweep_task.write(future.result(), space.folder(job.architecture, ""))
                space.progress.say(f"[green]✓[/] {job.architecture.title}")
            future.release()
            update(done / len(jobs), f"{done} of {len(jobs)}")
    if failed:
        raise PocketDigitsError(
            f"{len(failed)} of {len(jobs)} seeds failed, and the others are kept; run again to try"
            " these alone:\n" + "\n".join(failed)
        )


def _sealed(job: Job) -> Callable[[], sweep_task.Files]:
    """Return the job's work as what a scheduler, which has none of this code, can hand on."""
    packed = pickle.dumps((sweep_task.make, job))

    def call() -> sweep_task.Files:
        make, given = pickle.loads(packed)  # noqa: S301 - our own, through our own scheduler
        files: sweep_task.Files = make(given)
        return files

    return call
