"""A release is verified: rebuilt from its weights and compared, byte for byte."""

import re
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from release_runs import forge, hashes
from rich.console import Console
from typer.testing import CliRunner

from pipeline.errors import PocketDigitsError
from pipeline.progress import Progress
from pipeline.quantized_network import QuantizedNetwork, description
from release.__main__ import app
from release.download import SERVER_VARIABLE, download
from release.verification import reason_unverified


@pytest.fixture
def dist(work, tmp_path):
    shutil.copytree(work / "dist", tmp_path / "dist")
    return tmp_path / "dist"


def verify(*words):
    return CliRunner().invoke(app, ["verify", *map(str, words)])


def test_release_is_what_its_weights_make(dist, tmp_path):
    result = verify(dist, "--build", tmp_path / "build")
    assert result.exit_code == 0, result.output
    assert "11 files rebuilt from the released weights are the same" in result.output
    assert "manifest.json: not rebuilt, because it holds times" in result.output
    assert reason_unverified(dist, tmp_path / "build") is None


def test_forged_release_is_refused_with_what_differs_in_each_file(dist, tmp_path):
    """Whoever forges files and figures can forge checksums as well."""
    module = next(dist.glob("*linear.luau"))
    module.write_bytes(module.read_bytes().replace(b'"linear"', b'"linear2"', 1))
    shutil.copyfile(next(dist.glob("*hidden.rbxl")), next(dist.glob("*linear.rbxl")))
    weights = next(dist.glob("*hidden.safetensors"))
    source = description(weights)["source"]
    QuantizedNetwork.load(weights).save(weights, version="9.9.9", commit=None, source=source)

    def better(manifest):
        for row in manifest["report"]["rows"]:
            if row["architecture"] == "hidden":
                row["uncertain"] = 0.0  # which no other file holds
                row["weight_bytes"] += 1

    forge(dist, better)
    result = verify(dist, "--build", tmp_path / "build")
    assert result.exit_code == 1
    assert "it was not verified" in reason_unverified(dist, tmp_path / "build")
    output = result.output
    assert re.search(r"linear\.luau differs: line \d+, column \d+: .*linear2", output)
    assert re.search(r"linear\.rbxl differs: script models, models\.hidden, models\.lin", output)
    assert re.search(r"hidden\.safetensors differs: metadata commit, version", output)
    assert re.search(r"hidden\.rbxl differs: not its scripts: its attributes", output)
    assert re.search(r"\.rbxm differs: not its scripts: its attributes", output)


def test_release_of_another_commit_names_the_one_to_check_out(dist):
    forge(dist, lambda manifest: manifest.update(commit="0123abc"))
    result = verify(dist)
    assert result.exit_code == 1
    assert "run `git checkout 0123abc`" in result.output


def test_edited_release_is_refused_before_anything_is_built(dist):
    next(dist.glob("*linear.safetensors")).write_bytes(b"")
    result = verify(dist)
    assert result.exit_code == 1
    assert "linear.safetensors was edited" in result.output


def test_weights_that_say_nothing_of_their_network_are_refused(dist):
    weights = next(dist.glob("*linear.safetensors"))
    weights.write_bytes(weights.read_bytes().replace(b"uncertain_below", b"uncertain_above"))
    forge(dist, lambda manifest: None)
    result = verify(dist)
    assert result.exit_code == 1
    assert "linear.safetensors: not weights of a release: KeyError" in result.output


@pytest.mark.parametrize("word", ["nowhere", "1.2", "v1.2.3"])
def test_what_is_no_folder_and_no_version_is_refused(word):
    result = verify(word)
    assert result.exit_code == 1
    assert f"'{word}' is neither a folder nor a version" in result.output


class TestDownload:
    @pytest.fixture
    def published(self, dist, tmp_path, monkeypatch):
        """Serve the release as version 1.2.3 of owner/name."""
        folder = tmp_path / "site" / "owner" / "name" / "releases" / "download" / "v1.2.3"
        shutil.copytree(dist, folder)
        handler = partial(QuietHandler, directory=str(tmp_path / "site"))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv(SERVER_VARIABLE, f"http://127.0.0.1:{server.server_port}")
        yield folder
        server.shutdown()
        server.server_close()

    @pytest.fixture
    def progress(self):
        with Progress(Console(quiet=True)) as progress:
            yield progress

    def test_gets_every_file(self, published, tmp_path, progress):
        download("1.2.3", "owner/name", tmp_path / "got", progress)
        assert hashes(tmp_path / "got") == hashes(published)

    def test_of_a_file_that_is_not_the_manifests_is_refused(self, published, tmp_path, progress):
        next(published.glob("*linear.rbxl")).write_bytes(b"other")
        with pytest.raises(PocketDigitsError, match=r"linear\.rbxl cannot be downloaded"):
            download("1.2.3", "owner/name", tmp_path / "got", progress)

    def test_of_a_version_that_is_not_there_is_refused(self, published, tmp_path, progress):
        with pytest.raises(
            PocketDigitsError, match=r"v9\.9\.9/manifest\.json cannot be downloaded"
        ):
            download("9.9.9", "owner/name", tmp_path / "got", progress)

    def test_of_a_file_outside_the_folder_is_refused(self, published, tmp_path, progress):
        forge(published, lambda manifest: manifest["files"][0].update(name="../../evil"))
        with pytest.raises(PocketDigitsError, match=r"'\.\./\.\./evil' is no name of a file"):
            download("1.2.3", "owner/name", tmp_path / "got", progress)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass
