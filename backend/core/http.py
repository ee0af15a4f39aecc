"""All HTTP to a vendor: one request in, one whole response out, within a deadline and a size limit.

Order of events in `HttpClient.send`: check the origin → start the deadline → send → read status and headers → read and
decode the body under a size limit → return the connection to the pool (or close it, when the body was not read).
Redirects are not followed, and cookies are not kept: one client serves many accounts.
"""

import asyncio
import time
from collections.abc import Collection
from typing import Self

import aiohttp
import httpx
import structlog

from core.deadline import deadline
from core.metrics import upstream_called
from core.response_body import read_body
from core.tracing import span
from core.transport import open_transport
from errors import (
    ServiceError,
    UpstreamMalformedError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
    UpstreamUnreachableError,
)

MAX_BODY_BYTES = 16 * 1024 * 1024
DEFAULT_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 5.0

log = structlog.get_logger(__name__)


class HttpClient:
    """One pool of connections to the given origins; open it once, close it at the end.

    Args:
        allowed_origins: addresses whose scheme, host and port may be called; their paths are ignored.
        transport: carries the requests; by default `open_transport()`. Unit tests hand in `httpx.MockTransport`.
        max_body_bytes: limit of one decoded body.
    """

    def __init__(
        self,
        *,
        allowed_origins: Collection[str],
        transport: httpx.AsyncBaseTransport | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._allowed = frozenset(_origin_of(httpx.URL(url)) for url in allowed_origins)
        self._max_body_bytes = max_body_bytes
        self._transport = transport or open_transport()

    async def send(
        self, request: httpx.Request, *, endpoint: str = "other", timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> httpx.Response:
        """Send once and read the whole response, whatever its status.

        Args:
            request: to one of the allowed origins.
            endpoint: name of the endpoint for the metrics, without ids.
            timeout_s: for everything, from taking a connection to the last byte.

        Raises:
            UpstreamUnreachableError: no connection; nothing was sent.
            UpstreamUnavailableError: the connection was lost; the vendor may have carried the request out.
            UpstreamMalformedError: the response is truncated, or not valid HTTP or gzip.
            UpstreamTimeoutError: no whole response in time.
            UpstreamResponseTooLargeError: the decoded body is larger than the limit.
            ValueError: the client may not call this address.
        """
        self._check_origin(request.url)
        host = request.url.host
        began, outcome = time.perf_counter(), "abandoned"
        with span(f"{request.method} {endpoint}", host=host) as call:
            try:
                response = await self._send(request, timeout_s)
                outcome = str(response.status_code)
            except ServiceError as exc:
                outcome = "unreachable" if isinstance(exc, UpstreamUnreachableError) else exc.code
                log.info("no answer", host=host, endpoint=endpoint, outcome=outcome, cause=_cause_of(exc))
                raise
            finally:
                call.note(outcome=outcome)
                upstream_called(host=host, endpoint=endpoint, outcome=outcome, seconds=time.perf_counter() - began)
        return response

    def _check_origin(self, url: httpx.URL) -> None:
        if url.userinfo or _origin_of(url) not in self._allowed:
            raise ValueError(f"not an address this client may call: {url.host}")

    async def _send(self, request: httpx.Request, timeout_s: float) -> httpx.Response:
        request.extensions = {**request.extensions, "timeout": {"connect": CONNECT_TIMEOUT_S}}
        limit = asyncio.timeout(None)
        try:
            async with deadline(limit, timeout_s):
                return await self._exchange(request)
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as exc:
            if limit.expired():
                raise UpstreamTimeoutError from None
            raise _error_of(_origin_of_failure(exc)) from None

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        try:
            body = await read_body(response, self._max_body_bytes)
        finally:
            await response.aclose()
        response.headers.pop("Content-Encoding", None)  # httpx would decode the body once more
        whole = httpx.Response(
            response.status_code, headers=response.headers, stream=httpx.ByteStream(body), request=request
        )
        whole.read()
        return whole

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port; a default port is filled in."""
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _error_of(failure: BaseException) -> ServiceError:
    """The error for a failure of httpx, aiohttp or the operating system."""
    match failure:
        case aiohttp.ClientConnectorError() | aiohttp.ClientProxyConnectionError() | aiohttp.ServerTimeoutError():
            return UpstreamUnreachableError()
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return UpstreamUnreachableError()
        case aiohttp.ClientPayloadError():
            return UpstreamMalformedError()
        case aiohttp.ClientConnectionError() | OSError() | httpx.NetworkError() | httpx.TimeoutException():
            return UpstreamUnavailableError()
    return UpstreamMalformedError()


def _origin_of_failure(exc: BaseException) -> BaseException:
    """The error behind httpx's own: httpx-aiohttp maps each lost connection to `ConnectTimeout`."""
    return exc.__cause__ if isinstance(exc, httpx.HTTPError) and exc.__cause__ is not None else exc


def _cause_of(exc: ServiceError) -> str:
    """The name of the underlying error, for the log: of the operating system, TLS or aiohttp."""
    failure = _origin_of_failure(exc.__context__ or exc)
    return type(getattr(failure, "os_error", failure)).__name__
