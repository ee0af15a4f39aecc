"""The connections to vendors: httpx transports over aiohttp's pool, with our certificates and proxy.

httpx's own pool collapses at 50 requests in flight, so aiohttp carries them. Its cookies are off, because one client
serves many accounts, and its own time limits, because they do not bound a body that arrives byte by byte.
"""

import ssl
from functools import cache

import aiohttp
import certifi
import httpx
from httpx_aiohttp import AiohttpTransport

# More than the 200 requests that one process lets wait: when a vendor hangs with all of them, the last step of a
# connect flow still finds a connection.
MAX_CONNECTIONS = 300
# Slightly below the idle time after which HubSpot's front end (Cloudflare) and common proxies close a connection.
KEEP_ALIVE_S = 30.0
MAX_HEADER_LINE_BYTES = 16 * 1024
# For requests without a timeout.
HEADERS = {"User-Agent": "portal-items/1.0", "Accept": "application/json", "Accept-Encoding": "gzip"}


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
            headers=HEADERS,
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
