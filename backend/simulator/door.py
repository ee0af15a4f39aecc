"""What HubSpot's server does before it reads a call's credentials: methods and `Accept`.

Source: measured answers of the listing, a record, `search`, `batch/read` and v4 associations, October 2026.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from simulator.errors import page_answer

Endpoint = Callable[[Request], Awaitable[Response]]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_JSON_RANGES = frozenset({"application/json", "application/*", "*/*"})
_PAGE_RANGES = frozenset({"text/html", "text/*", "*/*"})
_NO_CREDENTIALS = "Any of the listed authentication credentials are missing"
_NO_STORE = {"Cache-Control": "must-revalidate,no-cache,no-store"}


def door(allowed: str, handlers: Mapping[str, Endpoint], otherwise: Endpoint) -> Endpoint:
    """Make the endpoint of a path.

    Args:
        allowed: the methods HubSpot takes there, as `Allow` lists them.
        handlers: by method.
        otherwise: for what HubSpot takes and the simulator does not play.
    """
    methods = frozenset(allowed.split(","))

    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        if method == "OPTIONS":
            return _refused_preflight(request)
        if method not in methods:
            return _bare_refusal(request, 405, "Method Not Allowed", {"Allow": allowed})
        if not _ranges(request) & _JSON_RANGES:
            return _bare_refusal(request, 406, "Not Acceptable", {})
        return await handlers.get(method, otherwise)(request)

    return endpoint


def _refused_preflight(request: Request) -> Response:
    """There is no CORS: even a valid token does not help."""
    correlation_id = request.scope["simulator.correlation_id"]
    body = {"status": "error", "message": _NO_CREDENTIALS, "correlationId": correlation_id, "engagement": {}}
    return Response(msgspec.json.encode(body), 401, media_type="application/json;charset=utf-8")


def _bare_refusal(request: Request, status: int, reason: str, headers: dict[str, str]) -> Response:
    """A page for who reads pages; methods that write get neither page nor `Cache-Control`."""
    if request.method in ("PUT", "PATCH", "DELETE"):
        return Response(status_code=status, headers=headers)
    if not _ranges(request) & _PAGE_RANGES:
        return Response(status_code=status, headers=headers | _NO_STORE)
    return page_answer(status, reason, f"Reason:\n<pre>    {reason}</pre>", headers | _NO_STORE)


def _ranges(request: Request) -> frozenset[str]:
    accept = request.headers.get("accept") or "*/*"
    return frozenset(part.partition(";")[0].strip().lower() for part in accept.split(","))
