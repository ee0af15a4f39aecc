"""The address of a request's client: the peer's, or the one that trusted proxies report in X-Forwarded-For.

uvicorn's ProxyHeadersMiddleware is off (`proxy_headers=False`), because it replaces the scheme and the peer, which
local mode and /metrics check, and it accepts text that is not an address.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HEADER = "x-forwarded-for"
# Maximum number of proxies in a chain.
MAX_PROXIES = 32
# Some proxies add the port, and IPv6 addresses then have brackets.
WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")


def find_client_address(scope: Scope, trusted: Sequence[Network]) -> Address | None:
    """The last address that is not a trusted proxy's; None for a unix socket.

    Each proxy appends its peer, so the header is read from the right, as long as proxies are trusted. Reading stops at
    text that is not an address.
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
    """An address with or without a port; None for other text. An IPv4-mapped IPv6 address becomes IPv4."""
    text = text.strip()
    if match := WITH_PORT.fullmatch(text):
        text = match[1] or match[2]
    try:
        # After the % comes the name of a network interface, which may be any text.
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def parse_networks(text: str) -> list[Network]:
    """The networks of a setting, separated by spaces."""
    return [ip_network(part) for part in text.split()]


def is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
