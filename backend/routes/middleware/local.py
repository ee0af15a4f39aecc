"""Local mode has no sign-in, so it accepts only this machine, and only trusted proxies."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import LocalOnlyError
from routes.middleware.client_address import HEADER, Network, find_client_address, is_in, parse_address, parse_networks
from routes.middleware.context import SIGNED_PATHS
from settings import Settings

# A request with one of these headers was forwarded for another client.
FORWARDED_HEADERS = ("forwarded", HEADER, "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


class LocalOnly:
    """Refuses other peers before a route sees the request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._local, self._trusted = parse_networks(settings.local_peers), parse_networks(settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_allowed(scope):
            raise LocalOnlyError
        await self._app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        """A signature takes the place of the check; webhooks come through tunnels."""
        if scope["path"] in SIGNED_PATHS or is_asked_from_here(Headers(scope=scope), scope["client"], self._local):
            return True
        return is_local_peer(scope["client"], self._local) and self._is_forwarded_from_nearby(scope)

    def _is_forwarded_from_nearby(self, scope: Scope) -> bool:
        """Whether a trusted proxy reports a client address of a local network, and nothing else."""
        peer, headers = scope["client"] and parse_address(scope["client"][0]), Headers(scope=scope)
        if peer is None or not is_in(peer, self._trusted) or {*FORWARDED_HEADERS} & {*headers} != {HEADER}:
            return False
        address = find_client_address(scope, self._trusted)
        return address is not None and not address.is_global


def is_asked_from_here(headers: Headers, client: tuple[str, int] | None, networks: Sequence[Network]) -> bool:
    """A local peer without forwarded headers."""
    return is_local_peer(client, networks) and not any(name in headers for name in FORWARDED_HEADERS)


def is_local_peer(client: tuple[str, int] | None, networks: Sequence[Network]) -> bool:
    """Loopback, one of the listed networks, or a unix socket (which has no address)."""
    if client is None:
        return True
    address = parse_address(client[0])
    return address is not None and (address.is_loopback or is_in(address, networks))
