"""One call to a vendor's API: token → budget → send → read the answer → retry.

429, 5xx, lost connections and unreadable bodies are retried (`core/retry.py`). After a 401 the call is repeated once
with a new token. Each vendor provides its budget, a reader of answers and, if needed, a classifier of failures.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import httpx
import structlog
from pydantic import SecretStr

from core.http import HttpClient
from core.log import failure_words
from core.retry import Failure, Retrier
from core.vendor_clock import VendorClock
from errors import (
    ServiceError,
    UpstreamError,
    UpstreamMalformedError,
    UpstreamMigratingError,
    UpstreamRateLimitedError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)

KEEP_TOKEN_S = 30.0

T = TypeVar("T")
# The rate-limit bucket that a vendor counts a call in: one type per vendor.
B = TypeVar("B")
B_contra = TypeVar("B_contra", contravariant=True)

# Returns an access token; the argument is a token that the vendor has just rejected.
AccessTokens = Callable[[SecretStr | None], Awaitable[SecretStr]]
Read = Callable[[httpx.Response], T]
Classify = Callable[[Exception], Failure | None]

log = structlog.get_logger(__name__)


class AccessTokenRejectedError(UpstreamError):
    """The vendor rejected the access token (401). The client requests a new one once."""

    default_detail = "The connected service did not accept our access. Try again; if it stays, connect again."


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """A request without its token.

    Args:
        bucket: of the vendor's rate limit.
        endpoint: name of the vendor's endpoint, without object type and ids.
    """

    method: str
    url: str = field(repr=False)
    bucket: B
    body: bytes = field(default=b"", repr=False)
    endpoint: str = "other"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def as_request(self, token: SecretStr | None) -> httpx.Request:
        """A new request with the token; a body without a content type is JSON."""
        headers = {"Content-Type": "application/json", **self.headers} if self.body else dict(self.headers)
        if token is not None:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        return httpx.Request(self.method, self.url, headers=headers, content=self.body or None)


class Permit(Protocol):
    """Permission to make one call now."""

    async def answered(self, response: httpx.Response | None) -> None:
        """Record that the call ended; `response` is None if none arrived."""
        ...

    async def failed(self, error: ServiceError) -> None:
        """Delay other calls if the response, read as this error, requests it."""
        ...


class Budget(Protocol[B_contra]):
    """Decides when a call may be made."""

    async def acquire(self, bucket: B_contra, on_wait: Callable[[float], None]) -> Permit:
        """Wait for budget in the bucket. `on_wait` gets the longest wait, in seconds, before it begins."""
        ...


class Unlimited:
    """A budget without a limit, and its permit."""

    async def acquire(self, _bucket: object, _on_wait: Callable[[float], None]) -> "Unlimited":
        return self

    async def answered(self, _response: httpx.Response | None) -> None:
        return None

    async def failed(self, _error: ServiceError) -> None:
        return None


@dataclass(slots=True)
class Meter:
    """Counts calls and retries, and reports waits.

    Args:
        on_wait: called with the seconds before each wait for the vendor's rate limit or for our budget.
        on_failure: called with the seconds before a failed call is retried.
    """

    requests: int = 0
    retries: int = 0
    on_wait: Callable[[float], None] = lambda _seconds: None
    on_failure: Callable[[float], None] = lambda _seconds: None

    def retried(self, exc: Exception, wait_s: float) -> None:
        self.retries += 1
        report = self.on_wait if isinstance(exc, UpstreamRateLimitedError) else self.on_failure
        report(wait_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClient(Generic[B]):
    """One account at a vendor.

    Args:
        http: allowed to call the API's host.
        access_token: None if calls carry other credentials.
        retrier: the only layer that retries.
        clock: of the vendor; each answer sets it.
    """

    http: HttpClient
    budget: Budget[B]
    access_token: AccessTokens | None
    retrier: Retrier
    meter: Meter = field(default_factory=Meter)
    clock: VendorClock = field(default_factory=VendorClock)

    async def call(
        self,
        call: Call[B] | Callable[[], Call[B]],
        read: Read[T],
        *,
        classify: Classify | None = None,
        retrier: Retrier | None = None,
    ) -> T:
        """Send until there is an answer or the retrier gives up; a rejected token is replaced once.

        Args:
            call: the call, or a function that builds it before each attempt.
            read: a response → its value; raises the error that the response means.
            classify: whether a failure may be retried; by default `failure_of`.
            retrier: replaces the client's retrier.

        Raises: the errors of `read`, the budget and `access_token`; a ServiceError if there is no answer.
        """

        async def attempt(token: SecretStr | None) -> T:
            return await (retrier or self.retrier).call(
                lambda allowed_s: self._attempt(call if isinstance(call, Call) else call(), read, token, allowed_s),
                classify=classify or failure_of,
                on_retry=self.meter.retried,
            )

        if self.access_token is None:
            return await attempt(None)
        token = await self.access_token(None)
        try:
            return await attempt(token)
        except AccessTokenRejectedError:
            return await attempt(await self.access_token(token))

    async def _attempt(self, call: Call[B], read: Read[T], token: SecretStr | None, allowed_s: float) -> T:
        permit = await self.budget.acquire(call.bucket, self.meter.on_wait)
        self.meter.requests += 1
        response = None
        try:
            response = await self.http.send(call.as_request(token), endpoint=call.endpoint, timeout_s=allowed_s)
        finally:
            await permit.answered(response)
        self.clock.see(response)
        try:
            return read(response)
        except ServiceError as exc:
            await permit.failed(exc)
            if not exc.retryable:  # the caller may continue without it; the vendor's correlation id is known only here
                log.info("refused", endpoint=call.endpoint, **failure_words(exc))
            raise


class KeptToken:
    """Keeps an access token for several calls before requesting it again.

    Args:
        access_token: returns tokens that are valid for at least another minute.
        clock: monotonic seconds.
    """

    def __init__(self, access_token: AccessTokens, clock: Callable[[], float] = time.monotonic) -> None:
        self._access_token = access_token
        self._clock = clock
        self._token: SecretStr | None = None
        self._good_until = 0.0

    async def __call__(self, rejected: SecretStr | None) -> SecretStr:
        """The token, or a new one if this one was rejected. Raises: the errors of `access_token`."""
        if self._token is None or rejected is not None or self._clock() >= self._good_until:
            began = self._clock()
            self._token = await self._access_token(rejected)
            self._good_until = began + KEEP_TOKEN_S
        return self._token


def failure_of(exc: Exception) -> Failure | None:
    """Whether and after how long a read may be retried.

    None if the failure is not the vendor's: no budget, or no access token.
    """
    match exc:
        case UpstreamRateLimitedError(upstream=None) | UpstreamMigratingError(upstream=None):
            return None
        case UpstreamRateLimitedError() | UpstreamMigratingError():
            return Failure(retryable=True, wait_at_least_s=exc.retry_after_s or 0.0, spends_budget=False)
        case UpstreamUnavailableError() | UpstreamMalformedError() | UpstreamTimeoutError():
            return Failure(retryable=True, wait_at_least_s=exc.retry_after_s or 0.0)
    return None
