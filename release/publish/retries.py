"""Failures of a web API that may pass, those that stay, and repeating work after the former."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import sleep, time
from typing import TypeVar

import tenacity

from pipeline.errors import PocketDigitsError

ATTEMPTS = 6
LONGEST_WAIT = 600.0  # seconds; a longer requested wait becomes an error
SECONDS_WHEN_RATE_LIMITED = 60.0  # what GitHub asks for where it names no time

T = TypeVar("T")


class TransientError(Exception):
    """A failure that may pass; `wait` is how many seconds the server asked for."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class RefusedError(PocketDigitsError):
    """A refusal by the server, which repeating does not change; `status` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def persistently(what: str, work: Callable[[], T]) -> T:
    """Do `work`, again after each TransientError, with growing pauses or those the server asks for.

    `work` must be safe to repeat: an answer that was lost may have been a yes. Raises
    PocketDigitsError, with the last failure, after ATTEMPTS.
    """
    growing = tenacity.wait_exponential_jitter(initial=1, max=30)

    def pause(state: tenacity.RetryCallState) -> float:
        failure = state.outcome and state.outcome.exception()
        return max(growing(state), failure.wait if isinstance(failure, TransientError) else 0.0)

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TransientError),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=pause,
        sleep=sleep,
        reraise=True,
    )
    try:
        return retrying(work)
    except TransientError as failure:
        message = f"{what}: failed {ATTEMPTS} times, at last with {failure}"
        raise PocketDigitsError(message) from failure


@contextmanager
def explained(meanings: Mapping[int, str], next_step: str = "") -> Iterator[None]:
    """Turn a refusal into a PocketDigitsError that says what its status means."""
    try:
        yield
    except RefusedError as refusal:
        meaning = meanings.get(refusal.status, "see what the server says")
        raise PocketDigitsError(f"{refusal}\n{meaning}{next_step}") from refusal


def requested_wait(headers: Mapping[str, str], limited: bool) -> float:
    """Return the seconds that a server asks to wait, in Retry-After or until its rate resets."""
    seconds, reset = headers.get("Retry-After", ""), headers.get("X-RateLimit-Reset", "")
    if seconds.isdecimal():
        return float(seconds)
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - time()) + 1
    return SECONDS_WHEN_RATE_LIMITED if limited else 0.0
