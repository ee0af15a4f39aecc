"""Security headers on every answer. A page with needs of its own sets its own; these fill in what is missing."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from settings import Settings

DEFAULTS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",  # answers hold a customer's records
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Two years, as browsers' preload lists ask for.
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


def security_headers(settings: Settings) -> dict[str, str]:
    """What every answer of a service with these settings has."""
    # A host that we share decides for itself.
    is_secure = settings.public_url.startswith("https://") and not settings.public_path
    return {**DEFAULTS, **({"Strict-Transport-Security": STRICT_TRANSPORT} if is_secure else {})}


class SecurityHeaders:
    """Adds them to what every route, guard and error answers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
