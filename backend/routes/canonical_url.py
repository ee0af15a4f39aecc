"""PUBLIC_URL's host for a browser that opened this machine by another local name."""

from urllib.parse import urlsplit

from starlette.requests import Request

from settings import Settings


def canonical_url(request: Request, settings: Settings) -> str | None:
    """The same URL with PUBLIC_URL's host; None if it has that host already, and in production.

    The vendor redirects to PUBLIC_URL's host, and a cookie set for 127.0.0.1 is not sent to localhost.
    """
    if not settings.is_local or request.url.hostname == urlsplit(settings.public_url).hostname:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{settings.public_url}{request.url.path}{query}"
