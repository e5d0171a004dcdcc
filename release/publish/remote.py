"""The only door to web APIs: one request, and what its failure means.

A key comes from the environment, is sent in one header, and stands in no message: whatever a
server or a library says is searched for it first.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from pipeline.errors import PocketDigitsError
from release.publish.retries import LONGEST_WAIT, RefusedError, TransientError, requested_wait

SECONDS_TO_CONNECT = 10.0
SECONDS_TO_ANSWER = 60.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
BINARY = "application/octet-stream"

Json = Mapping[str, Any]


def key(*variables: str, hint: str) -> str:
    """Return the first of the environment's variables that is set.

    Raises PocketDigitsError, which never holds the value, where none is set or it cannot be sent.
    """
    for variable in variables:
        value = os.environ.get(variable, "").strip()
        if value:
            # Else requests would name the whole value in its own error.
            if not re.fullmatch(r"[\x21-\x7e]+", value):
                raise PocketDigitsError(
                    f"{variable} holds blanks, line ends or letters that no key has; {hint}"
                )
            return value
    raise PocketDigitsError(f"{' or '.join(variables)} is not set; {hint}")


class Api:
    """A web API below `base`; the key is sent to its host and to `hosts`, and to no other.

    `signed` are the headers that take the key, in place of `{}`. Redirections are refused.
    """

    def __init__(
        self,
        base: str,
        key: str,
        signed: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        hosts: tuple[str, ...] = (),
    ) -> None:
        self.base = base.rstrip("/")
        self._key = key
        self._signed = {header: value.format(key) for header, value in signed.items()}
        self._hosts = (_host(self.base), *hosts)
        self._session = requests.Session()
        # An auth of our own also keeps requests from looking into .netrc.
        self._session.auth = self._sign
        self._session.headers.update({"User-Agent": "pocket-digits", **(headers or {})})

    def __repr__(self) -> str:
        return f"Api({self.base!r})"

    def request(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        json: Json | None = None,
        file: Path | None = None,
    ) -> requests.Response:
        """Send one request, to a path below `base` or to a whole URL, and return a 2xx response.

        Raises TransientError for what may pass: no connection, a time-out, a server's error, a
        limit of the rate. Raises RefusedError for every other response.
        """
        whole = url if "://" in url else self.base + url
        what = f"{method} {urlsplit(whole).path}"
        if _host(whole) not in self._hosts:
            raise PocketDigitsError(f"{whole}: not of {self._hosts[0]}, so no key is sent there")
        try:
            response = self._session.request(
                method,
                whole,
                params=params,
                json=json,
                data=file.read_bytes() if file else None,
                headers={"Content-Type": BINARY} if file else None,
                timeout=(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            reason = f"the connection failed ({error})"
            if isinstance(error, requests.Timeout):
                reason = f"no answer within {SECONDS_TO_ANSWER:g} seconds"
            raise TransientError(self._clean(f"{what}: {reason}")) from None
        if 200 <= response.status_code < 300:
            return response
        raise self._failure(what, response)

    def download(self, url: str) -> bytes:
        """Return the bytes of a file, from the store that the API sends to, which gets no key.

        Raises TransientError when it is not available.
        """
        limits = (SECONDS_TO_CONNECT, SECONDS_TO_ANSWER)
        try:
            response = self._session.get(
                self.base + url, headers={"Accept": BINARY}, timeout=limits, allow_redirects=False
            )
            if response.is_redirect:
                with requests.Session() as store:
                    store.auth = lambda request: request  # nor one from .netrc
                    response = store.get(response.headers["Location"], timeout=limits)
        except requests.RequestException as error:  # whose text has the store's signed URL
            raise TransientError(f"GET {url}: {type(error).__name__}") from None
        if response.status_code != 200:
            raise TransientError(f"GET {url}: {response.status_code} {response.reason}")
        return bytes(response.content)

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._signed)
        return request

    def _failure(self, what: str, response: requests.Response) -> Exception:
        status, headers = response.status_code, response.headers
        message = self._clean(f"{what}: {status} {response.reason}: {_explanation(response)}")
        limited = (
            "Retry-After" in headers
            or headers.get("X-RateLimit-Remaining") == "0"
            or "rate limit" in response.text.lower()
        )
        if status >= 500 or status in (408, 429) or (status == 403 and limited):
            wait = requested_wait(headers, limited and status < 500)
            if wait <= LONGEST_WAIT:
                return TransientError(message, wait)
            message += f"\nthe server asks to wait {wait / 60:.0f} minutes: run again then"
        return RefusedError(message, status)

    def _clean(self, text: str) -> str:
        return text.replace(self._key, "***")


def _host(url: str) -> str:
    """Return a URL's host; PocketDigitsError where a key would be sent in the clear."""
    parts = urlsplit(url)
    if parts.hostname and (parts.scheme == "https" or parts.hostname in LOOPBACK):
        return parts.hostname
    raise PocketDigitsError(f"{url!r}: no https URL, so no key is sent there")


def _explanation(response: requests.Response) -> str:
    """Return the server's own explanation of its response, in one line."""
    try:
        content = response.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return " ".join(response.text.split())[:200] or "(nothing else)"
    details = [
        str(each.get("code", each)) if isinstance(each, dict) else str(each)
        for each in content.get("errors") or ()
    ]
    return " ".join([str(content.get("message", content)), *details])
