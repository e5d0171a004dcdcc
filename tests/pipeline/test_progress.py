"""What a person is told while the pipeline works."""

import io

import pytest
from rich.console import Console

from pipeline.progress import Progress, duration


@pytest.fixture
def output():
    return io.StringIO()


@pytest.fixture
def progress(output):
    with Progress(Console(file=output, width=200)) as shown:
        yield shown


def test_a_log_tells_the_start_of_a_step_with_its_usual_time_and_its_end(progress, output):
    with progress.step("build lune", usual_seconds=220):
        assert output.getvalue() == "… build lune, usually 3 min 40 s\n"
    assert "✓ build lune 0.0 s" in output.getvalue()


def test_a_failed_step_is_marked_and_its_error_goes_on(progress, output):
    with pytest.raises(OSError, match="no disk"), progress.step("write"):
        raise OSError("no disk")
    assert "✗ write" in output.getvalue()


def test_a_skipped_step_is_said_to_be_unchanged(progress, output):
    progress.unchanged("train mlp-64")
    assert output.getvalue() == "= train mlp-64: unchanged\n"


def test_brackets_in_names_are_no_markup(progress, output):
    with progress.step("read a[red].npz"):
        pass
    assert "✓ read a[red].npz" in output.getvalue()


def test_how_long_each_step_took_is_remembered(progress):
    with progress.step("first"):
        pass
    assert list(progress.seconds) == ["first"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.42, "0.4 s"), (12.3, "12 s"), (60, "1 min 0 s"), (200, "3 min 20 s")]
)
def test_times_are_written_as_people_say_them(seconds, text):
    assert duration(seconds) == text
