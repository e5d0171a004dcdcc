"""Progress on the console."""

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


def test_a_log_shows_the_start_of_a_step_with_its_usual_time_and_its_end(progress, output):
    with progress.step("build lune", usual_seconds=220):
        assert output.getvalue() == "… build lune, usually 3 min 40 s\n"
    assert "✓ build lune 0.0 s" in output.getvalue()


def test_a_failed_step_is_marked_and_its_error_is_raised(progress, output):
    with pytest.raises(OSError, match="no disk"), progress.step("write"):
        raise OSError("no disk")
    assert "✗ write" in output.getvalue()


def test_a_skipped_step_is_shown_as_unchanged(progress, output):
    progress.unchanged("train mlp-64")
    assert output.getvalue() == "= train mlp-64: unchanged\n"


def test_brackets_in_names_are_not_markup(progress, output):
    with progress.step("read a[red].npz"):
        pass
    assert "✓ read a[red].npz" in output.getvalue()


def test_the_duration_of_each_step_is_recorded(progress):
    with progress.step("first"):
        pass
    assert list(progress.seconds) == ["first"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.42, "0.4 s"), (12.3, "12 s"), (60, "1 min 0 s"), (200, "3 min 20 s")]
)
def test_durations_are_formatted_in_seconds_or_minutes(seconds, text):
    assert duration(seconds) == text
