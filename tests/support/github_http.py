"""How GitHub's API answers over HTTP, and how it, or the way to it, fails."""

import json
import os
import re
import socket
import struct
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit


@dataclass
class Fault:
    """What happens to the next `times` requests that match, after `skip` that pass."""

    kind: str
    on: str
    times: int = 1
    skip: int = 0
    status: int = 502
    headers: dict = field(default_factory=dict)
    message: str = "Server Error"
    call: object = None


class Handler(BaseHTTPRequestHandler):
    """Routes requests to `github`, a `github_double.GitHub`, through its faults."""

    github = None
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer takes 40 ms

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (OSError, ValueError):  # the client is gone, or was sent away
            self.close_connection = True

    def do_GET(self):
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        fault = self.github.taken(f"{self.command} {parts.path}")
        kind = fault.kind if fault else ""
        if kind == "reset":
            data = self.rfile.read(length // 2)
            if data:
                self.answer_to(parts, data, "starter")
            return self.reset()
        data = self.rfile.read(length)
        if kind == "call before":
            fault.call()
        if kind == "status":
            return self.send(fault.status, {"message": fault.message}, fault.headers)
        if kind == "hang":
            self.github.closing.wait()
            return self.reset()
        if kind == "starter":
            self.answer_to(parts, b"", "starter")
            return self.send(502, {"message": "Bad Gateway"})
        if parts.path.startswith("/store/"):
            return self.store(int(parts.path.rpartition("/")[2]))
        answer = self.answer_to(parts, data[:-1] if kind == "truncate" else data)
        if answer[0] == 302:
            return self.send(302, None, answer[1])
        if kind in ("wrong digest", "no digest"):
            digest = "sha256:" + "0" * 64 if kind == "wrong digest" else None
            self.github.drafts[0]["files"][answer[1]["id"]]["digest"] = digest
            answer[1]["digest"] = digest
        if kind == "call after":
            fault.call()
        if kind == "status after":
            return self.send(fault.status, {"message": fault.message})
        if kind == "reset after":
            return self.reset()
        if kind == "html":
            return self.send(200, None, text="<html>We'll be back soon</html>")
        return self.send(*self.paged(*answer))

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def answer_to(self, parts, data, state="uploaded"):
        github, query = self.github, parse_qs(parts.query)
        if self.headers.get("Authorization") != f"Bearer {github.token}":
            return 401, {"message": "Bad credentials"}
        route = f"{self.command} {parts.path}"
        base = f"/repos/{github.repository}"
        if found := re.fullmatch(rf"GET {base}/commits/tags/(.+)", route):
            return github.get_commit(found[1])
        if route == f"GET {base}/releases/latest":
            return github.latest()
        if found := re.fullmatch(rf"GET {base}/releases/assets/(\d+)", route):
            return 302, {"Location": f"{github.url}/store/{found[1]}"}
        if route == f"GET {base}/releases":
            return github.list_releases(query)
        if route == f"POST {base}/releases":
            return github.create_release(json.loads(data))
        if found := re.fullmatch(rf"(\w+) {base}/releases/assets/(\d+)", route):
            return github.delete_asset(int(found[2]))
        if found := re.fullmatch(rf"GET {base}/releases/(\d+)/assets", route):
            return github.list_assets(int(found[1]), query)
        if found := re.fullmatch(rf"POST {base}/releases/(\d+)/assets", route):
            return github.upload(int(found[1]), query["name"][0], data, state)
        if found := re.fullmatch(rf"PATCH {base}/releases/(\d+)", route):
            return github.update_release(int(found[1]), json.loads(data))
        if found := re.fullmatch(rf"DELETE {base}/releases/(\d+)", route):
            return github.delete_release(int(found[1]))
        return 404, {"message": "Not Found"}

    def store(self, number):
        """What holds the files, elsewhere: it must not see a token."""
        if "Authorization" in self.headers:
            self.github.leaked.append(self.headers["Authorization"])
        for release in self.github.releases.values():
            if number in release["files"]:
                text = release["files"][number]["data"].decode()
                return self.send(200, None, text=text)
        return self.send(404, {"message": "Not Found"})

    def paged(self, status, content, more=False):
        if not more:
            return status, content, {}
        page = int(parse_qs(urlsplit(self.path).query).get("page", ["1"])[0])
        path = self.path.partition("&page=")[0]
        return status, content, {"Link": f'<{self.github.url}{path}&page={page + 1}>; rel="next"'}

    def send(self, status, content, headers=None, text=None):
        body = b"" if status == 204 else (text or json.dumps(content)).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def reset(self):
        """End the connection as a crash does: with RST, in the middle of whatever was sent."""
        at_once = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.close_connection = True

    def log_message(self, *arguments):
        pass
