"""The address of a request's client: the peer's, or what trusted proxies report in X-Forwarded-For.

uvicorn has ProxyHeadersMiddleware for this; it stays off (`proxy_headers=False`). It replaces the peer, by which local
mode and /metrics decide, and the scheme; and it passes text on that is not an address.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HEADER = "x-forwarded-for"
# More proxies in a row than anybody has.
MAX_PROXIES = 32
# Some proxies add the port, and IPv6 addresses then have brackets.
WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")


def find_client_address(scope: Scope, trusted: Sequence[Network]) -> Address | None:
    """The last address that no trusted proxy has; None for a unix socket.

    Each proxy adds its own peer at the end, so the header is read from the right, and only as far as proxies are
    trusted. Text that is not an address ends the reading.
    """
    client = parse_address(scope["client"][0]) if scope["client"] else None
    hops = _addresses_from_the_right(Headers(scope=scope))
    while client is not None and is_in(client, trusted):
        farther = next(hops, None)
        if farther is None:
            break
        client = farther
    return client


def _addresses_from_the_right(headers: Headers) -> Iterator[Address | None]:
    for text in reversed(",".join(headers.getlist(HEADER)).rsplit(",", MAX_PROXIES)):
        yield parse_address(text)


def parse_address(text: str) -> Address | None:
    """An address with or without a port; None for any other text. An IPv4 address in IPv6 form is an IPv4 address."""
    text = text.strip()
    if match := WITH_PORT.fullmatch(text):
        text = match[1] or match[2]
    try:
        # What follows the % is the name of a network interface, and could be any text.
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def parse_networks(text: str) -> list[Network]:
    """Networks of a setting, by spaces."""
    return [ip_network(part) for part in text.split()]


def is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
