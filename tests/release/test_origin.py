"""The repository on GitHub that a checkout is of, by its git remote."""

import pytest

from pipeline.errors import PocketDigitsError
from release import download


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/owner/some.digits",
        "https://github.com/owner/some.digits.git",
        "https://user:token@github.com/owner/some.digits/",
        "git@github.com:owner/some.digits.git",
        "git@github.com:/owner/some.digits.git",
        "my-alias:owner/some.digits",
        "ssh://git@github.com:22/owner/some.digits.git",
    ],
)
def test_a_server_has_owner_and_name(monkeypatch, url):
    monkeypatch.setattr(download, "run", lambda *_, **__: f"{url}\n")
    assert download.origin() == "owner/some.digits"


@pytest.mark.parametrize(
    "url",
    [
        "/srv/git/owner/digits.git",
        "../owner/digits",
        "owner/digits",
        "file:///srv/git/digits.git",
        "C:/git/owner/digits",
        "C:\\git\\digits",
        "",
    ],
)
def test_a_folder_is_no_repository_on_github(monkeypatch, url):
    monkeypatch.setattr(download, "run", lambda *_, **__: f"{url}\n")
    with pytest.raises(PocketDigitsError, match="name it with --repository OWNER/NAME"):
        download.origin()
