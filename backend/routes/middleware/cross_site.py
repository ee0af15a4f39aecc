"""Refuse requests that other web sites make a user's browser send, except links to a page.

With FRAME_ORIGINS our page may also be opened in a frame. Browsers report the origin of a request (`Sec-Fetch-*`,
`Origin`), and pages cannot forge it; programs send neither.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import CrossSiteBlockedError
from routes.middleware.context import SIGNED_PATHS
from routes.problems import SAFE_METHODS
from settings import Settings

# The origins of the stock UI and of our development server.
DEVELOPMENT_ORIGINS = ("http://localhost:3000", "http://127.0.0.1:3000")
OWN_SITES = frozenset({"same-origin", "none"})
# Source: Fetch, request destinations; `frame` is that of an obsolete element.
FRAME = "iframe"


class CrossSite:
    """Accepts our pages, the listed origins, programs, and links followed by a person."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._origins = allowed_origins(settings)
        self._may_be_framed = bool(settings.frame_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_checked = scope["type"] == "http" and scope["path"] not in SIGNED_PATHS
        if is_checked and not self.is_allowed(scope["method"], Headers(scope=scope)) and not self._is_framed(scope):
            raise CrossSiteBlockedError
        await self._app(scope, receive, send)

    def _is_framed(self, scope: Scope) -> bool:
        """Our page in a frame. The browser checks the framing page, by `frame-ancestors` in the answer."""
        is_opened = is_opened_as(FRAME, scope["method"], Headers(scope=scope))
        return self._may_be_framed and scope["path"] == "/" and is_opened

    def is_allowed(self, method: str, headers: Headers) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin in self._origins:
            return True
        if site is None:  # a program, or an old browser that sends only the origin of writes
            return origin is None or method in SAFE_METHODS
        return site in OWN_SITES or is_followed_link(method, headers)


def is_followed_link(method: str, headers: Headers) -> bool:
    """A whole page is opened at the top level, so the linking page cannot read it."""
    return is_opened_as("document", method, headers)


def is_opened_as(destination: str, method: str, headers: Headers) -> bool:
    """A browser opens the URL as a document, at the top level or in a frame."""
    is_navigation = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return is_navigation and headers.get("sec-fetch-dest") == destination


def allowed_origins(settings: Settings) -> frozenset[str]:
    """Origins whose pages may call the API: ours, and in local the development servers'."""
    if not settings.is_local:
        return frozenset({settings.origin})
    own = {f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1", "[::1]")}
    return frozenset({settings.origin, *own, *DEVELOPMENT_ORIGINS})
