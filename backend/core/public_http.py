"""POST to addresses that users name, without letting them reach our own network.

The address is checked when connecting, after the name was resolved, so a name that resolves to a private address is
refused, also when it changes between two lookups. Redirects are not followed, environment and proxy settings are
ignored, the timeout is 15 seconds, and at most 1 kB of an answer is read.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx

from core.response_body import read_body
from core.transport import tls_context
from errors import ValidationFailedError
from settings import LOCAL_HOSTS

ANSWER_WITHIN_S = 15.0
MOST_READ_BYTES = 1024
MAX_URL_LENGTH = 2_000
MAX_CONNECTIONS = 100
# The last 32 bits are an IPv4 address. Source: RFC 6052.
NAT64 = IPv6Network("64:ff9b::/96")

# The encodings that `read_body` decodes; aiohttp would accept others, too.
READ_HEADERS = {"Accept-Encoding": "gzip"}

T = TypeVar("T")
AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]


class PublicHttpError(Exception):
    """No answer. `reason` is one of: `address_not_public`, `timeout`, `connection_failed`, `invalid_answer`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class _NotPublicError(OSError):
    """The name resolved to an address that is not public."""


class PublicHttp:
    """Opens a connection for each request; close it at the end.

    Args:
        extra_ca: certificates of authorities to trust besides the usual ones, as PEM text.
        allows_local: whether `localhost` may be called.
    """

    def __init__(self, *, extra_ca: str = "", allows_local: bool = False) -> None:
        self._extra_ca = extra_ca
        self._allows_local = allows_local
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send once; the status of the answer. Raises: PublicHttpError."""
        return await self._within_limits(url, lambda session: self._post(session, url, body, headers))

    async def _within_limits(self, url: str, ask: Callable[[aiohttp.ClientSession], Awaitable[T]]) -> T:
        """Raises: PublicHttpError."""
        is_local = self._allows_local and urlsplit(url).hostname in LOCAL_HOSTS
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await ask(self._session(is_local=is_local))
        except TimeoutError as exc:
            raise PublicHttpError("timeout") from exc
        except aiohttp.ClientConnectorError as exc:
            reason = "address_not_public" if _is_refused(exc) else "connection_failed"
            raise PublicHttpError(reason) from exc
        except (aiohttp.ServerConnectionError, OSError) as exc:
            raise PublicHttpError("connection_failed") from exc
        except (aiohttp.ClientError, ValueError) as exc:
            raise PublicHttpError("invalid_answer") from exc

    async def get(self, url: str, *, most_bytes: int) -> tuple[int, bytes]:
        """Status and decoded body of an address that a vendor named.

        Raises:
            PublicHttpError: no answer.
            UpstreamResponseTooLargeError, UpstreamMalformedError: as `read_body`.
        """

        async def read(session: aiohttp.ClientSession) -> tuple[int, bytes]:
            async with session.get(url, allow_redirects=False, headers=READ_HEADERS) as answer:
                response = httpx.Response(
                    answer.status, headers=list(answer.headers.items()), stream=_Stream(answer.content)
                )
                return answer.status, await read_body(response, most_bytes)

        return await self._within_limits(url, read)

    async def aclose(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def _post(self, session: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            await answer.content.read(MOST_READ_BYTES)
            return answer.status

    def _session(self, *, is_local: bool) -> aiohttp.ClientSession:
        if is_local not in self._sessions:
            connector = aiohttp.TCPConnector(
                limit=MAX_CONNECTIONS,
                force_close=True,
                use_dns_cache=False,
                ssl=tls_context(self._extra_ca),
                socket_factory=None if is_local else _public_socket,
            )
            self._sessions[is_local] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=False,
                trust_env=False,
            )
        return self._sessions[is_local]


class _Stream(httpx.AsyncByteStream):
    """The body of aiohttp's response, as received."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._content.iter_any():
            yield chunk


def check_public_url(url: str, *, allows_local: bool) -> str:
    """The URL, if it may be called. Raises: ValidationFailedError that says what to change."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValidationFailedError("`url` is not a valid address.") from None
    is_local = allows_local and host in LOCAL_HOSTS
    if parts.scheme != "https" and not (is_local and parts.scheme == "http"):
        raise ValidationFailedError("`url` must begin with https://; in local mode http://localhost is allowed, too.")
    if not host or parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise ValidationFailedError("`url` must have a host, and no user, password or fragment.")
    if len(url) > MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
        raise ValidationFailedError(f"`url` must be at most {MAX_URL_LENGTH} printable ASCII characters, no spaces.")
    if not is_local and (host.rstrip(".") in LOCAL_HOSTS or _is_private_literal(host)):
        raise ValidationFailedError("`url` must be a public address.")
    return url


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address, and the IPv4 address that an IPv6 one leads to, belong to the public internet."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:  # deprecated by RFC 3879, but still routed inside some networks
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _public_socket(info: AddrInfo) -> socket.socket:
    """Called with each address that is about to be connected to. Raises: _NotPublicError."""
    family, type_, protocol, _, target = info
    if not is_public(ip_address(str(target[0]).partition("%")[0])):
        raise _NotPublicError("address not public")
    made = socket.socket(family, type_, protocol)
    made.settimeout(0)
    return made


def _is_private_literal(host: str) -> bool:
    try:
        return not is_public(ip_address(host.partition("%")[0]))
    except ValueError:
        return False


def _is_refused(exc: BaseException) -> bool:
    """Whether an address was refused, somewhere among the causes."""
    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen, _NotPublicError) or "address not public" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
