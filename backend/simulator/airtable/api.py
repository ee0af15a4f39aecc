"""Airtable's metadata API: who am I, the bases, the tables of one; 5 calls a second a base and 50 a person.

Source: Airtable web API, get-user-id-scopes, list-bases, get-base-schema, rate-limits, errors.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.airtable.accounts import Account, Base
from simulator.airtable.vendor import Airtable
from simulator.sibling.grants import Grant

NOT_FOUND = {"error": "NOT_FOUND"}
NOT_ALLOWED = {
    "error": {
        "type": "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
        "message": "Invalid permissions, or the requested model was not found. Check that both your user and your token"
        " have the required permissions, and that the model names and/or ids are correct.",
    }
}
TOO_MANY = {"errors": [{"error": "RATE_LIMIT_REACHED", "message": "Rate limit exceeded. Please try again later"}]}


@dataclass(frozen=True, slots=True)
class Call:
    airtable: Airtable
    account: Account
    grant: Grant
    request: Request


def gate(airtable: Airtable, handler: Callable[[Call], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a handler: token first, then the limits of the person and of the base."""

    async def endpoint(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        grant = (
            airtable.grants.holder(token.strip(), airtable.environment.now_ms()) if scheme.lower() == "bearer" else None
        )
        if grant is None or grant.account_id not in airtable.accounts:
            return _refuse(401, "AUTHENTICATION_REQUIRED", "Authentication required")
        request.scope["simulator.portal_id"] = grant.account_id
        if not _within_limits(airtable, grant.account_id, request.path_params.get("base_id")):
            return JSONResponse(TOO_MANY, 429)
        return handler(Call(airtable, airtable.accounts[grant.account_id], grant, request))

    return endpoint


def _within_limits(airtable: Airtable, account_id: str, base_id: str | None) -> bool:
    settings = airtable.environment.settings
    if not settings.limits_enabled:
        return True
    penalty_s = settings.airtable_penalty_s
    allowed = airtable.windows.take(account_id, settings.airtable_account_per_second, penalty_s)
    return allowed and (base_id is None or airtable.windows.take(base_id, settings.airtable_base_per_second, penalty_s))


def whoami(call: Call) -> Response:
    known: dict[str, object] = {"id": call.account.user_id, "scopes": call.grant.scopes}
    return JSONResponse(known | ({"email": call.account.email} if "user.email:read" in call.grant.scopes else {}))


def list_bases(call: Call) -> Response:
    if "schema.bases:read" not in call.grant.scopes:
        return JSONResponse(NOT_ALLOWED, 403)
    start = _position(call.request.query_params.get("offset"))
    if start is None or start > len(call.account.bases):
        return _refuse(422, "INVALID_OFFSET_VALUE", "The value of offset is invalid")
    end = start + call.airtable.environment.settings.airtable_page_size
    body: dict[str, object] = {"bases": [_on_the_wire(base) for base in call.account.bases[start:end]]}
    return JSONResponse(body if end >= len(call.account.bases) else body | {"offset": _offset(end)})


def list_tables(call: Call) -> Response:
    if "schema.bases:read" not in call.grant.scopes:
        return JSONResponse(NOT_ALLOWED, 403)
    base_id = call.request.path_params["base_id"]
    base = next((base for base in call.account.bases if base.base_id == base_id), None)
    if base is None or base.refused == 404:
        return JSONResponse(NOT_FOUND, 404)
    if base.refused is not None:
        return JSONResponse(NOT_ALLOWED, base.refused)
    return JSONResponse({"tables": [table.on_the_wire() for table in base.tables]})


def _on_the_wire(base: Base) -> dict[str, object]:
    return {"id": base.base_id, "name": base.name, "permissionLevel": base.permission}


def _offset(position: int) -> str:
    return "itr" + base64.urlsafe_b64encode(str(position).encode()).decode()


def _position(offset: str | None) -> int | None:
    """None for an offset that is not one of ours."""
    if not offset:
        return 0
    try:
        return int(base64.urlsafe_b64decode(offset.removeprefix("itr")))
    except (binascii.Error, ValueError):
        return None


def _refuse(status: int, kind: str, message: str) -> Response:
    return JSONResponse({"error": {"type": kind, "message": message}}, status)
