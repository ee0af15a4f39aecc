"""The built page at `/`, its assets, and `{"Ping": "Pong"}` for programs.

Asset names contain a hash of the content, so clients may cache them forever; `index.html` is never cached. The policy
allows no inline scripts, only our files. The build writes compressed files next to the assets for clients that accept
them.
"""

import contextlib
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from errors import NotFoundError
from routes.canonical_url import canonical_url
from routes.dependencies import ServicesDependency
from routes.negotiation import HTML, names_html, takes_coding
from routes.responses import errors
from settings import ROOT, Settings

DIST = ROOT / "frontend" / "dist"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
PAGE_HEADERS = {
    "Content-Security-Policy": f"{PAGE_POLICY}'none'",
    # The consent page and the callback page need their opener.
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cache-Control": "no-cache",
    "Vary": "Accept",
}
ASSET_CACHE = "public, max-age=31536000, immutable"
# Content coding → file suffix in the build, the smallest first.
CODINGS = {"br": ".br", "gzip": ".gz"}
SLASH_AT_END = "There is nothing here. Try the address without the slash at its end."

router = APIRouter(tags=["page"])


class Pong(BaseModel):
    ping: Annotated[str, Field(alias="Ping")] = "Pong"


PAGE_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The page for browsers, a sign of life for programs.",
        "content": {HTML: {"schema": {"type": "string"}}},
    }
}


@router.get("/", response_model=Pong, responses={**PAGE_RESPONSE, **errors(sign_in=False)})
@router.head("/", include_in_schema=False)
async def get_page(request: Request, services: ServicesDependency) -> Response:
    """Get the page, for a browser; `{"Ping": "Pong"}` for a client that does not accept HTML."""
    if names_html(request.headers.get("accept")) and (page := open_page(request.scope, services.settings)):
        return page
    return JSONResponse({"Ping": "Pong"}, headers={"Vary": "Accept"})


def open_page(scope: Scope, settings: Settings) -> Response | None:
    """The page, or a redirect to it on PUBLIC_URL's host; None if it is not built."""
    request = Request(scope)
    if elsewhere := canonical_url(request, settings):
        return RedirectResponse(elsewhere)
    index = request.app.state.page / "index.html"
    return FileResponse(index, headers=page_headers(settings)) if index.is_file() else None


def page_headers(settings: Settings) -> dict[str, str]:
    """The headers of the page, which FRAME_ORIGINS may show in a frame."""
    return PAGE_HEADERS | {"Content-Security-Policy": PAGE_POLICY + (settings.frame_origins or "'none'")}


class Assets(StaticFiles):
    """The hashed files of the build, also of a build made while the service runs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)

    async def check_config(self) -> None:
        """Raises: NotFoundError if the page is not built."""
        try:
            await super().check_config()
        except RuntimeError:
            raise NotFoundError from None

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The smallest form of the file that the client accepts. Raises: HTTPException 404."""
        response = await self._compressed(path, scope) or await super().get_response(path, scope)
        response.headers["Cache-Control"] = ASSET_CACHE
        response.headers["Vary"] = "Accept-Encoding"
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        accepted = Request(scope).headers.get("accept-encoding")
        for coding, suffix in CODINGS.items():
            if takes_coding(accepted, coding):
                with contextlib.suppress(HTTPException):  # no such file: try the next coding
                    response = await super().get_response(path + suffix, scope)
                    response.headers["Content-Encoding"] = coding
                    return response
        return None


class PageOrNotFound:
    """Other paths: a browser is redirected to the page, other clients get 404.

    The page uses relative URLs, so it works at its own path only.
    """

    def __init__(self, settings: Settings) -> None:
        self._page_path = f"{settings.public_path}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_page(scope):
            raise NotFoundError(SLASH_AT_END if scope.get("path", "").endswith("/") else None)
        query = scope["query_string"].decode("latin-1")
        response = RedirectResponse(f"{self._page_path}?{query}" if query else self._page_path)
        await response(scope, receive, send)

    def _is_page(self, scope: Scope) -> bool:
        """Whether to redirect: PUBLIC_URL without its slash, or any path that a browser opens if there is a page."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return False
        is_opened = names_html(Request(scope).headers.get("accept"))
        return scope["path"] == "" or (is_opened and (scope["app"].state.page / "index.html").is_file())
