"""What OAuth v1 offers for one token in the path; switched off on 2027-02-16.

Source: HubSpot OAuth v1, GET /oauth/v1/access-tokens/{token}, GET and DELETE /oauth/v1/refresh-tokens/{token}.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from simulator.errors import RefusalError
from simulator.oauth.endpoints import JSON
from simulator.oauth.tokens import Token
from simulator.state import SimulatorState


def access_token_details(state: SimulatorState) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        text = request.path_params["token"]
        token = _live(state, text, "access_token")
        if token is None:
            return _refused(request)
        details = _details(state, text, token)
        details["expires_in"] = max(token.expires_at_ms - state.now_ms(), 0) // 1000
        details["app_id"] = state.app.app_id
        return Response(msgspec.json.encode(details), media_type=JSON)

    return endpoint


def refresh_token_details(state: SimulatorState) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        text = request.path_params["token"]
        token = _live(state, text, "refresh_token")
        if token is None:
            return _refused(request)
        if request.method == "DELETE":
            state.ledger.revoke(token.portal_id)
            return Response(status_code=204)
        details = _details(state, text, token) | {"client_id": state.app.client_id}
        return Response(msgspec.json.encode(details), media_type=JSON)

    return endpoint


def _live(state: SimulatorState, text: str, use: str) -> Token | None:
    token = state.mint.read(text)
    is_live = token and token.use == use and state.mint.is_live(text, token, state.settings, state.now_ms())
    return token if is_live else None


def _details(state: SimulatorState, text: str, token: Token) -> dict[str, object]:
    profile = state.portals[token.portal_id].profile
    return {
        "token": text,
        "user": profile.user,
        "hub_domain": profile.hub_domain,
        "scopes": list(token.scopes),
        "hub_id": profile.portal_id,
        "user_id": profile.user_id,
        "token_type": token.use.removesuffix("_token"),
    }


def _refused(request: Request) -> Response:
    refusal = RefusalError(404, "token not found", category="OBJECT_NOT_FOUND")
    return Response(
        msgspec.json.encode(refusal.envelope(request.scope["simulator.correlation_id"])), 404, media_type=JSON
    )
