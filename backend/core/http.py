"""All HTTP to a vendor: one request in, one whole response out, within a deadline and a size limit.

Order of events in `HttpClient.send`: check the origin → start the deadline → send → read status and headers → read and
decode the body under a size limit → return the connection to the pool (or close it, when the body was not read).

    ExchangeError
    ├── OriginNotAllowedError      the client may not call this address; nothing was sent
    ├── TransportError             connect, reset, truncated or protocol (`kind`)
    ├── DeadlineExceededError      no whole response in time
    └── ResponseTooLargeError      the decoded body is larger than the limit

httpx supplies the types, aiohttp the connections: httpx's own pool collapses at 50 requests in flight. aiohttp's
decoding is off, because it turns a small gzip bomb into one huge chunk; so are its cookies, because one client serves
many accounts, and its own time limits, because they do not bound a body that arrives byte by byte.
"""

import ssl
import time
import zlib
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, Self, cast

import aiohttp
import certifi
import httpx
import structlog
from httpx_aiohttp import AiohttpTransport

from core.deadline import Deadline
from core.metrics import upstream_called
from core.tracing import span

MAX_BODY_BYTES = 16 * 1024 * 1024
# The most that one step of decoding produces, so that a bomb is held once and not twice.
STEP_BYTES = 1024 * 1024
DEFAULT_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 5.0
# More than the 200 requests that one process lets wait: when a vendor hangs with all of them, the last step of a
# connect flow still finds a connection.
MAX_CONNECTIONS = 300
# Slightly below the idle time after which HubSpot's front end (Cloudflare) and common proxies close a connection.
KEEP_ALIVE_S = 30.0
MAX_HEADER_LINE_BYTES = 16 * 1024
_HEADERS = {"User-Agent": "portal-items/1.0", "Accept": "application/json", "Accept-Encoding": "gzip"}
# zlib's window bits for "gzip container only".
_GZIP = 31

