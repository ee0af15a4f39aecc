"""All HTTP to a vendor: one request in, one whole response out, within a deadline and a size.

Order of events in `HttpClient.send`: allowed origin → deadline set → sent → status and headers → body read raw and
decoded under a cap → connection given back (or closed, when the body was left unread).

    ExchangeError
    ├── OriginNotAllowedError      the address is not one this client may talk to; nothing was sent
    ├── TransportError             connect, reset, truncated or protocol (`kind`)
    ├── DeadlineExceededError      no whole response in time
    └── ResponseTooLargeError      the decoded body is larger than the cap

Requests go straight to the transport: an `httpx.AsyncClient` in between would time out on a silent read only (a body
that drips never ends), turn a small gzip bomb into one huge chunk, and keep the cookies of one account for the next.
"""

import asyncio
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, Self, cast

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from core.metrics import upstream_called
from core.tracing import span

MAX_BODY_BYTES = 16 * 1024 * 1024
# Decoded at once: what a small bomb grows to is held once, not twice.
STEP_BYTES = 1024 * 1024
DEFAULT_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 5.0
# More than the requests one process lets wait at once (200): where a vendor hangs with all of them, the end of a
# connect flow still finds one.
MAX_CONNECTIONS = 300
# A little below the idle time after which HubSpot's front (Cloudflare) and common proxies close a connection.
KEEP_ALIVE_S = 30.0
# A header line longer than this is nothing we asked for.
MAX_HEADER_LINE_BYTES = 16 * 1024
_HEADERS = httpx.Headers({"User-Agent": "portal-items/1.0", "Accept": "application/json", "Accept-Encoding": "gzip"})
# zlib's window bits for "gzip container only".
_GZIP = 31
_DEFAULT_PORTS = {"http": 80, "https": 443}

TransportFailure = Literal["connect", "reset", "truncated", "protocol"]


class ExchangeError(Exception):
    """No usable response. Messages name the host at most: never a path, a header or a body."""


class OriginNotAllowedError(ExchangeError):
    """The address is not on the list handed to the client."""


class TransportError(ExchangeError):
    """The connection failed. With `kind` connect nothing was sent; otherwise the request may have been carried out."""

    def __init__(self, kind: TransportFailure) -> None:
        self.kind = kind
        super().__init__(f"the connection failed: {kind}")


class DeadlineExceededError(ExchangeError):
    """No whole response within the time given."""


class ResponseTooLargeError(ExchangeError):
    """The body, decoded, is larger than the cap."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What to send. Its `repr` shows neither query, headers nor body."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    endpoint: str = "other"
    """What sort of call it is, for the metrics: one of a few names, without ids."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back, whole and decoded. Header names are case-insensitive."""

    status: int
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)
    body: bytes = field(default=b"", repr=False)


