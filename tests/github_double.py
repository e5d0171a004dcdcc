"""GitHub's API for releases on this machine: it keeps state as the real one does, and has faults.

Modelled on the REST API's documentation of releases, release assets and commits, 2022-11-28. Tests
read `visible`: what somebody without a token sees.
"""

import hashlib
import json
import os
import re
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 5  # far less than the 100 that are asked for, so that pages are followed


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


class GitHub:
    """One repository's releases; `url` is what GITHUB_API_URL would be."""

    def __init__(self, token, repository="owner/digits"):
        self.token = token
        self.repository = repository
        self.tags = {}
        self.releases = {}  # id → release, with "files": id → asset, with "data"
        self.faults = []
        self.log = []  # of "METHOD path" of every request
        self.touched = []  # writes to what was published
        self.leaked = []  # keys that came where they must not
        self._next = iter(range(1, 1_000_000)).__next__
        self._lock = threading.Lock()
        self.closing = threading.Event()
        handler = type("Handler", (Handler,), {"github": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def fault(self, kind, on, **settings):
        self.faults.append(Fault(kind, on, **settings))

    def taken(self, request):
        """Return the fault that this request meets, if any."""
        with self._lock:
            self.log.append(request)
            for fault in self.faults:
                if fault.times and re.fullmatch(fault.on, request):
                    if fault.skip:
                        fault.skip -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None

    @property
    def visible(self):
        """What everybody sees: tag → name → bytes."""
        return {
            release["tag_name"]: {
                asset["name"]: asset["data"] for asset in release["files"].values()
            }
            for release in self.releases.values()
            if not release["draft"]
        }

    @property
    def drafts(self):
        return [release for release in self.releases.values() if release["draft"]]

    def add_release(self, tag, files=(), draft=False, body=""):
        release = self.create({"tag_name": tag, "draft": True, "body": body, "name": tag})
        for name, data in dict(files).items():
            self.add_asset(release, name, data)
        release["draft"] = draft
        return release

    def add_asset(self, release, name, data, state="uploaded"):
        asset = {
            "id": self._next(),
            "name": name,
            "state": state,
            "size": len(data) if state == "uploaded" else 0,
            "digest": f"sha256:{hashlib.sha256(data).hexdigest()}" if state == "uploaded" else None,
            "data": data,
        }
        release["files"][asset["id"]] = asset
        return asset

    def create(self, content):
        number = self._next()
        release = {
            "id": number,
            "tag_name": content["tag_name"],
            "name": content.get("name"),
            "body": content.get("body"),
            "draft": content.get("draft", False),
            "prerelease": content.get("prerelease", False),
            "immutable": False,
            "files": {},
        }
        self.releases[number] = release
        return release

    # One method for each endpoint: each returns a status and what is answered.

    def get_commit(self, tag):
        if tag not in self.tags:
            return 422, {"message": f"No commit found for SHA: tags/{tag}"}
        return 200, {"sha": self.tags[tag]}

    def list_releases(self, query):
        newest_first = sorted(self.releases.values(), key=lambda each: -each["id"])
        return self._page([self._release(each) for each in newest_first], query)

    def latest(self):
        published = [each for each in self.releases.values() if not each["draft"]]
        if not published:
            return 404, {"message": "Not Found"}
        return 200, self._release(max(published, key=lambda each: each["id"]))

    def list_assets(self, number, query):
        if number not in self.releases:
            return 404, {"message": "Not Found"}
        assets = self.releases[number]["files"].values()
        return self._page([self._asset(each) for each in assets], query)

    def create_release(self, content):
        if "target_commitish" in content:  # of a commit that touches workflows, as in a workflow
            return 403, {"message": "Resource not accessible by integration"}
        if content["tag_name"] in self.visible:
            return 422, invalid("Release", "already_exists")
        return 201, self._release(self.create(content))

    def update_release(self, number, content):
        if number not in self.releases:
            return 404, {"message": "Not Found"}
        release = self.releases[number]
        if not release["draft"]:
            self.touched.append("update")
        elif content.get("draft") is False and release["tag_name"] in self.visible:
            return 422, invalid("Release", "already_exists")
        release.update({key: content[key] for key in ("body", "draft") if key in content})
        release["immutable"] = not release["draft"]
        return 200, self._release(release)

    def delete_release(self, number):
        if number not in self.releases:
            return 404, {"message": "Not Found"}
        if not self.releases.pop(number)["draft"]:
            self.touched.append("delete")
        return 204, None

    def upload(self, number, name, data, state="uploaded"):
        if number not in self.releases:
            return 404, {"message": "Not Found"}
        release = self.releases[number]
        if not release["draft"]:
            self.touched.append("upload")
            return 422, {"message": "Cannot upload assets to an immutable release."}
        if name in {each["name"] for each in release["files"].values()}:
            return 422, invalid("ReleaseAsset", "already_exists")
        return 201, self._asset(self.add_asset(release, name, data, state))

    def delete_asset(self, number):
        for release in self.releases.values():
            if number in release["files"]:
                if not release["draft"]:
                    self.touched.append("delete asset")
                    return 422, {"message": "Cannot delete asset from an immutable release."}
                del release["files"][number]
                return 204, None
        return 404, {"message": "Not Found"}

    def _page(self, items, query):
        page, size = int(query.get("page", ["1"])[0]), min(int(query["per_page"][0]), PAGE)
        return 200, items[(page - 1) * size : page * size], len(items) > page * size

    def _release(self, release):
        where = f"/repos/{self.repository}/releases/{release['id']}"
        shown = {key: value for key, value in release.items() if key != "files"}
        whole = [each for each in release["files"].values() if each["state"] == "uploaded"]
        return shown | {
            "assets": [self._asset(each) for each in whole],  # without those in state starter
            "upload_url": f"{self.url}{where}/assets{{?name,label}}",
            "html_url": f"{self.url}/{self.repository}/releases/tag/{release['tag_name']}",
        }

    def _asset(self, asset):
        return {key: value for key, value in asset.items() if key != "data"}


def invalid(resource, code):
    error = {"resource": resource, "code": code, "field": "name"}
    return {"message": "Validation Failed", "errors": [error]}


class Handler(BaseHTTPRequestHandler):
    """Routes requests to a GitHub, through its faults."""

    github: GitHub
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
