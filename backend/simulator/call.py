"""One authenticated API call, and the gate it passes: token, then budget, then its handler (type, scope, values)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from simulator.errors import PageRefusalError, RefusalError, invalid, missing_scopes, not_authenticated, token_expired
from simulator.json_body import read_object
from simulator.limits import Budget
from simulator.moments import iso
from simulator.oauth.tokens import Token
from simulator.records.object_types import ObjectType
from simulator.records.portal import Portal
from simulator.state import SimulatorState

JSON = "application/json;charset=utf-8"
LEGACY_VERSIONS = ("v1", "v3", "v4")
Reply = tuple[int, object]
Handler = Callable[["Call"], Reply]
encode = msgspec.json.encode


@dataclass(slots=True)
class Call:
    state: SimulatorState
    portal: Portal
    token: Token
    scopes: frozenset[str]
    query: QueryParams
    path: dict[str, str]
    url_path: str
    raw_body: bytes

    @property
    def version(self) -> str:
        return self.path["version"]

    @property
    def is_dated(self) -> bool:
        return self.version not in LEGACY_VERSIONS

    def flag(self, name: str) -> bool:
        """Only `true`, in any case, counts, and the first value wins. Source: capture 2026-10-01."""
        values = self.query.getlist(name)
        return bool(values) and values[0].lower() == "true"

    def names(self, name: str) -> list[str]:
        """Read a comma list that may also be repeated, in order and without repeats."""
        found = (part.strip() for value in self.query.getlist(name) for part in value.split(","))
        return list(dict.fromkeys(part for part in found if part))

    def integer(self, name: str, default: int) -> int:
        text = self.query.get(name)
        if text is None or text == "":
            return default
        try:
            return int(text)
        except ValueError:
            raise invalid(f"Invalid integer value for {name}: {text[:100]}", {name: [text[:100]]}) from None

    def link(self, **changed: str) -> str:
        """Build this call's URL with some parameters replaced, for `paging.next.link`."""
        kept = [(name, value) for name, value in self.query.multi_items() if name not in changed]
        return f"{self.state.public_url}{self.url_path}?{urlencode([*kept, *changed.items()])}"

    def body(self) -> dict[str, Any]:
        """Raises: RefusalError 400 with HubSpot's text when the body is not a JSON object."""
        return read_object(self.raw_body)


def require_scopes(call: Call, any_of: Iterable[str], named: list[str]) -> None:
    """Raises: RefusalError 403 naming `named` when none of `any_of` was granted."""
    if call.scopes.isdisjoint(any_of):
        raise missing_scopes(named)


def readable_type(call: Call, name: str) -> ObjectType:
    """Resolve the object type first and check its scope then, in HubSpot's order. Source: capture 2026-08-21."""
    object_type = call.portal.get_type(name)
    require_readable(call, object_type)
    return object_type


def require_readable(call: Call, object_type: ObjectType) -> None:
    """Raises: RefusalError 403 when the records of a type may not be read."""
    any_of = object_type.read_scopes
    if object_type.plural == "emails" and call.state.settings.emails_without_scope == "refused":
        any_of = ("sales-email-read",)
    require_scopes(call, any_of, object_type.refused_scopes)


def refuse_write(call: Call) -> Reply:
    """The simulator plays an app that may only read. Source: measured 403s of `PATCH` and `DELETE`, 2026-10-18."""
    object_type = call.portal.get_type(call.path["object_type"])
    raise missing_scopes([f"crm.objects.{object_type.plural}.write"])


def gate(state: SimulatorState, handler: Handler, budget: Budget = "burst") -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a handler."""

    async def endpoint(request: Request) -> Response:
        headers: dict[str, str] = {}
        raw_body = await request.body()
        try:
            token, portal = authenticate(state, request.headers.get("authorization", ""))
            request.scope["simulator.portal_id"] = str(portal.portal_id)
            headers = state.limits.take(state.settings, budget, state.app.app_id, portal.portal_id)
            call = Call(
                state=state,
                portal=portal,
                token=token,
                scopes=frozenset(token.scopes),
                query=request.query_params,
                path=request.path_params,
                url_path=request.scope["path"],
                raw_body=raw_body,
            )
            status, payload = handler(call)
        except PageRefusalError as refusal:
            return refusal.answer(headers)
        except RefusalError as refusal:
            status, payload = refusal.status, refusal.envelope(request.scope["simulator.correlation_id"])
        content = payload if isinstance(payload, bytes) else b"" if payload is None else encode(payload)
        return Response(content, status, headers, JSON if content else None)

    return endpoint


def authenticate(state: SimulatorState, authorization: str) -> tuple[Token, Portal]:
    """Raises: RefusalError 401 for a missing, unknown, uninstalled or expired access token.

    The scheme is spelled `Bearer`, and one space follows. Source: measured answers, 2026-09-30 and 2026-10-09.
    """
    scheme, _, text = authorization.strip(" \t").partition(" ")
    well_spelled = scheme == "Bearer" and not any(letter.isspace() for letter in text)
    token = state.mint.read(text) if well_spelled else None
    portal = state.portals.get(token.portal_id) if token else None
    if token is None or portal is None or token.use != "access_token":
        raise not_authenticated()
    if token.uninstalls != state.ledger.uninstalls(portal.portal_id):
        raise not_authenticated()
    now_ms = state.now_ms()
    if state.mint.has_expired(token, now_ms):
        expired_at_ms = min(token.expires_at_ms, now_ms)
        raise token_expired(iso(expired_at_ms), (now_ms - expired_at_ms) // 60_000)
    return token, portal
