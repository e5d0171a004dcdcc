"""A finished release is read as a whole, or refused with the name of what was changed."""

import json
import re
import shutil

import jsonschema
import pytest
from release_runs import forge

from pipeline.command import run
from pipeline.errors import PocketDigitsError
from release.manifest import SCHEMA_FILE, schema
from release.release import Release


@pytest.fixture
def dist(work, tmp_path):
    shutil.copytree(work / "dist", tmp_path / "dist")
    return tmp_path / "dist"


def edit(path, old, new):
    text = path.read_bytes()
    assert old in text
    path.write_bytes(text.replace(old, new, 1))


def place(dist):
    return next(path for path in dist.glob("*.rbxl") if "linear" in path.name)


def test_release_as_it_was_made_is_read(dist):
    assert Release.read(dist).manifest.version in place(dist).name


DAMAGES = {
    "weights edited": (
        lambda dist: edit(next(dist.glob("*linear.safetensors")), b"synthetic", b"mnist    "),
        r"linear\.safetensors was edited",
    ),
    "place cut short": (
        lambda dist: place(dist).write_bytes(place(dist).read_bytes()[:-1]),
        r"linear\.rbxl was edited: [\d,]+ bytes",
    ),
    "file missing": (lambda dist: place(dist).unlink(), r"linear\.rbxl is missing"),
    "file added": (
        lambda dist: (dist / "extra.exe").touch(),
        r"extra\.exe is no file of a release",
    ),
    "measurement edited": (
        lambda dist: edit(dist / "manifest.json", b'"accuracy": 0.', b'"accuracy": 0.9'),
        r"manifest\.json was edited: its SHA-256 is not the one in SHA256SUMS",
    ),
    "publishable edited": (
        lambda dist: edit(dist / "manifest.json", b'"publishable": false', b'"publishable": true'),
        r"manifest\.json: edited.* publishable is True, and not_publishable",
    ),
    "manifest of another program": (
        lambda dist: edit(dist / "manifest.json", b'"tools"', b'"programs"'),
        r"manifest\.json: edited, or of another version",
    ),
    "checksums edited": (
        lambda dist: edit(dist / "SHA256SUMS", b"0", b"1"),
        r"(SHA256SUMS|manifest\.json) was edited",
    ),
    "entry left out": (
        lambda dist: forge(dist, lambda manifest: manifest["files"].pop(0)),
        r"manifest\.json was edited: pocket-digits-.* is missing",
    ),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES.keys())
def test_release_that_was_changed_by_hand_names_what_was(dist, damage, message):
    damage(dist)
    with pytest.raises(PocketDigitsError, match=re.compile(message, re.DOTALL)):
        Release.read(dist)


def test_folder_without_a_manifest_is_no_release(tmp_path):
    with pytest.raises(PocketDigitsError, match=r"so .* is no release; run `nox"):
        Release.read(tmp_path)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not on PATH")
def test_sha256sum_checks_every_file(dist):
    lines = run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=dist).splitlines()
    assert sorted(lines) == sorted(
        f"{path.name}: OK" for path in dist.iterdir() if path.name != "SHA256SUMS"
    )
    place(dist).write_bytes(b"")
    with pytest.raises(PocketDigitsError, match="sha256sum"):
        run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=dist)


def test_manifest_is_valid_by_the_schema_in_the_repository(dist):
    content = json.loads(SCHEMA_FILE.read_bytes())
    validator = jsonschema.Draft202012Validator(content)
    validator.check_schema(content)
    manifest = json.loads((dist / "manifest.json").read_bytes())
    validator.validate(manifest)
    del manifest["commit"]
    with pytest.raises(jsonschema.ValidationError, match="'commit' is a required property"):
        validator.validate(manifest)


def test_schema_in_the_repository_is_that_of_the_program():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema(), "run `nox -s schema`"


def test_manifest_says_every_reason_against_publishing(dist):
    manifest = Release.read(dist).manifest
    assert not manifest.publishable
    development, synthetic = manifest.not_publishable
    assert "is a development version: commit everything and tag the commit" in development
    assert "its networks learnt from synthetic digits, expected mnist" in synthetic


def test_manifest_has_hashes_of_the_data_and_the_networks_as_they_were_trained(dist):
    manifest = Release.read(dist).manifest
    assert sorted(manifest.dataset_arrays) == ["x_test", "x_train", "y_test", "y_train"]
    trained = {each.name: each.training.epochs for each in manifest.architectures}
    assert trained == {"linear": 8, "hidden": 8}
