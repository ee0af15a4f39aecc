"""All HTTP to a vendor: one request in, one whole response out, within a deadline and a size.

Order of events in `HttpClient.send`: allowed origin → deadline set → sent → status and headers → body read raw and
decoded under a cap → connection given back (or closed, when the body was left unread).

    ExchangeError
    ├── OriginNotAllowedError      the address is not one this client may talk to; nothing was sent
    ├── TransportError             connect, reset, truncated or protocol (`kind`)
    ├── DeadlineExceededError      no whole response in time
    └── ResponseTooLargeError      the decoded body is larger than the cap

aiohttp carries them, with three of its habits off: decoding by itself would turn a small gzip bomb into one huge chunk,
its own time limits would let a body that drips go on, and its cookies would take one account's to the next.
"""

import asyncio
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, Protocol, Self

import aiohttp
import certifi
import structlog
from multidict import CIMultiDict
from yarl import URL

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
    headers: Mapping[str, str] = field(default_factory=CIMultiDict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of a response, and its body as it comes: in chunks, still encoded."""

    status: int
    headers: CIMultiDict[str]
    chunks: AsyncIterator[bytes]


class Transport(Protocol):
    """What carries requests to where they go. An error of aiohttp's or the system's from it is a failed exchange."""

    def exchange(self, request: HttpRequest, url: URL) -> AbstractAsyncContextManager[Answer]:
        """Send once; the connection is kept when the answer was read to its end, and closed otherwise."""
        ...

    async def aclose(self) -> None: ...


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
        transport: Transport | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._allowed = frozenset(_origin_of(URL(url)) for url in allowed_origins)
        self._max_body_bytes = max_body_bytes
        self._transport = transport or Pool()

    async def send(self, request: HttpRequest, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> HttpResponse:
        """Send once and read the whole answer, whatever its status; redirects are answers like others.

        Args:
            request: to one of the allowed origins.
            timeout_s: for everything, from taking a connection to the last byte.

        Raises:
            ExchangeError: one of the tree above; the connection is closed, not reused.
        """
        url = self._address(request.url)
        host = url.host or ""
        began, outcome = time.perf_counter(), "abandoned"
        with span(f"{request.method} {request.endpoint}", host=host) as told:
            try:
                response = await self._send(request, url, timeout_s)
                outcome = str(response.status)
            except ExchangeError as exc:
                outcome = _outcome_of(exc)
                log.info("no answer", host=host, endpoint=request.endpoint, outcome=outcome, cause=_cause_of(exc))
                raise
            finally:
                told.note(outcome=outcome)
                seconds = time.perf_counter() - began
                upstream_called(host=host, endpoint=request.endpoint, outcome=outcome, seconds=seconds)
        return response

    async def _send(self, request: HttpRequest, url: URL, timeout_s: float) -> HttpResponse:
        deadline = asyncio.timeout(timeout_s)
        try:
            async with deadline, self._transport.exchange(request, url) as answer:
                return HttpResponse(answer.status, answer.headers, await self._read(answer))
        except (aiohttp.ClientError, OSError) as exc:
            if deadline.expired():
                raise DeadlineExceededError(f"no whole response within {timeout_s:g} s") from None
            raise TransportError(_kind_of(exc)) from None

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _address(self, text: str) -> URL:
        """The parsed address is the one that is sent: no second parser that could read another host out of it."""
        try:
            url = URL(text)
        except ValueError:
            raise OriginNotAllowedError("not an address") from None
        if _origin_of(url) not in self._allowed:
            raise OriginNotAllowedError(f"not an address this client may talk to: {url.host}")
        return url

    async def _read(self, answer: Answer) -> bytes:
        encoding = ",".join(answer.headers.getall("Content-Encoding", ())).strip().lower()
        if encoding not in {"identity", "gzip", "x-gzip", ""}:
            raise TransportError("protocol")
        body = bytearray()
        try:
            decode = _gunzip if encoding in {"gzip", "x-gzip"} else _collect
            await decode(answer.chunks, body, self._max_body_bytes)
            return bytes(body)
        finally:
            body.clear()  # a failure keeps this frame, for as long as anybody keeps the failure


def _origin_of(url: URL) -> tuple[str, str | None, int | None]:
    """Scheme, host and port; a default port is filled in."""
    return url.scheme, url.host, url.port


class Pool:
    """The transport of production: connections that are kept open; it connects on first use.

    Args:
        max_connections: at once; who finds none free waits.
        authorities: file of the certificates of those whose word is taken for who a server is.
    """

    def __init__(self, *, max_connections: int = MAX_CONNECTIONS, authorities: str = certifi.where()) -> None:
        self._max_connections = max_connections
        self._tls = _trusting(authorities)
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def exchange(self, request: HttpRequest, url: URL) -> AsyncIterator[Answer]:
        if self._session is None:
            self._session = self._open()
        async with self._session.request(
            request.method, url, headers=request.headers, data=request.body or None, allow_redirects=False
        ) as response:
            # In aiohttp's own a byte that is not UTF-8 is a surrogate, which no log and no answer can be written with.
            headers = CIMultiDict(
                (name.decode("latin-1"), text.decode("latin-1")) for name, text in response.raw_headers
            )
            yield Answer(response.status, headers, response.content.iter_any())

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._max_connections, keepalive_timeout=KEEP_ALIVE_S, ssl=self._tls),
            headers=_HEADERS,
            # The deadline of `HttpClient.send` is for the whole exchange.
            timeout=aiohttp.ClientTimeout(sock_connect=CONNECT_TIMEOUT_S),
            # One client serves many accounts: a cookie of one must not travel with another.
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_line_size=MAX_HEADER_LINE_BYTES,
            max_field_size=MAX_HEADER_LINE_BYTES,
        )


@cache
def _trusting(authorities: str) -> ssl.SSLContext:
    """Read once, and not with the first call: it takes 20 ms."""
    return ssl.create_default_context(cafile=authorities)


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
    """What the operating system, TLS or aiohttp calls it: a name that is not known, a certificate, a refusal."""
    behind = exc.__context__ or exc
    return type(getattr(behind, "os_error", behind)).__name__


def _kind_of(exc: Exception) -> TransportFailure:
    match exc:
        case aiohttp.ClientConnectorError() | aiohttp.ServerTimeoutError():
            return "connect"
        case aiohttp.ClientPayloadError():
            return "truncated"
        case aiohttp.ClientConnectionError() | OSError():
            return "reset"
        case _:
            return "protocol"
