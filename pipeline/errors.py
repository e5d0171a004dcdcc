"""The exceptions that are no bugs."""


class PocketDigitsError(Exception):
    """A failure that the user can fix.

    The message names what was found (file, key, value), what was expected, and what to do next.
    Commands print it without a traceback; any other exception is a bug.
    """


class Stopped(Exception):  # noqa: N818 - as KeyboardInterrupt: no error of what it ends
    """Work was ended because the run ends; whatever ends the run is reported instead."""
