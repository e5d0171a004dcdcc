"""The one exception that is written for users."""


class PocketDigitsError(Exception):
    """A failure that the user can fix.

    The message names what was found (file, key, value), what was expected, and what to do next.
    Commands print it without a traceback; any other exception is a bug.
    """
