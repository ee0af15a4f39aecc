"""The correlation id of each request, and one log line at its end, without the query, which may contain a code."""

import re
import secrets
import time
from collections.abc import Sequence

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import metrics
from core.audit import caused_by
from core.tracing import span
from routes.middleware.client_address import Network, find_client_address
from routes.problems import instance_of

HEADER = "X-Request-Id"
# Accepted ids of clients and proxies: long enough to be unique, and safe in a log line.
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Requests to these paths are verified by the vendor's signature over the URL, so host, origin and peer do not matter.
SIGNED_PATHS = frozenset({"/webhooks/hubspot"})
PROBE_PATHS = frozenset({"/livez", "/readyz", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger("access")


class RequestContext:
    """Adds the request's id to all log lines and to the answer.

    Audit lines also have the client's address, which proxies in `trusted` may report.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network] = ()) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = choose_correlation_id(Headers(scope=scope).get(HEADER))
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        began, status = time.monotonic(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = correlation_id
            await send(message)

        address = find_client_address(scope, self._trusted)
        with (
            caused_by(None if address is None else str(address)),
            structlog.contextvars.bound_contextvars(correlation_id=correlation_id),
            span(scope["method"], parent=Headers(scope=scope), correlation_id=correlation_id) as request_span,
        ):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                seconds = time.monotonic() - began
                route = route_of(scope)
                request_span.rename(f"{scope['method']} {route}")
                request_span.note(status=status)
                metrics.request_answered(method=known(scope["method"]), route=route, status=status, seconds=seconds)
                say = log.debug if is_quiet(scope) else log.info
                facts = {"status": status, "duration_ms": round(seconds * 1000, 1)} | scope["state"].get("failure", {})
                say("answered", method=scope["method"], path=instance_of(scope), **facts)


def leave_out_of_log(scope: Scope) -> None:
    """Write no line for this request, because it is logged together with others."""
    scope.setdefault("state", {})["is_quiet"] = True


def is_quiet(scope: Scope) -> bool:
    return scope["path"] in PROBE_PATHS or scope["state"].get("is_quiet", False)


def route_of(scope: Scope) -> str:
    """The route's template, one of a small set."""
    return str(getattr(scope.get("route"), "path_format", "other"))


def known(method: str) -> str:
    """A known method; each unknown one would create a time series."""
    return method if method in METHODS else "other"


def choose_correlation_id(offered: str | None) -> str:
    """The client's id if it is valid, else a new one."""
    return offered if offered and ACCEPTED.fullmatch(offered) else secrets.token_hex(16)
