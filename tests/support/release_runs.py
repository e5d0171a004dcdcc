"""Whole runs of `nox -s release`, with networks and data as small as they can be."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest
from shared_fixtures import made_once
from typer.testing import CliRunner

from benchmarks.drawings import pendigits
from benchmarks.measure import callgrind
from pipeline.fingerprint import REPOSITORY
from release.__main__ import app

CONFIG = """
recipes:
  standard: {about: as small as it can be, train_images: 1200, test_images: 60, seeds: 2}
architectures:
  linear: &linear
    about: a perceptron
    layers: [{type: flatten}, {type: dense, units: 10, activation: sigmoid}]
    number_format: int8
    training: {epochs: 8, batch_size: 50, learning_rate: 0.02, seed: 1}
    limits:
      accuracy: {at_least: {mnist: 0.2, synthetic: 0.2}, reason: better than guessing}
      model_luau_bytes: {at_most: 20000, reason: what they take}
      cost_ratio: {at_most: 0.5, reason: far below the baseline}
  hidden:
    <<: *linear
    about: with a hidden layer
    layers:
      - {type: flatten}
      - {type: dense, units: 12, activation: relu}
      - {type: dense, units: 10, activation: softmax}
"""


# Wall time stands in for valgrind; what is counted under valgrind is tested in test_cost.py.
BY_THE_CLOCK = (
    "from benchmarks.measure import callgrind; callgrind.is_here = lambda: False;"
    "from release.__main__ import app; app()"
)
# No test downloads people's drawings.
OFFLINE = {} if os.environ.get(pendigits.VARIABLE) else {"HTTPS_PROXY": "http://127.0.0.1:1"}


@pytest.fixture(scope="session")
def released(tmp_path_factory, worker_id, lune, rojo):
    """A folder with the configuration and one finished release, not to be changed."""

    def make(folder):
        (folder / "networks.yaml").write_text(CONFIG)
        result = run(folder)
        assert result.exit_code == 0, result.output

    return made_once(tmp_path_factory, worker_id, "release", make)


@pytest.fixture
def work(released, tmp_path):
    """A copy of `released` that a test may change."""
    return shutil.copytree(released, tmp_path / "release")


def arguments(folder, config="networks.yaml", dist="dist"):
    return [
        *("--dataset", "synthetic", "--config", str(folder / config)),
        *("--build", str(folder / "build"), "--dist", str(folder / dist)),
    ]


def run(folder, *names, config="networks.yaml", dist="dist"):
    """Release from a folder, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callgrind, "is_here", lambda: False)
        for name, value in OFFLINE.items():
            patch.setenv(name, value)
        return CliRunner().invoke(app, ["release", *names, *arguments(folder, config, dist)])


def start(folder, *names, **env):
    """Begin to release from a folder, in a process of its own."""
    words = [sys.executable, "-c", BY_THE_CLOCK, "release", *names, *arguments(folder)]
    return subprocess.Popen(
        words,
        cwd=REPOSITORY,
        env={**os.environ, **OFFLINE, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def reproducible(folder):
    """Return the hashes of those files of a release that are the same in every build."""
    left_out = json.loads((folder / "manifest.json").read_text())["not_reproducible"]
    return {name: sha256 for name, sha256 in hashes(folder).items() if name not in left_out}


def forge(dist, change):
    """Change a release's manifest and hide it: every hash and checksum is made to fit."""
    path = dist / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for entry in manifest["files"]:
        data = (dist / entry["name"]).read_bytes()
        entry.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    change(manifest)
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    sums = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    sums["manifest.json"] = hashlib.sha256(path.read_bytes()).hexdigest()
    lines = [f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items())]
    (dist / "SHA256SUMS").write_text("".join(lines))
