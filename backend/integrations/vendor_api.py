"""A small vendor's API for one account: GET and POST with typed answers, within the account's rate limits.

`core/api_client.py` makes the calls. HubSpot has different buckets, quotas and error bodies: `hubspot/client.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
import msgspec
from msgspec import Struct
from pydantic import SecretStr

from core import store
from core.api_client import AccessTokenRejectedError, ApiClient, Call, Unlimited
from core.json_text import decode_json
from core.rate import Caller, Grant, Priority, Rate
from core.rate_limit import RateLimitTimeoutError, RollingWindowLimiter
from core.response_headers import retry_after_of
from errors import (
    ServiceError,
    Upstream,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamRateLimitedError,
    UpstreamUnavailableError,
)
from oauth.connection import Connection
from oauth.provider import OAuthProvider
from oauth.tokens import TokenGrant
from services.services import Services

T = TypeVar("T")

# Longest wait for budget or for the end of a pause; then the call fails with `retry_after`. Windows last a second.
MAX_WAIT_S = 12.0
BLOCKED = "The connected service has blocked our access to this account. Ask its support; trying again does not help."


@dataclass(frozen=True, slots=True)
class Bucket:
    """The vendor's limit for `name`: the account, or a part of it."""

    name: str
    rate: Rate


Buckets = tuple[Bucket, ...]


class UpstreamOverloadedError(UpstreamUnavailableError):
    """The vendor is overloaded (529) and requests a pause, as with a 429. Source: Notion request limits, June 2026."""


class _RefusalData(Struct):
    rate_limit_reason: str | None = None


class _Refusal(Struct):
    additional_data: _RefusalData = msgspec.field(default_factory=_RefusalData)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBudget:
    """The buckets of one account, shared by all workers through the limiter."""

    limiter: RollingWindowLimiter
    provider_name: str
    account_id: str
    caller: Caller

    async def acquire(self, bucket: Buckets, on_wait: Callable[[float], None]) -> "AccountPermit":
        """Wait for budget in each bucket. Raises: UpstreamRateLimitedError if there is none in time."""
        try:
            grants = [
                await self.limiter.acquire(
                    self.key(part), self.caller, part.rate, timeout_s=MAX_WAIT_S, on_wait=on_wait
                )
                for part in bucket
            ]
        except RateLimitTimeoutError as exc:
            raise UpstreamRateLimitedError(retry_after_s=exc.retry_after_s) from exc
        return AccountPermit(self, bucket, grants)

    def key(self, bucket: Bucket) -> str:
        return store.budget_key(self.provider_name, self.account_id, bucket.name)


@dataclass(frozen=True, slots=True)
class AccountPermit:
    """Permission for one call: a grant of each bucket, the most specific bucket last."""

    budget: AccountBudget
    buckets: Buckets
    grants: list[Grant]

    async def answered(self, _response: httpx.Response | None) -> None:
        for bucket, grant in zip(self.buckets, self.grants, strict=True):
            await self.budget.limiter.answered(self.budget.key(bucket), bucket.rate, grant)

    async def failed(self, error: ServiceError) -> None:
        """Pause the most specific bucket after a 429 or 529; a call in a wider bucket gets its own refusal."""
        if self.buckets and isinstance(error, UpstreamRateLimitedError | UpstreamOverloadedError):
            await self.budget.limiter.pause(self.budget.key(self.buckets[-1]), error.retry_after_s or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorApi(ApiClient[Buckets]):
    """All its calls are reads.

    Args:
        pause_s: pause after a 429 without `Retry-After`.
    """

    api_url: str
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pause_s: float = 1.0

    @property
    def requests(self) -> int:
        return self.meter.requests

    @property
    def retries(self) -> int:
        return self.meter.retries

    async def get(self, path: str, answer: type[T], *, buckets: Buckets = ()) -> T:
        """The answer to a GET. Raises: an UpstreamError for the status; the errors of the vault."""
        return await self._read(Call("GET", self.api_url + path, buckets, headers=self.headers), answer)

    async def post(self, path: str, body: Any, answer: type[T], *, buckets: Buckets = ()) -> T:
        """The answer to a POST that changes nothing. Raises as `get`."""
        encoded = msgspec.json.encode(body)
        return await self._read(Call("POST", self.api_url + path, buckets, encoded, headers=self.headers), answer)

    async def _read(self, call: Call[Buckets], answer: type[T]) -> T:
        return await self.call(call, lambda response: parse(response, answer, self.pause_s))


def open_api(
    services: Services, connection: Connection, *, priority: Priority, headers: Mapping[str, str], pause_s: float
) -> VendorApi:
    """The API of a connection, its tokens from the vault.

    The calls of a load are tried more often, but it waits out longer pauses itself, with a notice.
    """
    retrier = services.retriers[connection.provider]
    return VendorApi(
        http=services.http,
        budget=AccountBudget(
            limiter=services.limiter,
            provider_name=connection.provider,
            account_id=connection.account.account_id,
            caller=Caller(priority, connection.connection_id),
        ),
        access_token=partial(services.vault.access_token, connection),
        retrier=retrier if priority == "interactive" else retrier.patient(longest_wait_s=MAX_WAIT_S),
        clock=services.clocks[connection.provider],
        api_url=services.providers[connection.provider].api_url,
        headers=headers,
        pause_s=pause_s,
    )


def open_api_of_grant(services: Services, provider: OAuthProvider, grant: TokenGrant) -> VendorApi:
    """The API with a new grant whose account is still unknown, so without a budget."""

    async def access_token(rejected: SecretStr | None) -> SecretStr:
        if rejected is not None:
            raise AccessTokenRejectedError
        return grant.access_token

    return VendorApi(
        http=services.http,
        budget=Unlimited(),
        access_token=access_token,
        retrier=services.retriers[provider.name],
        api_url=provider.api_url,
    )


def parse(response: httpx.Response, answer: type[T], pause_s: float) -> T:
    """The body of a success as `answer`; unknown members are ignored.

    Raises: an UpstreamError for every other status; UpstreamMalformedError if the body is not JSON or not of this
    type.
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
        return decode_json(response.content, msgspec.json.Decoder(answer))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise UpstreamMalformedError(upstream=upstream) from exc


def _is_blocked(response: httpx.Response) -> bool:
    """Whether a 429 is permanent: the vendor has blocked the app. Source: Notion request limits, June 2026."""
    try:
        reason = msgspec.json.decode(response.content, type=_Refusal).additional_data.rate_limit_reason
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return reason == "public_api_request_blocked"
