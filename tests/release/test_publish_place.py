"""The approved place goes to Roblox, and nothing else does; Open Cloud is a server on loopback."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dist_files
import pytest
from typer.testing import CliRunner

from release.publish.__main__ import app

KEY = "rbx-0p3nCl0ud"


class OpenCloud:
    """Takes places: `responses` are statuses (and headers) to give before it does."""

    def __init__(self):
        self.responses, self.received, self.requests = [], [], 0
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_POST(self):
                cloud.requests += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = cloud.responses.pop(0) if cloud.responses else (200, {})
                if self.headers["x-api-key"] != KEY:
                    status = 401
                if status == 200:
                    cloud.received.append((self.path, self.headers["Content-Type"], body))
                taken = f'{{"versionNumber": {40 + len(cloud.received)}}}'
                no = json.dumps({"message": f"no to {self.headers['x-api-key']}"})
                text = (taken if status == 200 else no).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def cloud(monkeypatch):
    double = OpenCloud()
    monkeypatch.setenv("ROBLOX_API_URL", double.url)
    monkeypatch.setenv("ROBLOX_API_KEY", KEY)
    monkeypatch.setenv("ROBLOX_UNIVERSE_ID", "11")
    monkeypatch.setenv("ROBLOX_PLACE_ID", "22")
    yield double
    double.close()


@pytest.fixture
def work(tmp_path, cloud, waits):
    dist_files.make(tmp_path)
    return tmp_path


def publish(folder, *more):
    arguments = ["--dist", str(folder / "dist"), "--build", str(folder / "build"), *more]
    result = CliRunner().invoke(app, ["publish-place", *arguments])
    assert KEY not in result.output + repr(result.exception)
    return result


@pytest.mark.parametrize("kind", ["saved", "published"])
def test_the_place_becomes_a_version(kind, work, cloud):
    result = publish(work, "--version-type", kind)
    assert result.exit_code == 0, result.output
    assert "version 41" in result.output
    path = f"/universes/v1/11/places/22/versions?versionType={kind.capitalize()}"
    place = (work / "dist" / "pocket-digits-1.2.3.rbxl").read_bytes()
    assert cloud.received == [(path, "application/octet-stream", place)]


def test_without_a_choice_players_see_nothing_new(work, cloud):
    publish(work)
    assert cloud.received[0][0].endswith("versionType=Saved")


def test_what_passes_is_waited_for(work, cloud, waits):
    cloud.responses = [(500, {}), (429, {"Retry-After": "9"}), (503, {})]
    assert publish(work).exit_code == 0
    assert len(cloud.received) == 1
    assert waits[1] == 9


def test_what_stays_ends_in_a_message(work, cloud):
    cloud.responses = [(502, {})] * 99
    result = publish(work)
    assert result.exit_code == 1
    assert "failed 6 times" in result.output


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "takes it for no place file"),
        (403, "may not publish this place"),
        (404, "no such universe or place"),
        (409, "no part of this universe"),
    ],
)
def test_a_refusal_says_what_it_means_and_is_not_repeated(status, message, work, cloud):
    cloud.responses = [(status, {})] * 2
    result = publish(work)
    assert result.exit_code == 1
    assert message in result.output
    assert cloud.requests == 1


def test_a_wrong_key_is_told(work, monkeypatch):
    monkeypatch.setenv("ROBLOX_API_KEY", "rbx-wr0ng")
    result = publish(work)
    assert result.exit_code == 1
    assert "no to ***" in result.output
    assert "ROBLOX_API_KEY is not accepted" in result.output


def test_a_missing_key_is_named(work, cloud, monkeypatch):
    monkeypatch.delenv("ROBLOX_API_KEY")
    result = publish(work)
    assert result.exit_code == 1
    assert "ROBLOX_API_KEY is not set" in result.output
    assert cloud.requests == 0


def test_what_may_not_be_released_does_not_go_to_roblox_either(work, cloud):
    dist_files.make(work, dataset="synthetic")
    result = publish(work)
    assert result.exit_code == 1
    assert "learnt from synthetic digits" in result.output
    assert cloud.requests == 0


def test_a_place_that_was_edited_is_not_sent(work, cloud):
    (work / "dist" / "pocket-digits-1.2.3.rbxl").write_bytes(b"another")
    result = publish(work)
    assert result.exit_code == 1
    assert "pocket-digits-1.2.3.rbxl was edited" in result.output
    assert cloud.requests == 0


def test_the_dry_run_sends_nothing(work, cloud):
    result = publish(work, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "pocket-digits-1.2.3.rbxl, saved, to place 22 of universe 11" in result.output
    assert cloud.requests == 0
