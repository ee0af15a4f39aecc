"""Calls a token endpoint: exchange a code, refresh, introspect, revoke (RFC 6749, 7662, 7009).

`tokens.py` reads the answers. Calls that may be repeated are retried like reads; an exchange only if the vendor cannot
have received it, because the code works only once.
"""

import base64
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote, urlencode

import httpx
import msgspec
from pydantic import SecretStr

from core.api_client import ApiClient, Call, Unlimited
from core.http import HttpClient
from core.retry import Failure, Retrier, RetryPolicy
from errors import (
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamResponseTooLargeError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
    UpstreamUnreachableError,
)
from oauth.provider import OAuthProvider
from oauth.tokens import (
    GrantRejectedError,
    Introspection,
    TokenGrant,
    parse_grant,
    parse_introspection,
    read_answer,
)

T = TypeVar("T")
Parse = Callable[[httpx.Response, OAuthProvider], T]

TOKEN_POLICY = RetryPolicy(attempts=3, longest_wait_s=3.0, total_s=10.0, attempt_s=10.0)
REVOKE_POLICY = RetryPolicy(attempts=2, longest_wait_s=2.0, total_s=5.0, attempt_s=4.0)
# The vendor may have acted although its answer was lost, unless no connection was made.
_NO_USABLE_ANSWER = (
    UpstreamUnavailableError,
    UpstreamTimeoutError,
    UpstreamMalformedError,
    UpstreamResponseTooLargeError,
)


def _ready() -> None:
    """Allow each attempt."""


class TokenEndpoint:
    """A provider's token endpoint over our HTTP client; each call ends within its policy's total time.

    Every method raises GrantRejectedError, ClientRejectedError, or an UpstreamError for temporary failures.
    """

    def __init__(self, http: HttpClient, provider: OAuthProvider) -> None:
        self.provider = provider
        self._revoke_retrier = Retrier.with_defaults(REVOKE_POLICY)
        self._api: ApiClient[None] = ApiClient(
            http=http, budget=Unlimited(), access_token=None, retrier=Retrier.with_defaults(TOKEN_POLICY)
        )

    async def exchange(self, code: str, code_verifier: SecretStr | None) -> TokenGrant:
        """Exchange the authorization code for tokens. Also raises PkceRejectedError."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.provider.redirect_uri}
        if code_verifier is not None:
            fields["code_verifier"] = code_verifier.get_secret_value()
        return await self._send(self.provider.token_url, fields, parse_grant, repeatable=False)

    async def refresh(self, refresh_token: SecretStr, *, before_each: Callable[[], None] = _ready) -> TokenGrant:
        """Get a new access token. The answer may contain a new refresh token.

        `before_each` is called before each attempt and raises if the refresh token may no longer be sent.
        """
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token.get_secret_value()}
        return await self._send(self.provider.token_url, fields, parse_grant, before_each=before_each)

    async def introspect(self, access_token: SecretStr) -> Introspection:
        """Introspect a token (RFC 7662). Raises: UpstreamError if the vendor has no such endpoint."""
        if self.provider.introspect_url is None:
            raise UpstreamError
        fields = {"token": access_token.get_secret_value(), "token_type_hint": "access_token"}
        return await self._send(self.provider.introspect_url, fields, parse_introspection)

    async def revoke(self, token: SecretStr) -> None:
        """Revoke the grant at the vendor (RFC 7009). Does nothing if there is no such endpoint."""
        if self.provider.revoke_url is not None:
            fields = {"token": token.get_secret_value(), "token_type_hint": self.provider.revokes}
            await self._send(self.provider.revoke_url, fields, _ignore_body, retrier=self._revoke_retrier)

    async def _send(
        self,
        url: str,
        fields: dict[str, str],
        parse: Parse[T],
        *,
        repeatable: bool = True,
        retrier: Retrier | None = None,
        before_each: Callable[[], None] = _ready,
    ) -> T:
        in_doubt = False

        def next_call() -> Call[None]:
            before_each()
            return build_call(self.provider, url, fields)

        def classify_attempt(exc: Exception) -> Failure | None:
            nonlocal in_doubt
            in_doubt = in_doubt or may_have_acted(exc)
            return classify(exc, repeatable=repeatable)

        def read(response: httpx.Response) -> T:
            return read_answer(response, self.provider, parse)

        try:
            return await self._api.call(next_call, read, classify=classify_attempt, retrier=retrier)
        except GrantRejectedError:
            raise GrantRejectedError(in_doubt=in_doubt) from None


def build_call(provider: OAuthProvider, url: str, fields: dict[str, str]) -> Call[None]:
    """A POST with the client's credentials and a body in the vendor's format."""
    headers = dict(provider.request_headers)
    endpoint = f"oauth_{fields.get('grant_type', 'token')}"
    secret = provider.client_secret.get_secret_value()
    if provider.client_authentication == "basic":
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        fields = {**fields, "client_id": provider.client_id, "client_secret": secret}
    if provider.request_body == "json":
        body = msgspec.json.encode({name: value for name, value in fields.items() if name != "token_type_hint"})
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(fields).encode()
    return Call("POST", url, None, body, endpoint, headers)


def classify(exc: Exception, *, repeatable: bool) -> Failure | None:
    """Whether an attempt may be repeated: the vendor did not act on it, or repeating is harmless."""
    match exc:
        case UpstreamRateLimitedError():
            return Failure(retryable=True, wait_at_least_s=exc.retry_after_s or 1.0, spends_budget=False)
        case UpstreamUnavailableError() | UpstreamTimeoutError() | UpstreamMalformedError():
            is_safe = repeatable or not may_have_acted(exc)
            return Failure(retryable=is_safe, wait_at_least_s=exc.retry_after_s or 0.0)
    return None


def may_have_acted(exc: Exception) -> bool:
    """Whether the vendor may have acted although there is no usable answer."""
    return isinstance(exc, _NO_USABLE_ANSWER) and not isinstance(exc, UpstreamUnreachableError)


def _ignore_body(_response: httpx.Response, _provider: OAuthProvider) -> None:
    """RFC 7009 section 2.2: only the status matters."""
