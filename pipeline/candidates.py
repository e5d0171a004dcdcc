"""Makes candidates in parallel: all stages of every architecture, from several seeds."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pipeline.architecture import Architecture
from pipeline.limits import Limits
from pipeline.recipe import Entry
from pipeline.stages import Exported, Place, build_place, export, quantize, train, usual_seconds
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Candidate:
    """A place to judge and perhaps release, with its limits.

    `repeats` are places of the same architecture from other seeds: measured, never released.
    """

    place: Place
    limits: Limits
    repeats: tuple[Place, ...] = ()

    @property
    def architecture(self) -> Architecture:
        """The architecture of the place."""
        return self.place.architecture

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of all seeds, `place` first."""
        return self.place, *self.repeats


def candidates(entries: Sequence[Entry], seeds: int, space: Workspace) -> list[Candidate]:
    """Make all stages of every entry, up to the place, from `seeds` seeds each.

    Places come last, because their tools may still be building while the networks train.
    """
    architectures = [one for each in entries for one in seeded(each.architecture, seeds)]
    places = [build_place(exported, space) for exported in exports(architectures, space)]
    return [
        Candidate(places[first], entry.limits, tuple(places[first + 1 : first + seeds]))
        for first, entry in zip(range(0, len(places), seeds), entries, strict=True)
    ]


def seeded(architecture: Architecture, seeds: int) -> list[Architecture]:
    """Return `seeds` copies of an architecture, with its own seed and those that follow."""
    first = architecture.training.seed
    return [architecture.with_seed(seed) for seed in range(first, first + seeds)]


def exports(architectures: Sequence[Architecture], space: Workspace) -> list[Exported]:
    """Train, quantize and export architectures in parallel, the slowest first.

    The first failure, of one of them or of a tool, ends all of it at once.
    """

    def make(architecture: Architecture) -> Exported:
        return export(quantize(architecture, train(architecture, space), space), space)

    with ThreadPoolExecutor(space.workers.count) as threads:
        slowest_first = sorted(architectures, key=usual_seconds, reverse=True)
        futures = {each.title: threads.submit(make, each) for each in slowest_first}
        try:
            space.tools.wait(futures.values())
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            space.workers.close()  # or the threads would wait for them
            raise
    return [futures[each.title].result() for each in architectures]
