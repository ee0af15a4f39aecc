"""Interpret the token endpoint's answers: a response in, a grant or the right error out (RFC 6749, 7662). Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import msgspec
from pydantic import SecretStr

from core.json_text import decode_json
from core.response_headers import correlation_id_of, retry_after_of
from errors import (
    AccountMismatchError,
    Upstream,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamUnavailableError,
)
from oauth.connection import Account
from oauth.provider import OAuthProvider
from oauth.token_values import id_of, is_id, lifetime_of, name_of, scopes_of, token_of

T = TypeVar("T")

_ANY = msgspec.json.Decoder()
_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client", "redirect_uri_mismatch", "unsupported_grant_type"})
_GRANT_ERRORS = frozenset({"invalid_grant", "access_denied"})
# Our code for a vendor-specific error; RFC 7636 section 4.6 uses the less specific invalid_grant.
_PKCE_ERRORS = frozenset({"invalid_code_verifier"})
_PKCE_WORDS = re.compile(r"pkce|code[ _-]?(challenge|verifier)", re.IGNORECASE)
_PASSING_ERRORS = frozenset({"temporarily_unavailable", "server_error"})
# Conflict: another call is using the same token right now. Proxies send "too early" and "request timeout".
_PASSING_STATUSES = frozenset({408, 409, 425})


class GrantRejectedError(Exception):
    """The vendor reports that the code or refresh token is used, expired, revoked or of another client.

    `in_doubt`: an earlier attempt of the same call may have used the token.
    """

    def __init__(self, *, in_doubt: bool = False) -> None:
        self.in_doubt = in_doubt
        super().__init__("the vendor rejects the grant")


class ClientRejectedError(Exception):
    """The vendor refuses our client id, secret or redirect URI: an operator must act; the grant may be valid."""


class PkceRejectedError(ClientRejectedError):
    """The vendor refuses the PKCE challenge or verifier: an operator must turn PKCE off for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGrant:
    """The content of a token answer. `expires_in_s` is None if the token does not expire."""

    access_token: SecretStr
    refresh_token: SecretStr | None
    expires_in_s: int | None
    scopes: tuple[str, ...] | None
    account_id: str | None
    account_name: str | None = None
    grant_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introspection:
    """The account of a token. Everything except `active` may be missing."""

    active: bool
    account_id: str | None
    scopes: tuple[str, ...] | None


def read_answer(
    response: httpx.Response, provider: OAuthProvider, parse: Callable[[httpx.Response, OAuthProvider], T]
) -> T:
    """The value of a success. Raises: the error of `decipher_refusal` for other statuses; the errors of `parse`."""
    if not 200 <= response.status_code < 300:
        raise decipher_refusal(response, provider)
    return parse(response, provider)


def decipher_refusal(response: httpx.Response, provider: OAuthProvider) -> Exception:
    """The error for a non-2xx answer of the token endpoint."""
    correlation_id = correlation_id_of(response.headers.get(provider.correlation_id_header))
    upstream = Upstream(status=response.status_code, correlation_id=correlation_id)
    if response.status_code == 429:
        return UpstreamRateLimitedError(retry_after_s=retry_after_of(response.headers), upstream=upstream)
    body = _error_body(response)
    named = {provider.error_aliases.get(word, word) for word in _strings(body, "error", "status", "code")}
    if response.status_code >= 500 or response.status_code in _PASSING_STATUSES or named & _PASSING_ERRORS:
        return UpstreamUnavailableError(retry_after_s=retry_after_of(response.headers), upstream=upstream)
    if named & _PKCE_ERRORS or mentions_pkce(*_strings(body, "error_description", "message")):
        return PkceRejectedError()
    if named & _GRANT_ERRORS:
        return GrantRejectedError()
    if named & _CLIENT_ERRORS or response.status_code == 401:
        return ClientRejectedError()
    return UpstreamError(upstream=upstream)


def mentions_pkce(*texts: str) -> bool:
    """Whether a vendor's error text is about PKCE, for which RFC 7636 defines no error code."""
    return any(_PKCE_WORDS.search(text) for text in texts)


def parse_grant(response: httpx.Response, provider: OAuthProvider) -> TokenGrant:
    """Raises: UpstreamMalformedError if the answer is not JSON, has no access token, or is unusable."""
    body = _parse_object(response)
    refresh_token = body.get("refresh_token")
    try:
        return TokenGrant(
            access_token=token_of(body.get("access_token")),
            refresh_token=None if refresh_token in (None, "") else token_of(refresh_token),
            expires_in_s=lifetime_of(body.get("expires_in")),
            scopes=scopes_of(body),
            account_id=id_of(body, provider.account_id_field),
            account_name=name_of(body, provider.account_name_field),
            grant_id=id_of(body, provider.grant_id_field),
        )
    except ValueError:  # without its text, which may contain a token
        raise _malformed(response) from None


def verify_account(account: Account, grant: TokenGrant) -> None:
    """Check that an answer belongs to the expected account.

    Raises: AccountMismatchError for another account or another authorization in it; UpstreamMalformedError for an
    invalid account id.
    """
    if not is_id(account.account_id):
        raise UpstreamMalformedError
    pairs = ((account.account_id, grant.account_id), (account.grant_id, grant.grant_id))
    if any(known and named and known != named for known, named in pairs):
        raise AccountMismatchError


def parse_introspection(response: httpx.Response, provider: OAuthProvider) -> Introspection:
    """Raises: UpstreamMalformedError if the answer is not a JSON object or is unusable."""
    body = _parse_object(response)
    try:
        account_id = id_of(body, provider.account_id_field)
    except ValueError:
        raise _malformed(response) from None
    return Introspection(active=body.get("active") is True, account_id=account_id, scopes=scopes_of(body))


def _parse_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = decode_json(response.content, _ANY)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise _malformed(response)
    return body


def _malformed(response: httpx.Response) -> UpstreamMalformedError:
    return UpstreamMalformedError(upstream=Upstream(status=response.status_code))


def _error_body(response: httpx.Response) -> dict[str, Any]:
    """The standard's `error`, HubSpot's `status`, Notion's `code`, and texts; each may be missing."""
    try:
        return _parse_object(response)
    except UpstreamMalformedError:
        return {}


def _strings(body: dict[str, Any], *names: str) -> list[str]:
    return [text for text in map(body.get, names) if isinstance(text, str)]
