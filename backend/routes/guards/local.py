"""Local mode has no sign-in, so it answers this machine only: by host name, by peer, and never through a proxy."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import HostNotAllowedError, LocalOnlyError
from settings import LOCAL_HOSTS, Settings

Network = IPv4Network | IPv6Network
HOST = re.compile(r"(?P<name>[a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?")
# Whoever sends one of these speaks for somebody else.
FORWARDED_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class LocalOnly:
    """Refuses before anything else looks at the request.

    The host list is what stops DNS rebinding: a foreign page's name that resolves to 127.0.0.1 stays a foreign name.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._networks = parse_networks(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if not is_local_host(headers.getlist("host")):
                raise HostNotAllowedError
            if not is_asked_from_here(headers, scope["client"], self._networks):
                raise LocalOnlyError
        await self._app(scope, receive, send)


def parse_networks(settings: Settings) -> list[Network]:
    """The networks whose peers count as this machine."""
    return [ip_network(text) for text in settings.local_peers.split()]


def is_local_host(hosts: Sequence[str]) -> bool:
    """Exactly one Host header, of a local name with any port or none."""
    if len(hosts) != 1:
        return False
    match = HOST.fullmatch(hosts[0].lower())
    return match is not None and match["name"].strip("[]") in LOCAL_HOSTS


def is_asked_from_here(headers: Headers, client: tuple[str, int] | None, networks: Sequence[Network]) -> bool:
    """A local peer that speaks for nobody else."""
    return is_local_peer(client, networks) and not any(name in headers for name in FORWARDED_HEADERS)


def is_local_peer(client: tuple[str, int] | None, networks: Sequence[Network]) -> bool:
    """Loopback, one of the listed networks, or a unix socket (which has no address)."""
    if client is None:
        return True
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback or any(address in network for network in networks)
