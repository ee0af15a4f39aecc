"""The token endpoint: exchange a code, refresh, introspect, revoke (RFC 6749, 7662, 7009).

Requests are built and answers deciphered by pure functions; `TokenEndpoint` sends them. A call that may be repeated
is retried like any read; an exchange only where the vendor cannot have seen it, because the code is spent by then.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from pydantic import SecretStr

from core.http import (
    DeadlineExceededError,
    ExchangeError,
    HttpClient,
    HttpRequest,
    HttpResponse,
    ResponseTooLargeError,
    TransportError,
)
from core.retry import Failure, Retrier, RetryPolicy
from errors import (
    Upstream,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamResponseTooLargeError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from oauth.provider import OAuthProvider

T = TypeVar("T")

# The lock of a refresh lives 15 seconds: the call, its retries included, ends well before.
TOKEN_POLICY = RetryPolicy(attempts=3, longest_wait_s=3.0, total_s=10.0, attempt_s=10.0)
REVOKE_POLICY = RetryPolicy(attempts=2, longest_wait_s=2.0, total_s=5.0, attempt_s=4.0)

_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client", "redirect_uri_mismatch", "unsupported_grant_type"})
_GRANT_ERRORS = frozenset({"invalid_grant", "access_denied"})
_PASSING_ERRORS = frozenset({"temporarily_unavailable", "server_error"})
# Conflict: the same token is being used by another call at this moment. Too early, request timeout: said by proxies.
_PASSING_STATUSES = frozenset({408, 409, 425})
_LONGEST_LIFETIME_S = 10 * 365 * 86_400  # beyond it a token has no end for us; keeps every sum a safe integer


class GrantRejectedError(Exception):
    """The vendor says the code or refresh token is used, expired, revoked or not ours.

    `in_doubt`: an earlier attempt of the same call may have reached the vendor and used the token itself.
    """

    def __init__(self, *, in_doubt: bool = False) -> None:
        self.in_doubt = in_doubt
        super().__init__("the vendor rejects the grant")


class ClientRejectedError(Exception):
    """The vendor refuses our client id, secret or redirect URI: an operator must act, the grant may be fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGrant:
    """What a token answer gives. `expires_in_s` is None for a token without an end."""

    access_token: SecretStr
    refresh_token: SecretStr | None
    expires_in_s: int | None
    scopes: tuple[str, ...] | None
    account_id: str | None
    account_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introspection:
    """Whose token it is. Everything but `active` may be missing."""

    active: bool
    account_id: str | None
    scopes: tuple[str, ...] | None