class HttpClient:
    """One pool of connections to the origins it was given; open it once, close it at the end.

    Args:
        allowed_origins: addresses whose scheme, host and port may be talked to; paths in them are ignored.
        transport: what carries the requests; tests hand in their own.
    """

    def __init__(
        self,
        *,
        allowed_origins: Collection[str],
        transport: httpx.AsyncBaseTransport | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._allowed = frozenset(origin_of(httpx.URL(url)) for url in allowed_origins)
        self._max_body_bytes = max_body_bytes
        self._transport = transport or open_transport()

    async def send(self, request: HttpRequest, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> HttpResponse:
        """Send once and read the whole answer, whatever its status; redirects are answers like others.

        Args:
            request: to one of the allowed origins.
            timeout_s: for everything, from taking a connection to the last byte.

        Raises:
            ExchangeError: one of the tree above; the connection is closed, not reused.
        """
        built = self._build(request)
        began, outcome = time.perf_counter(), "abandoned"
        with span(f"{request.method} {request.endpoint}", host=built.url.host) as told:
            try:
                response = await self._send(built, timeout_s)
                outcome = str(response.status)
            except ExchangeError as exc:
                outcome = _outcome_of(exc)
                raise
            finally:
                told.note(outcome=outcome)
                seconds = time.perf_counter() - began
                upstream_called(host=built.url.host, endpoint=request.endpoint, outcome=outcome, seconds=seconds)
        return response

    async def _send(self, built: httpx.Request, timeout_s: float) -> HttpResponse:
        deadline = asyncio.timeout(timeout_s)
        try:
            async with deadline:
                return await self._exchange(built)
        except (httpx.HTTPError, httpx.StreamError, aiohttp.ClientError, OSError) as exc:
            if deadline.expired():
                raise DeadlineExceededError(f"no whole response within {timeout_s:g} s") from None
            raise TransportError(_kind_of(exc)) from None

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _build(self, request: HttpRequest) -> httpx.Request:
        try:
            url = httpx.URL(request.url)
        except (httpx.InvalidURL, ValueError):
            raise OriginNotAllowedError("not an address") from None
        # The parsed address is the one that is sent: no second parser that could read another host out of it.
        if origin_of(url) not in self._allowed:
            raise OriginNotAllowedError(f"not an address this client may talk to: {url.host}")
        headers = _HEADERS.copy()
        headers.update(request.headers)
        return httpx.Request(
            request.method,
            url,
            headers=headers,
            content=request.body or None,
            extensions={"timeout": {"connect": CONNECT_TIMEOUT_S}},
        )

    async def _exchange(self, request: httpx.Request) -> HttpResponse:
        response = await self._transport.handle_async_request(request)
        try:
            body = await self._read(response)
        finally:
            await response.aclose()
        return HttpResponse(response.status_code, response.headers, body)

    async def _read(self, response: httpx.Response) -> bytes:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in {"identity", "gzip", "x-gzip", ""}:
            raise TransportError("protocol")
        # The stream itself, not `aiter_bytes`: that would decode without a bound.
        raw = aiter(cast(httpx.AsyncByteStream, response.stream))
        body = bytearray()
        try:
            await (_gunzip if encoding in {"gzip", "x-gzip"} else _collect)(raw, body, self._max_body_bytes)
            return bytes(body)
        finally:
            body.clear()  # a failure keeps this frame, for as long as anybody keeps the failure


def origin_of(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port of an address; the default port is filled in."""
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme, 0)


def open_transport(*, max_connections: int = MAX_CONNECTIONS) -> httpx.AsyncBaseTransport:
    """The transport of production: aiohttp's pool under httpx's transport interface; it connects on first use.

    httpx's own pool serves a third as many requests a second at 100 in flight.
    """
    tls = _trusted()

    def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=max_connections, keepalive_timeout=KEEP_ALIVE_S, ssl=tls),
            # One client serves many accounts: a cookie of one must not travel with another.
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_line_size=MAX_HEADER_LINE_BYTES,
            max_field_size=MAX_HEADER_LINE_BYTES,
        )

    return AiohttpTransport(client=open_session, verify=tls, trust_env=False)


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities' certificates, read once: it takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


async def _collect(raw: AsyncIterator[bytes], body: bytearray, cap: int) -> None:
    async for chunk in raw:
        body += chunk
        if len(body) > cap:
            raise ResponseTooLargeError(f"more than {cap} bytes")


async def _gunzip(raw: AsyncIterator[bytes], body: bytearray, cap: int) -> None:
    """Decode chunk by chunk, never holding more than the cap; a stream of several gzip members is one body."""
    received, decoder = 0, zlib.decompressobj(_GZIP)
    async for chunk in raw:
        received += len(chunk)
        if received > cap:
            raise ResponseTooLargeError(f"more than {cap} bytes")
        pending = chunk
        while pending:
            if decoder.eof:
                decoder = zlib.decompressobj(_GZIP)
            try:
                body += decoder.decompress(pending, min(STEP_BYTES, cap + 1 - len(body)))
            except zlib.error:
                raise TransportError("protocol") from None
            if len(body) > cap:
                raise ResponseTooLargeError(f"more than {cap} bytes")
            pending = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if received and not decoder.eof:
        raise TransportError("truncated")


def _outcome_of(exc: ExchangeError) -> str:
    """A failure's name in the metrics."""
    match exc:
        case TransportError():
            return exc.kind
        case DeadlineExceededError():
            return "deadline"
        case ResponseTooLargeError():
            return "too_large"
    return "refused"


def _kind_of(exc: Exception) -> TransportFailure:
    """Which sort of failure: by aiohttp's own error where the transport wrapped one (it wraps several in one class)."""
    cause = exc.__cause__ if isinstance(exc.__cause__, aiohttp.ClientError) else exc
    match cause:
        case aiohttp.ClientConnectorError() | aiohttp.ServerTimeoutError():
            return "connect"
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "connect"
        case aiohttp.ClientPayloadError():
            return "truncated"
        case aiohttp.ClientConnectionError() | httpx.NetworkError() | OSError():
            return "reset"
        case httpx.RemoteProtocolError():
            return "truncated" if "incomplete" in str(cause) else "reset"
        case _:
            return "protocol"
