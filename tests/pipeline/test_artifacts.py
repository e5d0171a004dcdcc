import errno
import json
import os
import sys
from pathlib import Path

import pytest

from pipeline.artifacts import (
    fingerprint,
    replace_folder,
    run_stage,
    write_atomically,
)
from pipeline.command import run
from pipeline.errors import PocketDigitsError
from pipeline.fingerprint import REPOSITORY, file_hash

INPUTS = {"seed": 1, "layers": [784, 10]}


def make_weights(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "weights.bin").write_bytes(b"\x01\x02")
    (folder / "notes.txt").write_text("notes")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    folder = tmp_path / "build" / "trained"
    run_stage(folder, INPUTS, make_weights)
    return folder


class TestRunStage:
    def test_makes_a_folder_that_is_not_there(self, tmp_path):
        assert run_stage(tmp_path / "a" / "stage", INPUTS, make_weights)
        assert set(contents(tmp_path / "a" / "stage")) == {
            "deep/weights.bin",
            "notes.txt",
            "stage.json",
        }

    def test_skips_what_is_unchanged(self, stage):
        before = contents(stage)
        assert not run_stage(stage, dict(reversed(INPUTS.items())), pytest.fail)
        assert contents(stage) == before

    def test_treats_a_tuple_as_the_list_that_json_stores(self, stage):
        assert not run_stage(stage, {"seed": 1, "layers": (784, 10)}, pytest.fail)

    def test_makes_again_when_an_input_changes(self, stage):
        assert run_stage(stage, {**INPUTS, "seed": 2}, make_weights)

    def test_leaves_no_file_of_the_older_inputs(self, stage):
        run_stage(stage, {}, lambda folder: (folder / "other").write_text("x"))
        assert set(contents(stage)) == {"other", "stage.json"}
        assert visible(stage.parent) == ["trained"]

    @pytest.mark.parametrize(
        "damage",
        [
            pytest.param(lambda s: (s / "notes.txt").write_text("NOTES"), id="edited"),
            pytest.param(lambda s: (s / "deep" / "weights.bin").unlink(), id="missing"),
            pytest.param(lambda s: (s / "extra").touch(), id="extra"),
            pytest.param(lambda s: (s / "stage.json").unlink(), id="record missing"),
            pytest.param(lambda s: (s / "stage.json").write_text("{"), id="record truncated"),
            pytest.param(
                lambda s: (s / "stage.json").write_text("[]"), id="record of another kind"
            ),
            pytest.param(
                lambda s: (s / "stage.json").write_text(
                    (s / "stage.json").read_text().replace('"seed": 1', '"seed": 2')
                ),
                id="record edited",
            ),
        ],
    )
    def test_makes_again_what_was_changed_by_hand(self, stage, damage):
        whole = contents(stage)
        damage(stage)
        assert run_stage(stage, INPUTS, make_weights)
        assert contents(stage) == whole

    def test_reports_files_that_were_changed_by_hand(self, stage):
        (stage / "notes.txt").write_text("NOTES")
        (stage / "deep" / "weights.bin").unlink()
        (stage / "extra").touch()
        reported = []
        run_stage(stage, INPUTS, make_weights, reported.append)
        assert reported == [["deep/weights.bin", "extra", "notes.txt"]]

    @pytest.mark.parametrize("inputs", [INPUTS, {"seed": 2}], ids=["unchanged", "new inputs"])
    def test_reports_no_change_by_hand_without_one(self, stage, inputs):
        run_stage(stage, inputs, make_weights, pytest.fail)

    def test_records_inputs_fingerprint_and_hash_of_every_file(self, stage):
        record = json.loads((stage / "stage.json").read_text())
        assert record["inputs"] == INPUTS
        assert len(record["fingerprint"]) == 64
        assert record["files"] == {
            "deep/weights.bin": file_hash(stage / "deep" / "weights.bin"),
            "notes.txt": file_hash(stage / "notes.txt"),
        }

    def test_a_failure_leaves_the_older_folder_and_nothing_else(self, stage):
        whole = contents(stage)

        def fail(folder: Path) -> None:
            make_weights(folder)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_stage(stage, {}, fail)
        assert contents(stage) == whole
        assert visible(stage.parent) == ["trained"]

    def test_an_input_that_json_cannot_hold_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="not JSON compliant"):
            run_stage(tmp_path / "stage", {"rate": float("nan")}, make_weights)

    @pytest.mark.skipif(
        not hasattr(os, "fork"), reason="forks to be killed at every file operation"
    )
    @pytest.mark.parametrize("older", [False, True], ids=["from nothing", "over an older folder"])
    def test_killed_at_any_file_operation_and_repeated_ends_with_the_same_files(
        self, tmp_path, older
    ):
        moments = run(
            sys.executable,
            *("-c", KILLED_AT_EVERY_FILE_OPERATION, tmp_path, str(int(older))),
            cwd=REPOSITORY,
        )
        assert int(moments) >= 10


