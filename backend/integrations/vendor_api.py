"""A small vendor's API on behalf of one account: token, budgets, deadline, retries, typed answers.

Order of events in a call: token → room in each budget → sent → answer deciphered; 429, 5xx, resets and unreadable
bodies are tried again (`core/retry.py`); a 401 asks once for another token and begins anew.
HubSpot has buckets, quotas and error bodies of its own: `hubspot/client.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
import msgspec
from msgspec import Struct
from pydantic import SecretStr

from core import store
from core.exchange_errors import DeadlineExceededError, ExchangeError, ResponseTooLargeError, TransportError
from core.http import HttpClient
from core.rate_limit import Asker, Grant, Priority, Rate, RateLimitTimeoutError, RollingWindowLimiter
from core.response_headers import retry_after_of
from core.retry import Failure, Retrier
from errors import (
    ServiceError,
    Upstream,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamResponseTooLargeError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from oauth.connection import Connection
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services

T = TypeVar("T")
AccessTokens = Callable[[SecretStr | None], Awaitable[SecretStr]]

# Longest wait for room, or for the end of a pause, before the caller is told to come back. Windows here last a second.
MAX_WAIT_S = 12.0
BLOCKED = "The connected service has blocked our access to this account. Ask its support; trying again does not help."


@dataclass(frozen=True, slots=True)
class Budget:
    """What the vendor allows for `name`: the account, or one thing in it."""

    name: str
    rate: Rate


class UpstreamOverloadedError(UpstreamUnavailableError):
    """The vendor is overloaded (529) and asks for a pause, as with a 429. Source: Notion request limits, June 2026."""


class AccessTokenRejectedError(UpstreamError):
    """The vendor does not accept the access token (401)."""

    default_detail = "The connected service did not accept our access. Try again; if it stays, connect again."


class _RefusalData(Struct):
    rate_limit_reason: str | None = None


class _Refusal(Struct):
    additional_data: _RefusalData = msgspec.field(default_factory=_RefusalData)


@dataclass(slots=True, kw_only=True)
class VendorApi:
    """All its calls are reads.

    Args:
        access_token: hands out a token; its argument is one the vendor has just rejected.
        account_id: whose budgets are used.
        headers: of every call.
        pause_s: what a 429 that names no time asks for.
    """

    http: HttpClient
    limiter: RollingWindowLimiter
    provider: OAuthProvider
    access_token: AccessTokens
    account_id: str
    asker: Asker
    retrier: Retrier
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pause_s: float = 1.0
    requests: int = 0
    retries: int = 0

    async def get(self, path: str, answer: type[T], *, budgets: tuple[Budget, ...] = ()) -> T:
        """The answer to a GET. Raises: an UpstreamError by status, with the status; what the vault raises."""
        return await self._call(
            httpx.Request("GET", self.provider.api_url + path, headers=self.headers), answer, budgets
        )

    async def post(self, path: str, body: Any, answer: type[T], *, budgets: tuple[Budget, ...] = ()) -> T:
        """The answer to a POST that changes nothing. Raises as `get`."""
        headers = {**self.headers, "Content-Type": "application/json"}
        request = httpx.Request(
            "POST", self.provider.api_url + path, headers=headers, content=msgspec.json.encode(body)
        )
        return await self._call(request, answer, budgets)

    async def _call(self, request: httpx.Request, answer: type[T], budgets: tuple[Budget, ...]) -> T:
        token = await self.access_token(None)
        try:
            return await self._try(request, answer, budgets, token)
        except AccessTokenRejectedError:
            return await self._try(request, answer, budgets, await self.access_token(token))

    async def _try(self, request: httpx.Request, answer: type[T], budgets: tuple[Budget, ...], token: SecretStr) -> T:
        headers = {**request.headers, "Authorization": f"Bearer {token.get_secret_value()}"}
        signed = httpx.Request(request.method, request.url, headers=headers, content=request.content or None)

        async def attempt(allowed_s: float) -> T:
            grants = [(budget, await self._wait_for_room(budget)) for budget in budgets]
            self.requests += 1
            try:
                response = await self.http.send(signed, timeout_s=allowed_s)
            except ExchangeError as exc:
                raise error_of_exchange(exc) from exc
            finally:
                for budget, grant in grants:
                    await self.limiter.answered(self._key(budget), budget.rate, grant)
            try:
                return parse(response, answer, self.pause_s)
            except (UpstreamRateLimitedError, UpstreamOverloadedError) as exc:
                if budgets:  # the last one is the most specific; a wider one will say so itself
                    await self.limiter.pause(self._key(budgets[-1]), exc.retry_after_s or self.pause_s)
                raise

        return await self.retrier.call(attempt, classify=failure_of, on_retry=self._note_retry)

    async def _wait_for_room(self, budget: Budget) -> Grant:
        try:
            return await self.limiter.acquire(self._key(budget), self.asker, budget.rate, timeout_s=MAX_WAIT_S)
        except RateLimitTimeoutError as exc:
            raise UpstreamRateLimitedError(retry_after_s=exc.retry_after_s) from exc

    def _key(self, budget: Budget) -> str:
        return store.budget_key(self.provider.name, self.account_id, budget.name)

    def _note_retry(self, _exc: Exception, _wait_s: float) -> None:
        self.retries += 1


def open_api(
    services: Services, connection: Connection, *, priority: Priority, headers: Mapping[str, str], pause_s: float
) -> VendorApi:
    """The API of a connection, its tokens from the vault."""

    async def access_token(rejected: SecretStr | None) -> SecretStr:
        return await services.vault.access_token(connection, rejected=rejected)

    return VendorApi(
        http=services.http,
        limiter=services.limiter,
        provider=services.provider(connection.provider),
        access_token=access_token,
        account_id=connection.account.account_id,
        asker=Asker(priority, connection.connection_id),
        retrier=services.retriers[connection.provider],
        headers=headers,
        pause_s=pause_s,
    )


def open_api_of_grant(services: Services, provider: OAuthProvider, grant: TokenGrant) -> VendorApi:
    """The API with a fresh grant, before it is known whose it is: no budget can be charged yet."""

    async def access_token(rejected: SecretStr | None) -> SecretStr:
        if rejected is not None:
            raise AccessTokenRejectedError
        return grant.access_token

    return VendorApi(
        http=services.http,
        limiter=services.limiter,
        provider=provider,
        access_token=access_token,
        account_id="",
        asker=Asker("interactive", services.limiter.name),
        retrier=services.retriers[provider.name],
    )


def parse(response: httpx.Response, answer: type[T], pause_s: float) -> T:
    """The body of a success as `answer`; its unknown members pass.

    Raises: an UpstreamError for every other status, with that status; UpstreamMalformedError for a body that is no
    JSON, or not of that shape.
    """
    upstream = Upstream(response.status_code)
    match response.status_code:
        case 401:
            raise AccessTokenRejectedError(upstream=upstream)
        case 429 if _is_blocked(response):
            raise UpstreamError(BLOCKED, upstream=upstream)
        case 429 | 529 as status:
            asked_s = retry_after_of(response.headers)
            error = UpstreamRateLimitedError if status == 429 else UpstreamOverloadedError
            raise error(retry_after_s=pause_s if asked_s is None else asked_s, upstream=upstream)
        case status if status >= 500 or status in {408, 409}:
            raise UpstreamUnavailableError(retry_after_s=retry_after_of(response.headers), upstream=upstream)
        case status if not 200 <= status < 300:
            raise UpstreamError(upstream=upstream)
    try:
        return msgspec.json.decode(response.content, type=answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise UpstreamMalformedError(upstream=upstream) from exc


def _is_blocked(response: httpx.Response) -> bool:
    """Whether a 429 stays: the vendor has closed its API to us. Source: Notion request limits, June 2026."""
    try:
        reason = msgspec.json.decode(response.content, type=_Refusal).additional_data.rate_limit_reason
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return reason == "public_api_request_blocked"


def error_of_exchange(exc: ExchangeError) -> ServiceError:
    """What it means that there was no whole answer."""
    match exc:
        case DeadlineExceededError():
            return UpstreamTimeoutError()
        case ResponseTooLargeError():
            return UpstreamResponseTooLargeError()
        case TransportError(kind="truncated" | "protocol"):
            return UpstreamMalformedError()
    return UpstreamUnavailableError()


def failure_of(exc: Exception) -> Failure | None:
    """Whether and after how long a read may be tried again; None for what is not the vendor's failure."""
    match exc:
        case UpstreamRateLimitedError(upstream=None):
            return None  # our own budget has no room
        case UpstreamRateLimitedError():
            return Failure(retryable=True, wait_at_least_s=exc.retry_after_s or 0.0, spends_budget=False)
        case UpstreamUnavailableError() | UpstreamMalformedError() | UpstreamTimeoutError():
            return Failure(retryable=True, wait_at_least_s=exc.retry_after_s or 0.0)
    return None
