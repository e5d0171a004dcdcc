"""The whole line, from a YAML file to dist/, with networks and data as small as they can be."""

import errno
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from release_runs import CONFIG, hashes, run

from benchmarks import predictions
from benchmarks.drawings import pendigits
from benchmarks.measure import size
from benchmarks.measure.measure import NO_VALGRIND
from pipeline import command
from pipeline.quantized_network import description
from release.files import expected_files
from release.provenance import Checkout, Provenance, checkout

pytestmark = pytest.mark.slow

ATTRIBUTES = Path(__file__).parents[1] / "luau" / "attributes.luau"


def version():
    return checkout().version


def test_dist_holds_exactly_the_expected_files(work):
    names = {path.name for path in (work / "dist").iterdir()}
    assert names == expected_files(version(), ["linear", "hidden"])


def test_the_checksums_are_those_of_the_files(work):
    lines = (work / "dist" / "SHA256SUMS").read_text().splitlines()
    sums = {name: sha256 for sha256, name in (line.split("  ") for line in lines)}
    expected = hashes(work / "dist")
    del expected["SHA256SUMS"]
    assert sums == expected


def test_the_manifest_says_that_synthetic_networks_cannot_be_published(work):
    manifest = json.loads((work / "dist" / "manifest.json").read_text())
    assert (manifest["dataset"], manifest["publishable"]) == ("synthetic", False)
    assert {row["dataset"] for row in manifest["report"]["rows"]} == {"synthetic"}


def test_the_place_holds_every_approved_network_best_first(work, lune):
    place = work / "dist" / f"pocket-digits-{version()}.rbxl"
    rows = json.loads((work / "build" / "report.json").read_text())["rows"]
    ranked = sorted((-row["accuracy"], row["architecture"]) for row in rows)
    best = [name for _, name in ranked]
    index = size.scripts(lune, place)["models"]
    assert [index.index(f'"{name}"') for name in best] == sorted(
        index.index(f'"{name}"') for name in best
    )


def test_the_shipped_place_answers_as_was_measured(work, lune):
    place = work / "dist" / f"pocket-digits-{version()}.rbxl"
    test_set = work / "build" / "datasets" / "synthetic"
    images, labels = np.load(test_set / "x_test.npy"), np.load(test_set / "y_test.npy")
    for row in json.loads((work / "build" / "report.json").read_text())["rows"]:
        predicted = predictions.predict(lune, place, row["architecture"], images.tobytes())
        assert round(predictions.accuracy(predicted.labels, labels), 6) == row["accuracy"]


def test_places_and_library_say_what_they_are(work, lune):
    rows = json.loads((work / "build" / "report.json").read_text())["rows"]
    for file in sorted((work / "dist").glob("*.rbx*")):
        attributes = json.loads(command.run(lune, "run", ATTRIBUTES, file))
        assert attributes.pop("") == {
            "Version": version(),
            "Commit": checkout().commit,
            "Dataset": "synthetic",
        }
        held = [row for row in rows if f"models.{row['architecture']}" in attributes]
        assert len(attributes) == len(held) == (1 if file.stem[-6:] in ("linear", "hidden") else 2)
        for row in held:
            assert attributes[f"models.{row['architecture']}"]["Accuracy"] == row["accuracy"]


def test_loose_module_is_what_was_measured_below_one_line(work):
    for name in ("linear", "hidden"):
        shipped = work / "dist" / f"pocket-digits-{version()}-{name}.luau"
        first, measured = shipped.read_bytes().split(b"\n", 1)
        assert first.decode() == f"-- {Provenance(version(), checkout().commit, 'synthetic')}"
        module = work / "build" / name / "seed-1" / "exported" / f"{name}.luau"
        assert measured == module.read_bytes()


def test_weights_say_where_they_are_from(work):
    shipped = work / "dist" / f"pocket-digits-{version()}-linear.safetensors"
    described = description(shipped)
    assert Checkout(described["version"], described["commit"]) == checkout()
    assert (described["dataset"], described["architecture"]) == ("synthetic", "linear")


def test_all_files_may_be_read_by_the_same_people(work):
    modes = {path.name: path.stat().st_mode for path in (work / "dist").iterdir()}
    assert len(set(modes.values())) == 1, modes


def test_luau_agrees_with_keras_on_every_clear_image(work):
    rows = json.loads((work / "build" / "report.json").read_text())["rows"]
    assert [row["keras_disagreements"] for row in rows] == [0, 0]


def test_what_was_not_measured_says_why(work):
    for row in json.loads((work / "build" / "report.json").read_text())["rows"]:
        missing = {name for name, value in row.items() if value is None}
        assert missing == row["not_measured"].keys()
        assert row["not_measured"]["instructions_per_inference"] == NO_VALGRIND


@pytest.mark.skipif(
    not os.environ.get(pendigits.VARIABLE),
    reason=f"needs people's drawings: set {pendigits.VARIABLE} to pendigits-orig.tra",
)
def test_as_many_drawings_are_shown_as_the_recipe_has_test_images(work):
    for row in json.loads((work / "build" / "report.json").read_text())["rows"]:
        assert (row["drawn"]["digits"], row["drawn"]["writers"]) == (60, 30)
        assert row["drawn_accuracy"] == row["drawn"]["accuracy"]
        folder = work / "build" / row["architecture"] / "seed-1" / "drawn"
        assert (folder / "mistakes.png").is_file()