# Forks a child for every file operation that the stage performs, kills it just before that
# operation (audit hooks see them all), then repeats the stage and compares what is there.
KILLED_AT_EVERY_FILE_OPERATION = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from pipeline.artifacts import run_stage
from pipeline.fingerprint import file_hashes

folder, older = Path(sys.argv[1]) / "stage", sys.argv[2] == "1"

def make(new):
    (new / "deep").mkdir()
    for name in ("a", "b", "deep/c"):
        with (new / name).open("w") as file:
            file.write("half, ")
            file.flush()
            file.write("whole")

def make_older(new):
    (new / "a").write_text("older")
    (new / "gone").write_text("older")

def begin():
    shutil.rmtree(folder, ignore_errors=True)
    if older:
        run_stage(folder, {"version": 1}, make_older)

def listing():
    return sorted(path.name for path in folder.parent.iterdir() if path.suffix != ".lock")

begin()
before = file_hashes(folder) if older else None
run_stage(folder, {"version": 2}, make)
expected = file_hashes(folder)
for moment in itertools.count(1):
    begin()
    child = os.fork()
    if child == 0:
        left = moment
        def hook(event, arguments):
            global left
            if event == "open" or event.startswith(("os.", "shutil.")):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        run_stage(folder, {"version": 2}, make)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert not folder.exists() or file_hashes(folder) in (before, expected), moment
    if os.WIFEXITED(status):
        assert status == 0
        break
    run_stage(folder, {"version": 2}, make)
    assert file_hashes(folder) == expected, moment
    assert listing() == ["stage"], (moment, listing())
print(moment - 1)
"""


class TestFullDisk:
    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is full")
    def test_in_a_stage_is_explained_and_leaves_the_older_folder(self, stage):
        whole = contents(stage)

        def make(folder: Path) -> None:
            make_weights(folder)
            Path("/dev/full").write_bytes(b"x")

        with pytest.raises(PocketDigitsError, match=r"trained could not .* disk is full.* Free"):
            run_stage(stage, {}, make)
        assert contents(stage) == whole
        assert visible(stage.parent) == ["trained"]

    def test_that_a_library_reports_in_words_is_explained(self, tmp_path):
        def make(folder: Path) -> None:
            raise RuntimeError("I/O error: No space left on device (os error 28)")

        with pytest.raises(PocketDigitsError, match="disk is full"):
            run_stage(tmp_path / "stage", {}, make)

    def test_in_a_single_file_is_explained_and_leaves_the_older_file(self, tmp_path, monkeypatch):
        def fsync(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        path = tmp_path / "report.json"
        path.write_text("older")
        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(PocketDigitsError, match=r"report\.json could not .* disk is full"):
            write_atomically(path, "newer")
        assert contents(tmp_path) == {"report.json": b"older"}

    def test_is_not_blamed_for_other_failures(self, tmp_path):
        def make(folder: Path) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        with pytest.raises(PermissionError):
            run_stage(tmp_path / "stage", {}, make)


class TestDigest:
    def test_follows_the_contents_and_not_what_they_were_made_from(self, stage):
        before = fingerprint(stage)
        run_stage(stage, {"seed": 99}, make_weights)
        assert fingerprint(stage) == before
        run_stage(stage, {"seed": 100}, lambda folder: (folder / "notes.txt").write_text("n"))
        assert fingerprint(stage) != before

    @pytest.mark.parametrize("record", [None, "{", "{}"], ids=["missing", "truncated", "empty"])
    def test_of_an_unfinished_stage_is_refused(self, tmp_path, record):
        if record is not None:
            (tmp_path / "stage.json").write_text(record)
        with pytest.raises(PocketDigitsError, match=r"no readable stage\.json.* run again"):
            fingerprint(tmp_path)


class TestWriteAtomically:
    @pytest.mark.parametrize("data", ["größe\n", "größe\n".encode()], ids=["text", "bytes"])
    def test_writes_exactly_what_it_is_given(self, tmp_path, data):
        write_atomically(tmp_path / "file", data)
        assert contents(tmp_path) == {"file": "größe\n".encode()}

    def test_replaces_an_older_file(self, tmp_path):
        (tmp_path / "file").write_text("a longer older text")
        write_atomically(tmp_path / "file", "new")
        assert contents(tmp_path) == {"file": b"new"}


class TestReplaceFolder:
    def test_moves_into_an_empty_place(self, tmp_path):
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "file").touch()
        replace_folder(tmp_path / "new", tmp_path / "dist")
        assert contents(tmp_path) == {"dist/file": b""}

    def test_replaces_the_whole_older_folder(self, tmp_path):
        for name in ("new", "dist"):
            (tmp_path / name).mkdir()
            (tmp_path / name / f"of {name}").touch()
        replace_folder(tmp_path / "new", tmp_path / "dist")
        assert visible(tmp_path) == ["dist"]
        assert contents(tmp_path) == {"dist/of new": b""}

    def test_a_failure_leaves_the_older_folder(self, tmp_path):
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "file").touch()
        with pytest.raises(FileNotFoundError):
            replace_folder(tmp_path / "absent", tmp_path / "dist")
        assert contents(tmp_path) == {"dist/file": b""}
