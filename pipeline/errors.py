"""The one exception type that a user is meant to read."""


class PocketDigitsError(Exception):
    """A failure that its reader can mend.

    The message names what was found (file, key, value), what was expected, and what to do
    next. The command line prints it without a traceback; anything else that is raised is a bug.
    """
