"""Native output to stderr is dropped while a library loads, and nothing else is."""

import os

import pytest

from pipeline.quiet import quiet


def test_native_output_is_dropped_until_the_end(capfd):
    with quiet():
        os.write(2, b"a greeting")
    os.write(2, b"an error")
    assert capfd.readouterr().err == "an error"


def test_an_exception_is_raised_and_ends_the_silence(capfd):
    with pytest.raises(ImportError, match="no such library"), quiet():
        raise ImportError("no such library")
    os.write(2, b"an error")
    assert capfd.readouterr().err == "an error"
