"""Waits for what other processes and threads do."""

import time


def until(get):
    """Return the first true value of `get`, within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if value := get():
            return value
        time.sleep(0.02)
    raise AssertionError(f"{get} returned nothing true for a minute")
