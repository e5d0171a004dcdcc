"""The history of runs: added to, joined without loss, and read though lines are damaged."""

import re
from datetime import datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measurements import ladder, measurement, report
from typed import split
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.verdict import history
from benchmarks.verdict.report import write
from pipeline.errors import PocketDigitsError

NIGHT = datetime(2026, 1, 1, 3, 17, tzinfo=timezone.utc)


def run(load_ms, day=0, **marks):
    """One run of one network; its load time tells it from others."""
    return history.lines_of(report(measurement(load_ms=load_ms)), NIGHT + timedelta(day), **marks)


def ask(*arguments):
    return CliRunner().invoke(app, ["history", *map(str, arguments)])


def test_a_run_has_a_line_for_each_network():
    lines = history.lines_of(ladder(), NIGHT).lines
    assert [line.architecture for line in lines] == [row.architecture for row in ladder().rows]
    assert len({line.run for line in lines}) == 1


def test_a_line_holds_commit_versions_machine_and_every_image(tmp_path):
    line = history.parse(run(1.0).text).lines[0]
    assert line.environment.commit.startswith("0123456789abcdef")
    assert line.environment.tools == {"lune": "0.10.4"}
    assert line.environment.machine == "a made-up processor, 2 cores, Linux"
    assert line.test.array.sum() == 9800


def test_what_is_written_is_read_back():
    both = history.join(run(1.0, release="v1.0.0"), run(2.0, 1, accepted="it reads more"))
    assert history.parse(both.text) == both


def test_two_runs_that_raced_are_both_kept_in_the_order_of_time():
    shared = run(1.0)
    ours, theirs = history.join(shared, run(2.0, 2)), history.join(shared, run(3.0, 1))
    joined = history.join(ours, theirs)
    assert [line.load_ms for line in joined.lines] == [1.0, 3.0, 2.0]
    assert joined == history.join(theirs, ours)


def test_the_same_run_twice_is_one_run_at_the_earlier_time():
    joined = history.join(run(1.0, day=1), run(1.0, day=0))
    assert [line.time for line in joined.lines] == [NIGHT]


def test_a_verdict_makes_no_other_run():
    one, two = report(measurement()), report(measurement())
    refused = two.rows[0].verdict.model_copy(update={"not_judged": {"accuracy": "no images"}})
    two = two.model_copy(update={"rows": (two.rows[0].model_copy(update={"verdict": refused}),)})
    joined = history.join(history.lines_of(one, NIGHT), history.lines_of(two, NIGHT))
    assert len(joined.lines) == 1


RUNS = st.lists(
    st.builds(
        run,
        st.sampled_from([1.0, 2.0, 3.0]),
        st.integers(0, 2),
        release=st.sampled_from([None, "v1.0.0", "v2.0.0"]),
    ),
    max_size=4,
)


@given(RUNS)
def test_in_whatever_order_and_groups_they_are_joined_nothing_differs(runs):
    together = history.join(*runs)
    one_by_one = history.History()
    for each in reversed(runs):
        one_by_one = history.join(each, one_by_one)
    assert one_by_one == together
    assert history.join(together, together) == together
    assert {line.run for line in together.lines} == {each.lines[0].run for each in runs}


