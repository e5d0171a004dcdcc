import errno
import gc
import hashlib
import os
import socket
import threading
import zipfile
from pathlib import Path

import numpy as np
import pooch
import pytest
from loopback import Server

from pipeline.datasets import download, mnist
from pipeline.datasets.dataset import Dataset
from pipeline.datasets.mnist import MnistUnavailable
from pipeline.errors import PocketDigitsError

IMAGES = np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28)
LABELS = np.array([7, 2, 1], np.uint8)
TINY = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:2], "y_test": LABELS[:2]}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine without MNIST; three images stand for all of it."""
    expected = {name: (array.shape, sha256(array.tobytes())) for name, array in TINY.items()}
    monkeypatch.setattr(mnist, "ARRAYS", expected)
    monkeypatch.setattr(mnist, "URL", "http://127.0.0.1:1/mnist.npz")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv(mnist.VARIABLE, raising=False)
    monkeypatch.setattr(pooch.core.time, "sleep", lambda seconds: None)


@pytest.fixture
def good(tmp_path) -> Path:
    np.savez_compressed(tmp_path / "good.npz", **TINY)
    return tmp_path / "good.npz"


def cached() -> Path:
    path = mnist.keras_cache() / "mnist.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def is_tiny(found: Dataset) -> bool:
    return all(np.array_equal(getattr(found, name), array) for name, array in TINY.items())


class TestNamedFile:
    def test_is_read(self, good, monkeypatch):
        monkeypatch.setenv(mnist.VARIABLE, str(good))
        assert is_tiny(mnist.load())

    def test_may_be_repacked(self, tmp_path, monkeypatch):
        np.savez(tmp_path / "stored.npz", extra=LABELS, **TINY)
        monkeypatch.setenv(mnist.VARIABLE, str(tmp_path / "stored.npz"))
        assert is_tiny(mnist.load())

    def test_comes_before_keras_cache(self, good, monkeypatch):
        cached().write_bytes(b"damaged")
        monkeypatch.setenv(mnist.VARIABLE, str(good))
        assert is_tiny(mnist.load())

    def refused(self, path: Path, monkeypatch) -> str:
        np.savez(cached(), **TINY)  # a good file elsewhere does not replace a bad named one
        monkeypatch.setenv(mnist.VARIABLE, str(path))
        with pytest.raises(PocketDigitsError) as caught:
            mnist.load()
        message = str(caught.value)
        assert not isinstance(caught.value, MnistUnavailable)
        assert message.startswith(f"{path}: ")
        assert f"Set {mnist.VARIABLE} to a good mnist.npz, or unset it" in message
        return message

    def test_that_is_missing_is_refused(self, tmp_path, monkeypatch):
        assert "no such file" in self.refused(tmp_path / "absent.npz", monkeypatch)

    def test_that_is_a_folder_is_refused(self, tmp_path, monkeypatch):
        assert "no .npz file" in self.refused(tmp_path, monkeypatch)

    @pytest.mark.parametrize("data", [b"", b"<html>not found</html>"], ids=["empty", "a web page"])
    def test_that_is_no_npz_is_refused(self, tmp_path, monkeypatch, data):
        (tmp_path / "file.npz").write_bytes(data)
        assert "no .npz file" in self.refused(tmp_path / "file.npz", monkeypatch)

    def test_that_is_a_single_npy_array_is_refused(self, tmp_path, monkeypatch):
        np.save(tmp_path / "file.npy", IMAGES)
        assert "no .npz file" in self.refused(tmp_path / "file.npy", monkeypatch)

    def test_that_holds_pickles_is_refused(self, tmp_path, monkeypatch):
        np.savez(tmp_path / "file.npz", **{**TINY, "y_train": np.array([{}, 1], dtype=object)})
        assert "allow_pickle=False" in self.refused(tmp_path / "file.npz", monkeypatch)

    def test_that_lacks_an_array_is_refused_by_its_name(self, tmp_path, monkeypatch):
        np.savez(tmp_path / "file.npz", x_train=IMAGES, y_train=LABELS)
        assert "holds no array x_test" in self.refused(tmp_path / "file.npz", monkeypatch)

    def test_with_one_other_pixel_is_refused_with_both_hashes(self, tmp_path, monkeypatch):
        other = IMAGES.copy()
        other[1, 14, 14] ^= 1
        np.savez(tmp_path / "file.npz", **{**TINY, "x_train": other})
        message = self.refused(tmp_path / "file.npz", monkeypatch)
        assert "its x_train is not MNIST's" in message
        assert f"SHA-256 {sha256(other.tobytes())}, expected" in message
        assert f"SHA-256 {sha256(IMAGES.tobytes())}. " in message

    @pytest.mark.parametrize(
        ("array", "found"),
        [
            pytest.param(IMAGES.reshape(3, 784), "found uint8 (3, 784)", id="flat images"),
            pytest.param(IMAGES.view(np.int8), "found int8 (3, 28, 28)", id="another type"),
            pytest.param(IMAGES[:0], "found uint8 (0, 28, 28)", id="no images"),
        ],
    )
    def test_with_an_array_of_another_form_is_refused(self, tmp_path, monkeypatch, array, found):
        np.savez(tmp_path / "file.npz", **{**TINY, "x_train": array})
        assert found in self.refused(tmp_path / "file.npz", monkeypatch)

    def test_whose_member_is_no_array_is_refused(self, good, tmp_path, monkeypatch):
        with zipfile.ZipFile(tmp_path / "file.npz", "w") as file:
            for name in TINY:
                file.writestr(f"{name}.npy", "text")
        assert "x_train" in self.refused(tmp_path / "file.npz", monkeypatch)

    def test_cut_short_anywhere_is_refused(self, good, tmp_path, monkeypatch):
        whole, cut = good.read_bytes(), tmp_path / "cut.npz"
        for length in range(0, len(whole), 11):
            cut.write_bytes(whole[:length])
            self.refused(cut, monkeypatch)

    @pytest.mark.parametrize(
        ("save", "step"),
        [
            pytest.param(np.savez, 23, id="stored"),
            pytest.param(np.savez_compressed, 3, id="deflated"),
        ],
    )
    def test_with_any_byte_flipped_is_refused_or_still_mnist(
        self, tmp_path, monkeypatch, save, step
    ):
        path = tmp_path / "file.npz"
        save(path, **TINY)
        whole = path.read_bytes()
        monkeypatch.setenv(mnist.VARIABLE, str(path))
        refusals = 0
        for position in range(0, len(whole), step):
            path.write_bytes(
                whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]
            )
            try:
                assert is_tiny(mnist.load())
            except PocketDigitsError:
                refusals += 1
        assert refusals > len(whole) / step / 2


class TestKerasCache:
    def test_is_used(self):
        np.savez(cached(), **TINY)
        assert is_tiny(mnist.load())

    def test_is_in_the_home_folder_unless_keras_home_is_set(self, monkeypatch, tmp_path):
        assert mnist.keras_cache() == tmp_path / "keras" / "datasets"
        monkeypatch.delenv("KERAS_HOME")
        assert mnist.keras_cache() == Path.home() / ".keras" / "datasets"

    def test_that_is_damaged_is_refused_and_kept(self):
        cached().write_bytes(b"damaged")
        with pytest.raises(PocketDigitsError, match=r"damaged.* Delete .*mnist\.npz and run again"):
            mnist.load()
        assert cached().read_bytes() == b"damaged"


# pooch leaves the connection of a refused request to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
class TestDownload:
    @pytest.fixture
    def server(self, good, monkeypatch):
        server = Server(good.read_bytes(), "mnist.npz")
        monkeypatch.setattr(mnist, "URL", server.url)
        monkeypatch.setattr(mnist, "FILE_SHA256", sha256(server.body))
        yield server
        server.close()
        gc.collect()

    def unavailable(self) -> str:
        with pytest.raises(MnistUnavailable) as caught:
            mnist.load()
        message = str(caught.value)
        assert mnist.URL in message
        assert f"set {mnist.VARIABLE}" in message
        assert list(mnist.keras_cache().glob("*")) == []
        return message

    def test_lands_in_keras_cache(self, server, good):
        assert is_tiny(mnist.load())
        assert cached().read_bytes() == good.read_bytes()
        assert is_tiny(mnist.load())
        assert server.gets == 1

    def test_reports_its_progress(self, server):
        reports: list[tuple[float, str]] = []
        mnist.load(lambda fraction, text: reports.append((fraction, text)))
        assert [fraction for fraction, _ in reports] == sorted(fraction for fraction, _ in reports)
        assert reports[-1] == (1.0, "downloading MNIST, 0.0 of 0.0 MB")

    def test_is_tried_again_after_a_passing_failure(self, server):
        server.statuses = [503]
        assert is_tiny(mnist.load())
        assert server.gets == 2

    def test_that_is_not_found_leaves_mnist_unavailable(self, server):
        server.statuses = [404] * 9
        assert "404" in self.unavailable()
        assert server.gets == 1 + download.RETRIES

    def test_that_is_cut_short_leaves_mnist_unavailable(self, server):
        server.promised = len(server.body)
        server.body = server.body[:100]
        assert "IncompleteRead" in self.unavailable()

    def test_of_something_else_leaves_mnist_unavailable(self, server):
        server.body = b"x" * len(server.body)
        assert "does not match the known hash" in self.unavailable()

    def test_without_a_connection_leaves_mnist_unavailable(self, monkeypatch):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        monkeypatch.setattr(mnist, "URL", f"http://127.0.0.1:{port}/mnist.npz")
        assert f"no connection to 127.0.0.1:{port}" in self.unavailable()

    def test_gives_up_soon_where_nothing_answers(self, monkeypatch):
        monkeypatch.setattr(download, "SECONDS_TO_ANSWER", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            monkeypatch.setattr(mnist, "URL", f"http://127.0.0.1:{port}/mnist.npz")
            assert "no " in self.unavailable()

    def test_gives_up_soon_where_a_name_is_looked_up_forever(self, monkeypatch):
        looked_up = threading.Event()
        monkeypatch.setattr(download, "SECONDS_TO_ANSWER", 0.2)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: looked_up.wait(60) and [])
        assert "no answer from 127.0.0.1:1 within 0.2 seconds" in self.unavailable()
        looked_up.set()

    def test_that_fills_the_disk_does_not_make_mnist_unavailable(self, server, monkeypatch):
        def move(source: str, target: str) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(pooch.core.shutil, "move", move)
        with pytest.raises(PocketDigitsError, match="disk is full") as caught:
            mnist.load()
        assert not isinstance(caught.value, MnistUnavailable)


class TestTheRealData:
    @pytest.fixture(autouse=True)
    def real(self, machine, request, monkeypatch):
        monkeypatch.undo()
        path = os.environ.get(mnist.VARIABLE)
        if not path:
            pytest.skip(f"needs MNIST: set {mnist.VARIABLE} to its mnist.npz")

    def test_has_all_images_and_a_label_for_each(self):
        found = mnist.load()
        assert found.x_train.shape == (60000, 28, 28)
        assert found.x_test.shape == (10000, 28, 28)
        assert np.bincount(found.y_train).sum() == 60000
        assert len(np.unique(found.y_test)) == 10

    def test_has_a_fingerprint_that_never_changes(self):
        assert mnist.load().fingerprint.startswith("c473ce9de4170e6f")