log = structlog.get_logger(__name__)

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
    headers: Mapping[str, str] = field(default_factory=httpx.Headers, repr=False)
    body: bytes = field(default=b"", repr=False)


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

    async def send(self, request: HttpRequest, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> HttpResponse:
        """Send once and read the whole response, whatever its status; redirects are not followed.

        Args:
            request: to one of the allowed origins.
            timeout_s: for everything, from taking a connection to the last byte.

        Raises:
            ExchangeError: see the tree above; the connection is closed, not reused.
        """
        url = self._address(request.url)
        began, outcome = time.perf_counter(), "abandoned"
        with span(f"{request.method} {request.endpoint}", host=url.host) as call:
            try:
                response = await self._send(request, url, timeout_s)
                outcome = str(response.status)
            except ExchangeError as exc:
                outcome = _outcome_of(exc)
                log.info("no answer", host=url.host, endpoint=request.endpoint, outcome=outcome, cause=_cause_of(exc))
                raise
            finally:
                call.note(outcome=outcome)
                seconds = time.perf_counter() - began
                upstream_called(host=url.host, endpoint=request.endpoint, outcome=outcome, seconds=seconds)
        return response

    async def _send(self, request: HttpRequest, url: httpx.URL, timeout_s: float) -> HttpResponse:
        deadline = Deadline(timeout_s)
        try:
            async with deadline:
                return await self._exchange(_build(request, url))
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as exc:
            if deadline.expired():
                raise DeadlineExceededError(f"no whole response within {timeout_s:g} s") from None
            raise TransportError(_kind_of(exc)) from None

    async def _exchange(self, request: httpx.Request) -> HttpResponse:
        response = await self._transport.handle_async_request(request)
        try:
            return HttpResponse(response.status_code, response.headers, await self._read(response))
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _address(self, text: str) -> httpx.URL:
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL:
            raise OriginNotAllowedError("not an address") from None
        if url.userinfo or _origin_of(url) not in self._allowed:
            raise OriginNotAllowedError(f"not an address this client may call: {url.host}")
        return url

    async def _read(self, response: httpx.Response) -> bytes:
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in {"identity", "gzip", "x-gzip", ""}:
            raise TransportError("protocol")
        body = bytearray()
        try:
            decode = _gunzip if encoding in {"gzip", "x-gzip"} else _collect
            # Not `aiter_raw`: a response that a test made whole does not have it.
            await decode(aiter(cast(httpx.AsyncByteStream, response.stream)), body, self._max_body_bytes)
            return bytes(body)
        finally:
            body.clear()  # an exception keeps this frame alive


def _build(request: HttpRequest, url: httpx.URL) -> httpx.Request:
    headers = httpx.Headers(_HEADERS)
    headers.update(request.headers)
    extensions = {"timeout": {"connect": CONNECT_TIMEOUT_S}}
    return httpx.Request(request.method, url, headers=headers, content=request.body or None, extensions=extensions)


def _origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port; a default port is filled in."""
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def open_transport(
    *,
    max_connections: int = MAX_CONNECTIONS,
    extra_ca: str = "",
    https_proxy: str = "",
    no_proxy: str = "",
) -> httpx.AsyncBaseTransport:
    """The transport of production: connections that stay open; it connects on first use.

    Args:
        max_connections: at once; a request that finds none free waits.
        extra_ca: certificates of authorities to trust besides those of certifi, as PEM text.
        https_proxy: proxy for `https://` addresses; empty for none.
        no_proxy: host names, separated by commas, that are called without the proxy; each covers its subdomains.
    """
    tls = tls_context(extra_ca)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=max_connections, keepalive_timeout=KEEP_ALIVE_S, ssl=tls)
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            max_line_size=MAX_HEADER_LINE_BYTES,
            max_field_size=MAX_HEADER_LINE_BYTES,
        )

    direct = AiohttpTransport(verify=tls, client=session)
    if not https_proxy:
        return direct
    return _ProxyTransport(
        direct, AiohttpTransport(verify=tls, client=session, proxy=httpx.Proxy(https_proxy)), no_proxy
    )


class _ProxyTransport(httpx.AsyncBaseTransport):
    """Sends `https://` requests through the proxy, except those for hosts in `no_proxy`."""

    def __init__(self, direct: httpx.AsyncBaseTransport, proxied: httpx.AsyncBaseTransport, no_proxy: str) -> None:
        self._direct = direct
        self._proxied = proxied
        self._no_proxy = tuple(host.strip().lstrip(".").lower() for host in no_proxy.split(",") if host.strip())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        transport = self._direct if self._is_direct(request.url) else self._proxied
        return await transport.handle_async_request(request)

    def _is_direct(self, url: httpx.URL) -> bool:
        return url.scheme != "https" or any(
            name in {"*", url.host} or url.host.endswith(f".{name}") for name in self._no_proxy
        )

    async def aclose(self) -> None:
        await self._direct.aclose()
        await self._proxied.aclose()


@cache
def tls_context(extra_ca: str = "") -> ssl.SSLContext:
    """Cached, because reading the certificates takes 20 ms. Raises: ssl.SSLError, ValueError for unusable PEM text."""
    context = ssl.create_default_context(cafile=certifi.where())
    if extra_ca:
        context.load_verify_locations(cadata=extra_ca)
    return context


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


def _cause_of(exc: ExchangeError) -> str:
    """The name of the underlying error: of the operating system, TLS or aiohttp."""
    origin = _origin_error(exc.__context__ or exc)
    return type(getattr(origin, "os_error", origin)).__name__


def _kind_of(exc: Exception) -> TransportFailure:
    """Decided by the error behind httpx's own: httpx-aiohttp maps each lost connection to `ConnectTimeout`."""
    match _origin_error(exc):
        case aiohttp.ClientConnectorError() | aiohttp.ClientProxyConnectionError() | aiohttp.ServerTimeoutError():
            return "connect"
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
            return "connect"
        case aiohttp.ClientPayloadError():
            return "truncated"
        case aiohttp.ClientConnectionError() | OSError() | httpx.NetworkError() | httpx.TimeoutException():
            return "reset"
        case _:
            return "protocol"


def _origin_error(exc: BaseException) -> BaseException:
    return exc.__cause__ if isinstance(exc, httpx.HTTPError) and exc.__cause__ is not None else exc
