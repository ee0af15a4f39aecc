"""Notion's consent page, and its token, introspection and revocation endpoints: Basic authentication, JSON bodies.

Source: Notion API, authorization guide; create, refresh, introspect and revoke a token; status codes.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.notion.vendor import CLIENT, Notion
from simulator.sibling.codes import CODE_LIFETIME_MS, Consent
from simulator.sibling.consent import consent_page, refusal_page, send_back
from simulator.sibling.grants import Pair

Endpoint = Callable[[Request], Awaitable[Response]]
Body = Mapping[str, Any]


def authorize(notion: Notion) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        query = request.query_params
        if query.get("client_id") != CLIENT.client_id:
            return refusal_page("Notion", "Missing or invalid client id.")
        if not CLIENT.allows_redirect(query.get("redirect_uri", "")):
            return refusal_page("Notion", "The redirect URI is not one of the connection's.")
        if query.get("response_type") != "code" or query.get("owner") != "user":
            return refusal_page("Notion", "response_type=code and owner=user are required.")
        if request.method == "GET":
            return consent_page("Notion", CLIENT.name, notion.names(), ["See the pages and databases you select"])
        form = await request.form()
        if form.get("decision") != "allow":
            return _back(query, error="access_denied")
        workspace_id = str(form.get("account") or next(iter(notion.workspaces)))
        if workspace_id not in notion.workspaces:
            return refusal_page("Notion", "There is no such workspace.")
        consent = Consent(
            account_id=workspace_id,
            scopes=[],
            redirect_uri=query["redirect_uri"],
            code_challenge=None,
            ends_ms=notion.environment.now_ms() + CODE_LIFETIME_MS,
        )
        return _back(query, code=notion.codes.issue(consent))

    return endpoint


def _back(query: Mapping[str, str], **parameters: str) -> Response:
    return send_back(query["redirect_uri"], **parameters, **({"state": query["state"]} if "state" in query else {}))


def gate(notion: Notion, handler: Callable[[Notion, Body], Response]) -> Endpoint:
    """The client proves itself first; then the body must be a JSON object."""

    async def endpoint(request: Request) -> Response:
        if not CLIENT.is_proven_by(request.headers.get("authorization", "")):
            return _refuse(401, "invalid_client")
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _refuse(400, "invalid_request")
        try:
            body = msgspec.json.decode(await request.body(), type=dict[str, Any])
        except msgspec.DecodeError:
            return _refuse(400, "invalid_request")
        return handler(notion, body)

    return endpoint


def token(notion: Notion, body: Body) -> Response:
    now_ms = notion.environment.now_ms()
    match body.get("grant_type"):
        case "authorization_code":
            code, redirect_uri = str(body.get("code", "")), str(body.get("redirect_uri", ""))
            consent = notion.codes.redeem(code, redirect_uri=redirect_uri, code_verifier="", now_ms=now_ms)
            if consent is None:
                return _refuse(400, "invalid_grant")
            return _answer(notion, notion.grants.issue(consent.account_id, [], notion.terms, now_ms))
        case "refresh_token":
            pair = notion.grants.redeem(str(body.get("refresh_token", "")), notion.terms, now_ms)
            return _answer(notion, pair) if pair else _refuse(400, "invalid_grant")
    return _refuse(400, "unsupported_grant_type")


def _answer(notion: Notion, pair: Pair) -> Response:
    workspace = notion.workspaces[pair.grant.account_id]
    answer: dict[str, object] = {
        "access_token": pair.access_token,
        "token_type": "bearer",
        "refresh_token": pair.refresh_token,
        "bot_id": str(uuid.uuid5(uuid.NAMESPACE_OID, pair.grant_id)),
        "workspace_icon": None,
        "workspace_name": workspace.name,
        "workspace_id": workspace.workspace_id,
        "owner": {
            "type": "user",
            "user": {
                "object": "user",
                "id": workspace.user_id,
                "name": workspace.user_name,
                "avatar_url": None,
                "type": "person",
                "person": {"email": workspace.email},
            },
        },
        "duplicated_template_id": None,
        "request_id": str(uuid.uuid4()),
    }
    lifetime_s = notion.terms.access_s
    announced = lifetime_s is not None and notion.environment.settings.notion_announces_expiry
    return JSONResponse(answer | {"expires_in": lifetime_s} if announced else answer)


def introspect(notion: Notion, body: Body) -> Response:
    grant = notion.grants.holder(str(body.get("token", "")), notion.environment.now_ms())
    return JSONResponse({"active": grant is not None, "request_id": str(uuid.uuid4())})


def revoke(notion: Notion, body: Body) -> Response:
    """An access token is what is revoked, and the whole authorization ends with it."""
    access_token = str(body.get("token", ""))
    if notion.grants.holder(access_token, notion.environment.now_ms()) is None:
        return _refuse(400, "invalid_grant")
    notion.grants.kill_by_token(access_token)
    return JSONResponse({"request_id": str(uuid.uuid4())})


def _refuse(status: int, error: str) -> Response:
    return JSONResponse({"error": error, "request_id": str(uuid.uuid4())}, status)
