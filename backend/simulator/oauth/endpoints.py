"""Token, introspection and revocation: form body only, right client, single-use code.

Source: HubSpot manage OAuth tokens; POST /oauth/{version}/token, …/introspect, …/revoke.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from simulator.errors import html_page
from simulator.oauth.tokens import Pair, Token
from simulator.records.portal import Portal
from simulator.state import SimulatorState
from simulator.webhooks.journal import TOKEN_LIFETIME_S

JSON = "application/json;charset=utf-8"
FORM = "application/x-www-form-urlencoded"
Form = Mapping[str, str]
Deed = Callable[[SimulatorState, Form], dict[str, object] | None]

# `status` of the body: `message` and `error`. Source: captures; texts that no capture shows are modelled on them.
_REFUSALS = {
    "BAD_GRANT_TYPE": ("missing or unknown grant type", "unsupported_grant_type"),
    "BAD_CLIENT_ID": ("missing or unknown client id", "invalid_client"),
    "BAD_CLIENT_SECRET": ("missing or invalid client secret", "invalid_client"),
    "BAD_AUTH_CODE": ("missing or unknown auth code", "invalid_grant"),
    "BAD_REDIRECT_URI": ("missing or invalid redirect uri", "invalid_grant"),
    "BAD_CODE_VERIFIER": ("missing or invalid code verifier", "invalid_grant"),
    "BAD_REFRESH_TOKEN": ("refresh token is invalid, expired or revoked", "invalid_grant"),
    "BAD_TOKEN": ("missing token", "invalid_request"),
}


class OAuthError(Exception):
    """A 400 with one of HubSpot's statuses."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status

    def body(self, correlation_id: str) -> dict[str, str]:
        message, error = _REFUSALS[self.status]
        return {
            "error": error,
            "error_description": message,
            "status": self.status,
            "message": message,
            "correlationId": correlation_id,
        }


def oauth_endpoint(state: SimulatorState, deed: Deed) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            return HTMLResponse(html_page(415, "Unsupported Media Type"), 415)
        try:
            body = deed(state, await _form(request))
        except OAuthError as exc:
            refused = msgspec.json.encode(exc.body(request.scope["simulator.correlation_id"]))
            return Response(refused, 400, media_type=JSON)
        if body is None:
            return Response(status_code=200)
        if "hub_id" in body:
            request.scope["simulator.portal_id"] = str(body["hub_id"])
        return Response(msgspec.json.encode(body), 200, {"cache-control": "no-store"}, JSON)

    return endpoint


async def _form(request: Request) -> Form:
    """The body's fields; v1 also takes them from the query, the others do not."""
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return {**request.query_params, **form} if request.path_params["version"] == "v1" else form


def issue_tokens(state: SimulatorState, form: Form) -> dict[str, object]:
    """Trade an authorization code or a refresh token."""
    grant_type = form.get("grant_type")
    if grant_type not in ("authorization_code", "refresh_token", "client_credentials"):
        raise OAuthError("BAD_GRANT_TYPE")
    _check_client(state, form)
    if grant_type == "client_credentials":
        return _app_token(state, form)
    if grant_type == "refresh_token":
        return _refresh(state, form.get("refresh_token", ""))
    return _redeem(state, form)


def _app_token(state: SimulatorState, form: Form) -> dict[str, object]:
    """A token of the app itself, for the webhooks journal. Source: HubSpot authentication, client credentials."""
    return {
        "token_type": "bearer",
        "access_token": state.journal.issue_token(),
        "scopes": form.get("scope", "").split(),
        "expires_in": TOKEN_LIFETIME_S,
    }


def _check_client(state: SimulatorState, form: Form) -> None:
    if form.get("client_id") != state.app.client_id:
        raise OAuthError("BAD_CLIENT_ID")
    if not hmac.compare_digest(form.get("client_secret", "").encode(), state.app.client_secret.encode()):
        raise OAuthError("BAD_CLIENT_SECRET")