DAMAGED = {
    "cut off": lambda line: line[: len(line) // 2],
    "not JSON": lambda line: "<<<<<<< HEAD",
    "a figure lost": lambda line: line.replace('"weight_bytes":12500,', ""),
    "a key too many": lambda line: line.replace('{"', '{"extra":1,"', 1),
    "a time of no zone": lambda line: line.replace("03:17:00Z", "03:17:00"),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=list(DAMAGED))
def test_a_damaged_line_is_told_and_kept_and_costs_no_other(damage):
    lines = history.join(run(1.0), run(2.0, 1), run(3.0, 2)).text.splitlines()
    broken = damage(lines[1])
    assert broken != lines[1]
    found = history.parse("\n".join([lines[0], broken, lines[2]]))
    assert [line.load_ms for line in found.lines] == [1.0, 3.0]
    (told,) = found.damaged
    assert (told.number, told.text) == (2, broken)
    assert "line 2 cannot be read" in str(told)
    assert history.parse(found.text).damaged[0].text == broken
    assert broken in history.join(found, run(4.0)).text


def test_bytes_that_are_no_text_damage_one_line(tmp_path):
    file = tmp_path / "history.jsonl"
    file.write_bytes(run(1.0).text.encode() + b"\xff\xfe\n" + run(2.0, 1).text.encode())
    found = history.load(file)
    assert (len(found.lines), len(found.damaged)) == (2, 1)


def test_a_missing_history_says_how_one_begins(tmp_path):
    with pytest.raises(PocketDigitsError, match="nox -s history -- append"):
        history.load(tmp_path / "history.jsonl")


def test_append_begins_a_file_adds_and_repeats_nothing(tmp_path):
    file = tmp_path / "new" / "history.jsonl"
    write(report(measurement()), tmp_path)
    for _ in range(2):
        result = ask("append", file, "--build", tmp_path)
        assert result.exit_code == 0, result.output
        assert ": 1 run, 1 line\n" in result.output
    before = file.read_bytes()
    write(report(measurement(load_ms=9.0)), tmp_path)
    ask("append", file, "--build", tmp_path)
    assert before in file.read_bytes()
    assert len(history.load(file).lines) == 2


def test_a_run_is_marked_when_it_is_added_or_later(tmp_path):
    file = tmp_path / "history.jsonl"
    write(report(measurement()), tmp_path)
    ask("append", file, "--build", tmp_path)
    assert not history.load(file).lines[0].is_marked
    ask("append", file, "--build", tmp_path, "--release", "v1.0.0")
    ask("append", file, "--build", tmp_path, "--accept", "it reads more")
    (line,) = history.load(file).lines
    assert (line.release, line.accepted) == ("v1.0.0", "it reads more")


def test_merge_gives_the_same_file_from_either_side(tmp_path):
    texts = [history.join(run(1.0), run(2.0, 2)).text, history.join(run(1.0), run(3.0, 1)).text]
    merged = []
    for ours, theirs in permutations(texts):
        (tmp_path / "ours").write_text(ours)
        (tmp_path / "theirs").write_text(theirs)
        assert ask("merge", tmp_path / "ours", tmp_path / "theirs").exit_code == 0
        merged.append((tmp_path / "ours").read_bytes())
    assert merged[0] == merged[1]
    assert len(merged[0].splitlines()) == 3


def test_check_ends_in_1_for_a_damaged_line_and_names_it(tmp_path):
    file = tmp_path / "history.jsonl"
    file.write_text(run(1.0).text)
    assert ask("check", file).exit_code == 0
    file.write_text(run(1.0).text + "{\n")
    result = ask("check", file)
    assert result.exit_code == 1
    assert "line 2 cannot be read" in result.output
    assert "1 damaged line;" in result.output


def test_damaged_lines_are_told_in_their_order_in_the_file(tmp_path):
    file = tmp_path / "history.jsonl"
    file.write_text("zebra\n" + run(1.0).text + "aardvark\n")
    assert [each.number for each in history.load(file).damaged] == [1, 3]
    assert history.add(file, []) == history.load(file)
    assert file.read_text() == run(1.0).text + "aardvark\nzebra\n"


def test_histories_with_the_same_damage_are_joined_the_same_from_either_side():
    one, two = history.parse("a\nb\n"), history.parse("b\nc\n")
    assert history.join(one, two) == history.join(two, one)


@pytest.mark.parametrize("option", ["--accept", "--release"])
@pytest.mark.parametrize("text", ["", "  "])
def test_a_mark_without_a_text_is_refused(tmp_path, option, text):
    write(report(measurement()), tmp_path)
    result = ask("append", tmp_path / "history.jsonl", "--build", tmp_path, option, text)
    assert result.exit_code == 1
    assert f"{option} is {text!r}, expected a text" in result.output
    assert not (tmp_path / "history.jsonl").exists()


def test_a_folder_is_no_history_and_is_called_one(tmp_path):
    with pytest.raises(PocketDigitsError, match=r"Is a directory, expected a file"):
        history.load(tmp_path)


def test_what_is_no_file_is_not_replaced(tmp_path):
    write(report(measurement()), tmp_path)
    for path in (tmp_path, "/dev/null"):
        result = ask("append", path, "--build", tmp_path)
        assert result.exit_code == 1
        assert f"{path}: not a file; name one that may be replaced" in result.output


def test_other_text_is_no_history_and_stays_as_it_is(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("# A title\n\nand text\n")
    with pytest.raises(PocketDigitsError, match=r"README\.md: no history, but other text"):
        history.add(page, [])
    assert page.read_text() == "# A title\n\nand text\n"


def test_a_device_without_content_is_an_empty_history():
    assert history.load(Path("/dev/null")) == history.History()


def test_the_line_that_begins_a_history_can_be_typed_whatever_its_name(tmp_path):
    path = tmp_path / "two words.jsonl"
    with pytest.raises(PocketDigitsError) as missing:
        history.load(path)
    (line,) = re.findall("`(.*)`", str(missing.value))
    assert split(line) == ("history", ["append", str(path)])
