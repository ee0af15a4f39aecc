"""Client of the webhooks journal: files of events of all portals, kept for three days, exempt from the rate limits.

The app reads it with a client-credentials token. Source: HubSpot webhooks journal 2026-03.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import msgspec

from core.http import HttpClient
from core.public_http import PublicHttp
from core.response_headers import retry_after_of
from errors import UpstreamError, UpstreamMalformedError, UpstreamUnavailableError
from hubspot.catalog import find_object_type
from oauth.token_values import token_of

VERSION = "2026-03"
SCOPES = "developer.webhooks_journal.read developer.webhooks_journal.subscriptions.write"
OBJECT_ACTIONS = ("CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE")
ASSOCIATION_ACTIONS = ("ASSOCIATION_ADDED", "ASSOCIATION_REMOVED")
# Event type of "the app was removed". From HubSpot's guide; it is not in the specification.
UNINSTALL_EVENT_TYPE = "4-1916193"
RENEW_BEFORE_S = 60.0
MAX_FILE_BYTES = 16 * 1024 * 1024


class Entry(msgspec.Struct, rename="camel", frozen=True):
    """The address of the journal's next file. It needs no token, and expires."""

    current_offset: str
    url: str


class OffsetUnknownError(Exception):
    """The journal no longer has this offset: events between it and the oldest file are lost."""


class _Grant(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int


_entry = msgspec.json.Decoder(Entry)
_grant = msgspec.json.Decoder(_Grant)


@dataclass(slots=True)
class Journal:
    """Reads the journal and manages its subscriptions."""

    http: HttpClient
    files: PublicHttp
    api_url: str
    oauth_version: str
    client_id: str
    client_secret: str = field(repr=False)
    _token: str = field(default="", repr=False)
    _valid_until_s: float = 0.0

    async def next_entry(self, offset: str | None) -> Entry | None:
        """The file after this offset, or the oldest file without an offset; None if there is no file yet.

        Raises: OffsetUnknownError; UpstreamError.
        """
        place = "earliest" if offset is None else f"offset/{quote(offset, safe='')}/next"
        response = await self._call("GET", f"journal/{VERSION}/{place}")
        if response.status_code == HTTPStatus.NO_CONTENT:
            return None
        if offset is not None and response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise OffsetUnknownError
        _check(response)
        try:
            return _entry.decode(response.content)
        except msgspec.DecodeError as exc:
            raise UpstreamMalformedError from exc

    async def read_file(self, entry: Entry) -> bytes:
        """The file's content.

        Raises:
            PublicHttpError: no answer.
            UpstreamUnavailableError: the address has expired.
            UpstreamResponseTooLargeError, UpstreamMalformedError: it cannot be read, or no longer exists.
        """
        status, content = await self.files.get(entry.url, most_bytes=MAX_FILE_BYTES)
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise UpstreamMalformedError
        if status != HTTPStatus.OK:
            raise UpstreamUnavailableError
        return content

    async def subscribe(self, portal_id: str, type_ids: Sequence[str]) -> None:
        """Subscribe to a portal's events of these object types. Raises: UpstreamError."""
        for type_id in type_ids:
            object_type = find_object_type(type_id)
            properties = [] if object_type is None else list(object_type.default_properties)
            about = {"portalId": int(portal_id), "objectTypeId": type_id, "objectIds": []}
            await self._subscribe(
                about | {"subscriptionType": "OBJECT", "actions": OBJECT_ACTIONS, "properties": properties}
            )
            await self._subscribe(
                about
                | {"subscriptionType": "ASSOCIATION", "actions": ASSOCIATION_ACTIONS, "associatedObjectTypeIds": []}
            )
        await self._subscribe({"subscriptionType": "GDPR_PRIVACY_DELETION", "portalId": int(portal_id)})
        await self._subscribe(
            {"subscriptionType": "APP_LIFECYCLE_EVENT", "eventTypeId": UNINSTALL_EVENT_TYPE, "properties": []}
        )

    async def _subscribe(self, subscription: dict[str, Any]) -> None:
        response = await self._call("POST", f"subscriptions/{VERSION}", msgspec.json.encode(subscription))
        # A subscription that exists already, from an attempt that failed later or from another account.
        if response.status_code != HTTPStatus.CONFLICT:
            _check(response)

    async def _call(self, method: str, path: str, body: bytes = b"") -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._access_token()}"}
        if body:
            headers["Content-Type"] = "application/json"
        url = f"{self.api_url}/webhooks-journal/{path}"
        response = await self.http.send(
            httpx.Request(method, url, headers=headers, content=body or None), endpoint="journal"
        )
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._valid_until_s = 0.0
        return response

    async def _access_token(self) -> str:
        """The app's own token, renewed a minute before its end."""
        if time.monotonic() < self._valid_until_s - RENEW_BEFORE_S:
            return self._token
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": SCOPES,
        }
        request = httpx.Request(
            "POST",
            f"{self.api_url}/oauth/{self.oauth_version}/token",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form).encode(),
        )
        response = await self.http.send(request, endpoint="token")
        _check(response)
        try:
            grant = _grant.decode(response.content)
            self._token = token_of(grant.access_token).get_secret_value()
        except (msgspec.DecodeError, ValueError) as exc:
            raise UpstreamMalformedError from exc
        self._valid_until_s = time.monotonic() + grant.expires_in
        return self._token


def _check(response: httpx.Response) -> None:
    """Raises: UpstreamError unless the answer is a success."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise UpstreamUnavailableError(retry_after_s=retry_after_of(response.headers))
    if not response.is_success:
        raise UpstreamError(f"HubSpot's webhooks journal answered {response.status_code}. Check the app's scopes.")
