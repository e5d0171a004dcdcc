"""A report is of one run, and is read back as it was written."""

import re

import pytest
from measurements import drawn, ladder, measurement, report
from pydantic import ValidationError

from benchmarks.verdict.report import OF_ONE_RUN, load, write
from pipeline.errors import PocketDigitsError

OTHER_RUN = {
    "recipe": {"recipe": "smoke"},
    "dataset": {"dataset": "synthetic"},
    "test_images": {"test_images": 1000},
    "drawn_digits": {"drawn": drawn()},
    "cost_method": {"cost_method": "wall-clock"},
    "baseline_instructions": {"baseline_instructions": 2e7},
    "vm_assertions": {"vm_assertions": True},
}


@pytest.mark.parametrize("figure", OF_ONE_RUN)
def test_rows_of_two_runs_are_no_report(figure):
    other = measurement(architecture="other", **OTHER_RUN[figure])
    with pytest.raises(ValidationError, match=f"rows of several runs: {figure} differs"):
        report(measurement(), other)


def test_what_is_written_is_read_back(tmp_path):
    assert load(write(ladder(), tmp_path)) == ladder()


def test_a_missing_report_says_what_makes_one(tmp_path):
    with pytest.raises(
        PocketDigitsError, match="no such file; `nox -s release` and `nox -s benchmark` write"
    ):
        load(tmp_path / "report.json")


def test_a_folder_is_no_report_and_is_called_one(tmp_path):
    with pytest.raises(PocketDigitsError, match="Is a directory, expected a file"):
        load(tmp_path)


def test_a_report_of_another_version_says_what_makes_a_new_one(tmp_path):
    path = write(ladder(), tmp_path)
    path.write_text(re.sub('"seeds"', '"seed"', path.read_text()))
    with pytest.raises(PocketDigitsError, match="run `nox -s release` again"):
        load(path)


def test_the_best_is_first_among_the_approved():
    assert [row.architecture for row in ladder().approved][:2] == ["best", "small"]
