"""Airtable's consent page and token endpoint: PKCE and Basic authentication required, refresh tokens for one use.

Source: Airtable OAuth reference; Airtable/oauth-example.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.airtable.vendor import CLIENT, Airtable
from simulator.sibling.codes import CODE_LIFETIME_MS, Consent
from simulator.sibling.consent import consent_page, refusal_page, send_back
from simulator.sibling.grants import Pair

Endpoint = Callable[[Request], Awaitable[Response]]
FORM = "application/x-www-form-urlencoded"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_WORDS = {
    "data.records:read": "See the data in records",
    "schema.bases:read": "See the structure of bases",
    "user.email:read": "See your e-mail address",
}


def authorize(airtable: Airtable) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        query = request.query_params
        if query.get("client_id") != CLIENT.client_id:
            return refusal_page("Airtable", "No integration has this client id.")
        if not CLIENT.allows_redirect(query.get("redirect_uri", "")):
            return refusal_page("Airtable", "The redirect URI does not match one of the integration's.")
        if fault := _fault(query):
            return _back(query, error=fault[0], error_description=fault[1])
        if request.method == "GET":
            return consent_page(
                "Airtable", CLIENT.name, airtable.names(), [_WORDS[scope] for scope in query["scope"].split()]
            )
        form = await request.form()
        if form.get("decision") != "allow":
            return _back(query, error="access_denied", error_description="The user denied the request")
        account_id = str(form.get("account") or next(iter(airtable.accounts)))
        if account_id not in airtable.accounts:
            return refusal_page("Airtable", "There is no such account.")
        consent = Consent(
            account_id=account_id,
            scopes=query["scope"].split(),
            redirect_uri=query["redirect_uri"],
            code_challenge=query["code_challenge"],
            ends_ms=airtable.environment.now_ms() + CODE_LIFETIME_MS,
        )
        return _back(query, code=airtable.codes.issue(consent))

    return endpoint


def _fault(query: Mapping[str, str]) -> tuple[str, str] | None:
    if query.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code"
    scopes = query.get("scope", "").split()
    if not scopes or len(set(scopes)) < len(scopes) or not CLIENT.scopes.issuperset(scopes):
        return "invalid_scope", "scope must list unique scopes that are enabled for the integration"
    if not query.get("state"):
        return "invalid_request", "state is required"
    if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
        return "invalid_request", "code_challenge and code_challenge_method S256 are required"
    return None


def _back(query: Mapping[str, str], **parameters: str) -> Response:
    """Every answer carries the state, and the challenge it belongs to."""
    kept = {name: query[name] for name in ("state", "code_challenge", "code_challenge_method") if query.get(name)}
    return send_back(query["redirect_uri"], **parameters, **kept)


def token(airtable: Airtable) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != FORM:
            return _refuse(400, "invalid_request", f"Content-Type must be {FORM}")
        if not CLIENT.is_proven_by(request.headers.get("authorization", "")):
            return _refuse(401, "invalid_client", "Client authentication failed")
        form = {name: str(value) for name, value in (await request.form()).items()}
        match form.get("grant_type"):
            case "authorization_code":
                return _exchange(airtable, form)
            case "refresh_token":
                return _refresh(airtable, form)
        return _refuse(400, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token")

    return endpoint


def _exchange(airtable: Airtable, form: Mapping[str, str]) -> Response:
    if not form.get("code") or not form.get("redirect_uri") or not form.get("code_verifier"):
        return _refuse(400, "invalid_request", "code, redirect_uri and code_verifier are required")
    now_ms = airtable.environment.now_ms()
    consent = airtable.codes.redeem(
        form["code"], redirect_uri=form["redirect_uri"], code_verifier=form["code_verifier"], now_ms=now_ms
    )
    if consent is None:
        return _refuse(400, "invalid_grant", "Invalid authorization code")
    return _answer(airtable, airtable.grants.issue(consent.account_id, consent.scopes, airtable.terms, now_ms))


def _refresh(airtable: Airtable, form: Mapping[str, str]) -> Response:
    if not form.get("refresh_token"):
        return _refuse(400, "invalid_request", "refresh_token is required")
    pair = airtable.grants.redeem(form["refresh_token"], airtable.terms, airtable.environment.now_ms())
    return _answer(airtable, pair) if pair else _refuse(400, "invalid_grant", "Invalid token")


def _answer(airtable: Airtable, pair: Pair) -> Response:
    return JSONResponse(
        {
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "token_type": "Bearer",
            "scope": " ".join(pair.grant.scopes),
            "expires_in": airtable.terms.access_s,
            "refresh_expires_in": airtable.terms.refresh_s,
        }
    )


def _refuse(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)
