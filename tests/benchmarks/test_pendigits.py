"""Where the digits that people drew come from, and what becomes of a bad file."""

import gc
import hashlib
import io
import os
import shutil
import socket
import subprocess
import zipfile
from pathlib import Path

import pooch
import pytest
from loopback import Server
from pendigits_file import compressed, segment, text

from benchmarks.drawings import pendigits
from benchmarks.drawings.pendigits import PendigitsUnavailable
from pipeline.errors import PocketDigitsError

TEXT = text(*(segment(n % 10, 1 + n // 10, [[(n, 300), (n, 100)]]) for n in range(40))).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def archive(packed: bytes) -> bytes:
    return zipped({pendigits.MEMBER: packed, "pendigits.names": b"who wrote them"})


ARCHIVE = archive(compressed(TEXT))


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine that has no drawings yet; forty digits stand for all of them."""
    monkeypatch.setattr(pendigits, "SHA256", hashlib.sha256(TEXT).hexdigest())
    monkeypatch.setattr(pendigits, "URL", "http://127.0.0.1:1/pendigits.zip")
    monkeypatch.setenv("POCKET_DIGITS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv(pendigits.VARIABLE, raising=False)
    monkeypatch.setattr(pooch.core.time, "sleep", lambda seconds: None)


@pytest.fixture
def good(tmp_path) -> Path:
    (tmp_path / "good.tra").write_bytes(TEXT)
    return tmp_path / "good.tra"


def cached() -> Path:
    path = pendigits.cached_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


class TestNamedFile:
    def test_is_found_and_read(self, good, monkeypatch):
        monkeypatch.setenv(pendigits.VARIABLE, str(good))
        assert pendigits.find() == good
        assert len(pendigits.read(good)) == 40

    def test_comes_before_the_cache(self, good, monkeypatch):
        cached().write_bytes(b"damaged")
        monkeypatch.setenv(pendigits.VARIABLE, str(good))
        assert pendigits.find() == good

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(TEXT[:-1], id="cut short"),
            pytest.param(TEXT.replace(b"300", b"301", 1), id="one other coordinate"),
            pytest.param(b"", id="empty"),
            pytest.param(compressed(TEXT), id="still compressed"),
            pytest.param(TEXT.replace(b"\n", b"\r\n"), id="other line ends"),
        ],
    )
    def test_that_is_another_is_refused_with_both_hashes(self, tmp_path, monkeypatch, data):
        path = tmp_path / "file.tra"
        path.write_bytes(data)
        cached().write_bytes(TEXT)  # a good file elsewhere does not excuse a bad named one
        message = self.refused(path, monkeypatch)
        assert f"found SHA-256 {hashlib.sha256(data).hexdigest()}" in message
        assert f"expected {pendigits.SHA256}" in message

    @pytest.mark.parametrize("name", ["absent.tra", "."], ids=["missing", "a folder"])
    def test_that_cannot_be_read_is_refused(self, tmp_path, monkeypatch, name):
        assert "directory" in self.refused(tmp_path / name, monkeypatch)

    def refused(self, path: Path, monkeypatch) -> str:
        monkeypatch.setenv(pendigits.VARIABLE, str(path))
        with pytest.raises(PocketDigitsError) as caught:
            pendigits.find()
        message = str(caught.value)
        assert not isinstance(caught.value, PendigitsUnavailable)
        assert message.startswith(f"{path}: ")
        assert f"Set {pendigits.VARIABLE} to a good pendigits-orig.tra, or unset it" in message
        return message


class TestCache:
    def test_is_used(self):
        cached().write_bytes(TEXT)
        assert pendigits.find() == cached()

    def test_that_is_damaged_is_refused_and_kept(self):
        cached().write_bytes(TEXT[:100])
        with pytest.raises(PocketDigitsError, match=r"damaged.* Delete .*\.tra and run again"):
            pendigits.find()
        assert cached().read_bytes() == TEXT[:100]


@pytest.mark.skipif(shutil.which("gzip") is None, reason="needs gzip to compare with")
def test_what_the_tests_compress_is_what_gzip_reads_too():
    done = subprocess.run(["gzip", "-dc"], input=compressed(TEXT), capture_output=True, check=True)
    assert done.stdout == TEXT


# pooch leaves the connection of a refused request to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
class TestDownload:
    @pytest.fixture
    def server(self, monkeypatch):
        server = Server(ARCHIVE, "pendigits.zip")
        monkeypatch.setattr(pendigits, "URL", server.url)
        yield server
        server.close()
        gc.collect()

    def serve(self, server: Server, body: bytes) -> None:
        server.body, server.promised = body, len(body)

    def unavailable(self) -> str:
        with pytest.raises(PendigitsUnavailable) as caught:
            pendigits.find()
        message = str(caught.value)
        assert pendigits.URL in message
        assert f"set {pendigits.VARIABLE}" in message
        assert not pendigits.cached_file().exists()
        return message

    def test_is_unpacked_into_the_cache_once(self, server):
        assert pendigits.find() == pendigits.cached_file()
        assert cached().read_bytes() == TEXT
        pendigits.find()
        assert server.gets == 1

    def test_reports_its_progress(self, server):
        reports = []
        pendigits.find(lambda fraction, told: reports.append((fraction, told)))
        assert reports[-1] == (1.0, "downloading digits that people drew, 0.0 of 0.0 MB")

    def test_is_tried_again_after_a_passing_failure(self, server):
        server.statuses = [503]
        assert pendigits.find() == pendigits.cached_file()

    def test_that_is_not_found_leaves_the_drawings_unavailable(self, server):
        server.statuses = [404] * 9
        assert "404" in self.unavailable()

    def test_that_is_cut_short_leaves_the_drawings_unavailable(self, server):
        server.body = server.body[:100]
        assert "IncompleteRead" in self.unavailable()

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            pytest.param(b"<html>moved</html>", "not a zip file", id="a web page"),
            pytest.param(ARCHIVE[:-30], "not a zip file", id="an archive without its end"),
            pytest.param(
                zipped({"pendigits.names": b""}), "no item named", id="an archive of others"
            ),
            pytest.param(archive(b"text"), "Header", id="no compressed file"),
            pytest.param(archive(compressed(TEXT)[:-40]), "SHA-256", id="a part of it"),
            pytest.param(archive(compressed(TEXT[1:])), "SHA-256", id="another text"),
        ],
    )
    def test_of_something_else_leaves_the_drawings_unavailable(self, server, body, told):
        self.serve(server, body)
        assert told in self.unavailable()

    def test_with_any_byte_changed_is_unavailable_or_still_the_text(self, server):
        refusals = 0
        for position in range(0, len(ARCHIVE), 61):
            changed = bytes([ARCHIVE[position] ^ 0xFF])
            self.serve(server, ARCHIVE[:position] + changed + ARCHIVE[position + 1 :])
            try:
                assert pendigits.find().read_bytes() == TEXT
                pendigits.cached_file().unlink()
            except PendigitsUnavailable:
                refusals += 1
        assert refusals > 0

    def test_without_a_connection_leaves_the_drawings_unavailable(self, monkeypatch):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        monkeypatch.setattr(pendigits, "URL", f"http://127.0.0.1:{port}/pendigits.zip")
        assert f"no connection to 127.0.0.1:{port}" in self.unavailable()


class TestTheRealFile:
    @pytest.fixture(autouse=True)
    def real(self, machine, monkeypatch):
        monkeypatch.undo()
        if not os.environ.get(pendigits.VARIABLE):
            pytest.skip(f"needs people's drawings: set {pendigits.VARIABLE} to pendigits-orig.tra")

    def test_holds_7494_digits_of_30_writers(self):
        drawings = pendigits.read(pendigits.find())
        assert len(drawings) == 7494
        assert {drawing.writer for drawing in drawings} == set(range(1, 31))
        assert {drawing.digit for drawing in drawings} == set(range(10))
        assert sum(len(drawing.strokes) for drawing in drawings) == 9433
