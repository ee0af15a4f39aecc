"""Requests must name this service in their Host header: by a local name, in production by the host of PUBLIC_URL.

This stops DNS rebinding: a page of another site whose name resolves to our address still sends its name.
"""

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import HostNotAllowedError
from routes.middleware.context import PROBE_PATHS, SIGNED_PATHS
from settings import LOCAL_HOSTS, Settings

HOST = re.compile(r"(?P<name>[a-z0-9._-]+|\[[0-9a-f:]+\])(:\d{1,5})?")
PRODUCTION_DETAIL = "The service does not answer to this host name. Use the address that the service is published at."


class AllowedHost:
    """Refuses other host names, except for signed requests.

    In production, load balancers and Prometheus may call probes by IP address.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = allowed_hosts(settings)
        self._exempt_paths = SIGNED_PATHS if settings.is_local else SIGNED_PATHS | PROBE_PATHS
        self._detail = None if settings.is_local else PRODUCTION_DETAIL

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_allowed(scope):
            raise HostNotAllowedError(self._detail)
        await self._app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        return scope["path"] in self._exempt_paths or is_allowed_host(hosts, self._names)


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Names without ports, in lower case; IPv6 addresses without brackets."""
    return LOCAL_HOSTS if settings.is_local else frozenset({urlsplit(settings.public_url).hostname or ""})


def is_allowed_host(hosts: Sequence[str], names: Collection[str]) -> bool:
    """Exactly one Host header, of an allowed name with any port or none: proxies may drop or change the port."""
    if len(hosts) != 1:
        return False
    match = HOST.fullmatch(hosts[0].lower())
    return match is not None and match["name"].strip("[]") in names