class TokenEndpoint:
    """A provider's token endpoint over our HTTP client; each call ends within its policy's total time."""

    def __init__(self, http: HttpClient, provider: OAuthProvider) -> None:
        self._http = http
        self._provider = provider
        self._retrier = Retrier.with_defaults(TOKEN_POLICY)
        self._revoke_retrier = Retrier.with_defaults(REVOKE_POLICY)

    async def exchange(self, code: str, code_verifier: SecretStr | None) -> TokenGrant:
        """Trade the authorization code for tokens. Raises as `_send`."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._provider.redirect_uri}
        if code_verifier is not None:
            fields["code_verifier"] = code_verifier.get_secret_value()
        return await self._send(self._provider.token_url, fields, parse_grant, repeatable=False)

    async def refresh(self, refresh_token: SecretStr) -> TokenGrant:
        """Buy a new access token. The answer may or may not hold a new refresh token. Raises as `_send`."""
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token.get_secret_value()}
        return await self._send(self._provider.token_url, fields, parse_grant)

    async def introspect(self, access_token: SecretStr) -> Introspection:
        """Ask whose token it is (RFC 7662). Raises as `_send`; UpstreamError when the vendor has no such endpoint."""
        if self._provider.introspect_url is None:
            raise UpstreamError
        fields = {"token": access_token.get_secret_value(), "token_type_hint": "access_token"}
        return await self._send(self._provider.introspect_url, fields, parse_introspection)

    def token_to_revoke(self, access_token: SecretStr, refresh_token: SecretStr | None) -> SecretStr | None:
        """Which of the two `revoke` wants here; None when there is nothing to revoke by."""
        return access_token if self._provider.revokes == "access_token" else refresh_token

    async def revoke(self, token: SecretStr) -> None:
        """End the grant at the vendor (RFC 7009), by the token it revokes. Does nothing where there is no endpoint.

        Raises as `_send`.
        """
        if self._provider.revoke_url is not None:
            fields = {"token": token.get_secret_value(), "token_type_hint": self._provider.revokes}
            await self._send(self._provider.revoke_url, fields, _ignore_body, retrier=self._revoke_retrier)

    async def _send(
        self,
        url: str,
        fields: dict[str, str],
        parse: Callable[[HttpResponse, OAuthProvider], T],
        *,
        repeatable: bool = True,
        retrier: Retrier | None = None,
    ) -> T:
        """Raises: GrantRejectedError, ClientRejectedError, or an UpstreamError for everything that may pass."""
        request = build_request(self._provider, url, fields)
        in_doubt = False

        async def attempt(allowed_s: float) -> T:
            nonlocal in_doubt
            try:
                response = await self._http.send(request, timeout_s=allowed_s)
                if response.status >= 300:
                    raise decipher_refusal(response, self._provider)
                return parse(response, self._provider)
            except (ExchangeError, UpstreamError) as exc:
                in_doubt = in_doubt or may_have_acted(exc)
                raise

        def judge(exc: Exception) -> Failure | None:
            return classify(exc, repeatable=repeatable)

        try:
            return await (retrier or self._retrier).call(attempt, classify=judge)
        except GrantRejectedError:
            raise GrantRejectedError(in_doubt=in_doubt) from None
        except DeadlineExceededError as exc:
            raise UpstreamTimeoutError from exc
        except ResponseTooLargeError as exc:
            raise UpstreamResponseTooLargeError from exc
        except ExchangeError as exc:
            raise UpstreamUnavailableError from exc


def classify(exc: Exception, *, repeatable: bool) -> Failure | None:
    """Whether an attempt may be repeated: when the vendor did not act on it, or when repeating does no harm."""
    match exc:
        case TransportError(kind="connect"):
            return Failure(retryable=True)
        case UpstreamRateLimitedError():
            return Failure(retryable=True, wait_at_least_s=exc.retry_after_s or 1.0, spends_budget=False)
        case UpstreamUnavailableError():
            return Failure(retryable=repeatable, wait_at_least_s=exc.retry_after_s or 0.0)
        case TransportError() | DeadlineExceededError() | UpstreamMalformedError():
            return Failure(retryable=repeatable)
    return None


def may_have_acted(exc: Exception) -> bool:
    """Whether the vendor may have done what was asked although we hold no usable answer.

    Takes the failure of one attempt, or what a whole call raised because of it.
    """
    match exc.__cause__ if isinstance(exc, UpstreamError) and exc.__cause__ else exc:
        case TransportError(kind="connect") | UpstreamRateLimitedError():
            return False
        case ExchangeError() | UpstreamUnavailableError() | UpstreamTimeoutError() | UpstreamMalformedError():
            return True
    return False


def build_request(provider: OAuthProvider, url: str, fields: dict[str, str]) -> HttpRequest:
    """A POST with the client's credentials and the body as this vendor wants them."""
    headers = {"Accept": "application/json", **provider.request_headers}
    endpoint = f"oauth_{fields.get('grant_type', 'token')}"
    secret = provider.client_secret.get_secret_value()
    if provider.client_authentication == "basic":
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        fields = {**fields, "client_id": provider.client_id, "client_secret": secret}
    if provider.request_body == "json":
        members = {name: value for name, value in fields.items() if name != "token_type_hint"}
        headers["Content-Type"] = "application/json"
        return HttpRequest(
            method="POST", url=url, headers=headers, body=msgspec.json.encode(members), endpoint=endpoint
        )
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return HttpRequest(method="POST", url=url, headers=headers, body=urlencode(fields).encode(), endpoint=endpoint)