def test_every_seed_is_trained_and_read_and_the_first_ships(work):
    for row in json.loads((work / "build" / "report.json").read_text())["rows"]:
        assert row["seeds"] == [1, 2]
        assert row["accuracy"] == row["seed_accuracies"][0]
        assert row["accuracy_worst"] == min(row["seed_accuracies"])


def test_a_repeated_release_skips_every_stage_and_gives_the_same_bytes(work):
    before = hashes(work / "dist")
    result = run(work)
    assert result.exit_code == 0, result.output
    for stage in (
        "train linear, seed 2",
        "quantize hidden, seed 1",
        "export linear, seed 1",
        "measure hidden in its place",
    ):
        assert f"{stage}: unchanged" in result.output
    assert f"fill {work / 'dist'}: unchanged" in result.output
    assert hashes(work / "dist") == before


def test_a_released_file_that_was_edited_is_made_again(work):
    before = hashes(work / "dist")
    for name in ("manifest.json", f"pocket-digits-{version()}-linear.safetensors"):
        (work / "dist" / name).write_bytes(b"edited")
    result = run(work)
    assert result.exit_code == 0, result.output
    assert f"fill {work / 'dist'}: unchanged" not in result.output
    assert hashes(work / "dist") == before


def test_the_table_ends_in_the_path_of_what_to_open(work):
    output = run(work).output
    assert "linear" in output
    assert f"Open {work / 'dist' / f'pocket-digits-{version()}.rbxl'}" in output


def test_named_architectures_alone_are_released(work):
    result = run(work, "hidden", dist="only")
    assert result.exit_code == 0, result.output
    names = {path.name for path in (work / "only").iterdir()}
    assert names == expected_files(version(), ["hidden"])


@pytest.mark.parametrize(
    ("figure", "old", "new"),
    [
        ("accuracy", "synthetic: 0.2", "synthetic: 0.999"),
        ("model_luau_bytes", "at_most: 20000", "at_most: 100"),
        ("cost_ratio", "at_most: 0.5", "at_most: 0.000001"),
    ],
)
def test_a_violation_keeps_its_network_out_and_fails_after_the_others(work, figure, old, new):
    # The anchor's limits are hidden's too, unless it has its own.
    own = CONFIG[CONFIG.index("    limits:") : CONFIG.index("  hidden:")]
    (work / "strict.yaml").write_text(CONFIG.replace(old, new) + own)
    result = run(work, config="strict.yaml", dist="strict")
    assert result.exit_code == 1
    assert f"linear: {figure} is" in result.output
    assert new.split()[-1] in result.output.replace("1e-06", "0.000001")
    names = {path.name for path in (work / "strict").iterdir()}
    assert names == expected_files(version(), ["hidden"])


def test_when_nothing_is_approved_nothing_older_stays_in_dist(work):
    (work / "strict.yaml").write_text(CONFIG.replace("synthetic: 0.2", "synthetic: 0.999"))
    shutil.copytree(work / "dist", work / "older")
    result = run(work, config="strict.yaml", dist="older")
    assert result.exit_code == 1
    assert not (work / "older").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs: 8", "epoch: 8", "unknown key 'epoch'"),
        ("type: dense", "type: convolution", "Input tag 'convolution'"),
        ("units: 12", "units: -12", "found -12"),
        ("  hidden:", "  linear:", "duplicate key"),
        ("learning_rate: 0.02", "learning_rate: 1.0e+38", "became NaN or infinite"),
    ],
)
def test_a_users_mistake_ends_in_one_message_and_leaves_dist_alone(work, old, new, message):
    (work / "wrong.yaml").write_text(CONFIG.replace(old, new))
    before = hashes(work / "dist")
    result = run(work, "linear", "--seeds", "1", config="wrong.yaml")
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output
    assert hashes(work / "dist") == before
    assert run(work).exit_code == 0  # and what was made before is not lost


def test_a_checkout_that_changes_during_a_run_is_refused(work, monkeypatch):
    begun = Checkout("1.2.4-dev.1.g0123456789", "0123456789")
    edited = Checkout(f"{begun.version}.dirty", begun.commit)
    monkeypatch.setattr("release.__main__.checkout", lambda: begun)
    monkeypatch.setattr("release.line.checkout", lambda: edited)
    before = hashes(work / "dist")
    result = run(work)
    assert result.exit_code == 1
    assert "was 1.2.4-dev.1.g0123456789 and is 1.2.4-dev.1.g0123456789.dirty now" in result.output
    assert hashes(work / "dist") == before


def test_a_tag_without_an_entry_in_the_changelog_is_refused_before_anything_begins(
    work, monkeypatch
):
    monkeypatch.setattr("release.__main__.checkout", lambda: Checkout("9.9.9", None))
    result = run(work)
    assert result.exit_code == 1
    assert 'no entry for 9.9.9, expected one heading "## 9.9.9 - YYYY-MM-DD"' in result.output


def test_a_missing_configuration_is_named(work):
    result = run(work, config="nowhere.yaml")
    assert result.exit_code == 1
    assert "nowhere.yaml: no such file" in result.output


def test_a_folder_that_holds_anything_else_is_not_replaced(work, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    result = run(work, dist=theirs)
    assert result.exit_code == 1
    assert "no release of ours" in result.output
    assert [path.name for path in theirs.iterdir()] == ["thesis.txt"]


def test_a_folder_that_may_not_be_written_is_named(work, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/dist")

    monkeypatch.setattr("release.line.bundle", refuse)
    result = run(work)
    assert result.exit_code == 1
    assert "error: /srv/dist: Permission denied; allow writing there" in result.output
