"""Roblox Open Cloud's place publishing: a place file becomes a version of an existing place.

Docs: Open Cloud, "Usage guide for place publishing".
"""

import os
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from pipeline.errors import PocketDigitsError
from release.publish.remote import Api, key
from release.publish.retries import explained, persistently

API_URL = "https://apis.roblox.com"
KEY = "ROBLOX_API_KEY"
MEANINGS = {
    400: "Roblox takes it for no place file",
    401: f"{KEY} is not accepted: it needs universe-places, Write, for this game, and no IP limit"
    " that leaves this machine out",
    403: f"{KEY} may not publish this place",
    404: "there is no such universe or place",
    409: "the place is no part of this universe",
}

VersionType = Literal["saved", "published"]


class _Version(BaseModel):
    versionNumber: int  # noqa: N815


def publish(file: Path, universe: int, place: int, version_type: VersionType) -> int:
    """Upload a binary place file and return the number of the version that it became.

    `saved` is for Studio alone, `published` is what players get. A lost response makes a
    further version of the same bytes, which changes nothing.
    Raises PocketDigitsError when Roblox refuses, or fails for too long.
    """
    hint = "make a key with universe-places, Write, in the Creator Dashboard"
    base = os.environ.get("ROBLOX_API_URL") or API_URL
    api = Api(base, key(KEY, hint=hint), {"x-api-key": "{}"})
    url = f"/universes/v1/{universe}/places/{place}/versions"
    params = {"versionType": version_type.capitalize()}
    send = partial(api.request, "POST", url, params=params, file=file)
    try:
        with explained(MEANINGS):
            response = persistently(f"publish {file.name}", send)
        return _Version.model_validate_json(response.content).versionNumber
    except ValidationError as error:
        raise PocketDigitsError(
            f"POST {url}: uploaded, but Roblox named no version: {error}; look in Creator Dashboard"
        ) from error