def _redeem(state: SimulatorState, form: Form) -> dict[str, object]:
    """Spend the code, whatever comes of it; then compare everything it was bound to."""
    consent = state.codes.redeem(form.get("code", ""), state.now_ms())
    if consent is None:
        raise OAuthError("BAD_AUTH_CODE")
    if form.get("redirect_uri") != consent.redirect_uri:
        raise OAuthError("BAD_REDIRECT_URI")
    if consent.code_challenge is not None and _challenge(form.get("code_verifier", "")) != consent.code_challenge:
        raise OAuthError("BAD_CODE_VERIFIER")
    portal = state.portals[consent.portal_id]
    pair = state.mint.grant(portal.profile, consent.scopes, state.settings, state.now_ms())
    return _token_body(state, portal, pair)


def _challenge(verifier: str) -> str:
    """Source: RFC 7636, S256."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refresh(state: SimulatorState, text: str) -> dict[str, object]:
    now_ms = state.now_ms()
    token = state.mint.read(text)
    if token is None or token.use != "refresh_token" or not state.mint.is_live(text, token, state.settings, now_ms):
        raise OAuthError("BAD_REFRESH_TOKEN")
    portal = state.portals[token.portal_id]
    return _token_body(state, portal, state.mint.refresh(text, token, portal.profile, state.settings, now_ms))


def _token_body(state: SimulatorState, portal: Portal, pair: Pair) -> dict[str, object]:
    token = state.mint.read(pair.access_token)
    return {
        "token_type": "bearer",
        "refresh_token": pair.refresh_token,
        "access_token": pair.access_token,
        "hub_id": portal.portal_id,
        "scopes": list(token.scopes) if token else [],
        "expires_in": state.settings.access_token_lifetime_s,
        "token_use": "access_token",
    }


def introspect(state: SimulatorState, form: Form) -> dict[str, object]:
    """Say what a token is; one that is unknown, expired or revoked is only not active. Source: capture 2026-09-30."""
    _check_client(state, form)
    text = form.get("token", "")
    if not text:
        raise OAuthError("BAD_TOKEN")
    token = state.mint.read(text)
    if token is None or not state.mint.is_live(text, token, state.settings, state.now_ms()):
        return {"active": False}
    return _described(state, text, token)


def _described(state: SimulatorState, text: str, token: Token) -> dict[str, object]:
    profile = state.portals[token.portal_id].profile
    body: dict[str, object] = {
        "active": True,
        "token": text,
        "hub_id": profile.portal_id,
        "user_id": profile.user_id,
        "client_id": state.app.client_id,
        "app_id": state.app.app_id,
        "user": profile.user,
        "hub_domain": profile.hub_domain,
        "scopes": list(token.scopes),
        "token_use": token.use,
        "token_type": "Bearer",
    }
    if token.use == "access_token":
        body["signed_access_token"] = _signed(state, token)
        body["expires_in"] = max(token.expires_at_ms - state.now_ms(), 0) // 1000
        body["is_private_distribution"] = True
    return body


def _signed(state: SimulatorState, token: Token) -> dict[str, object]:
    profile = state.portals[token.portal_id].profile
    return {
        "expiresAt": token.expires_at_ms,
        "scopes": f"{token.scope_mask:x}",
        "hubId": profile.portal_id,
        "userId": profile.user_id,
        "appId": state.app.app_id,
        "signature": token.token_id,
        "scopeToScopeGroupPks": "",
        "newSignature": token.token_id,
        "hublet": profile.hublet,
        "trialScopes": "",
        "trialScopeToScopeGroupPks": "",
        "isUserLevel": False,
        "isPrivateDistribution": True,
        "appInstallId": "",
        "audience": "",
        "installingUserId": profile.user_id,
        "isServiceAccount": False,
    }


def revoke(state: SimulatorState, form: Form) -> None:
    """Kill a refresh token, and with it all of that account; anything else is answered in the same way."""
    _check_client(state, form)
    text = form.get("token", "")
    if not text:
        raise OAuthError("BAD_TOKEN")
    token = state.mint.read(text)
    if token is not None and token.use == "refresh_token":
        state.ledger.revoke(token.portal_id)
