"""GitHub's API for releases on this machine: it keeps state as the real one does, and has faults.

Modelled on the REST API's documentation of releases, release assets and commits, 2022-11-28. Tests
read `visible`: what somebody without a token sees.
"""

import hashlib
import re
import threading
from http.server import ThreadingHTTPServer

from github_http import Fault, Handler

PAGE = 5  # far less than the 100 that are asked for, so that pages are followed


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
