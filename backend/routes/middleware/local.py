"""Local mode has no sign-in, so it answers this machine only, and never through a proxy."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import LocalOnlyError
from routes.middleware.context import SIGNED_PATHS
from settings import Settings

Network = IPv4Network | IPv6Network
# Whoever sends one of these speaks for somebody else.
FORWARDED_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class LocalOnly:
    """Refuses other peers before a route sees the request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._networks = parse_networks(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_allowed(scope):
            raise LocalOnlyError
        await self._app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        """A signature takes the place of the check; webhooks come through tunnels."""
        if scope["path"] in SIGNED_PATHS:
            return True
        return is_asked_from_here(Headers(scope=scope), scope["client"], self._networks)


def parse_networks(settings: Settings) -> list[Network]:
    """The networks whose peers count as this machine."""
    return [ip_network(text) for text in settings.local_peers.split()]


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