def decipher_refusal(response: HttpResponse, provider: OAuthProvider) -> Exception:
    """What a non-2xx answer of the token endpoint means."""
    upstream = Upstream(status=response.status, correlation_id=response.headers.get(provider.correlation_id_header))
    if response.status == 429:
        return UpstreamRateLimitedError(retry_after_s=_retry_after_s(response), upstream=upstream)
    named = {provider.error_aliases.get(word, word) for word in _error_words(response)}
    if response.status >= 500 or response.status in _PASSING_STATUSES or named & _PASSING_ERRORS:
        return UpstreamUnavailableError(retry_after_s=_retry_after_s(response), upstream=upstream)
    if named & _GRANT_ERRORS:
        return GrantRejectedError()
    if named & _CLIENT_ERRORS or response.status == 401:
        return ClientRejectedError()
    return UpstreamError(upstream=upstream)


def parse_grant(response: HttpResponse, provider: OAuthProvider) -> TokenGrant:
    """Raises: UpstreamMalformedError when the answer is not JSON or lacks the access token."""
    body = _parse_object(response)
    access_token = body.get("access_token")
    refresh_token = body.get("refresh_token")
    if not isinstance(access_token, str) or not access_token:
        raise UpstreamMalformedError(upstream=Upstream(status=response.status))
    return TokenGrant(
        access_token=SecretStr(access_token),
        refresh_token=SecretStr(refresh_token) if isinstance(refresh_token, str) and refresh_token else None,
        expires_in_s=_seconds(body.get("expires_in")),
        scopes=_scopes(body),
        account_id=_text(body, provider.account_id_field),
        account_name=_text(body, provider.account_name_field),
    )


def parse_introspection(response: HttpResponse, provider: OAuthProvider) -> Introspection:
    """Raises: UpstreamMalformedError when the answer is not a JSON object."""
    body = _parse_object(response)
    return Introspection(
        active=body.get("active") is True, account_id=_text(body, provider.account_id_field), scopes=_scopes(body)
    )


def _ignore_body(_response: HttpResponse, _provider: OAuthProvider) -> None:
    """RFC 7009 section 2.2: the status says all."""


def _parse_object(response: HttpResponse) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(response.body)
    except msgspec.DecodeError:
        body = None
    if not isinstance(body, dict):
        raise UpstreamMalformedError(upstream=Upstream(status=response.status))
    return body


def _error_words(response: HttpResponse) -> set[str]:
    """The standard's `error`, HubSpot's `status`, Notion's `code`; each may be missing."""
    try:
        body = _parse_object(response)
    except UpstreamMalformedError:
        return set()
    return {word for word in map(body.get, ("error", "status", "code")) if isinstance(word, str)}


def _seconds(value: object) -> int | None:
    """RFC 6749 wants a number; some vendors send it as text, some send null for "no end"."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or value > _LONGEST_LIFETIME_S:
        return None
    return max(0, int(value))


def _scopes(body: dict[str, Any]) -> tuple[str, ...] | None:
    """HubSpot lists `scopes`; the standard has `scope` by spaces; neither means "as asked"."""
    scopes = body.get("scopes")
    if isinstance(scopes, list):
        return tuple(sorted({scope for scope in scopes if isinstance(scope, str)}))
    scope = body.get("scope")
    return tuple(sorted(set(scope.split()))) if isinstance(scope, str) else None


def _text(body: dict[str, Any], name: str | None) -> str | None:
    value = body.get(name) if name else None
    return str(value) if value not in (None, "") else None


def _retry_after_s(response: HttpResponse) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else None
