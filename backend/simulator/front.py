"""What every request meets before its endpoint: correlation id, URL length, latency, faults, the log.

The control API under `/simulator` meets none of it: it is ours, not HubSpot's.
"""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.errors import html_page, new_correlation_id
from simulator.fault_injection import Victim, carry_out
from simulator.faults import Fault
from simulator.moments import iso_millis
from simulator.request_log import Entry
from simulator.state import SimulatorState

CONTROL = "/simulator"
# Source: measured by users near 16.2 k characters.
LONGEST_URL = 16_000


class Front:
    def __init__(self, state: SimulatorState, app: ASGIApp) -> None:
        self.state = state
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self.app(scope, receive, send)
            return
        scope["simulator.correlation_id"] = new_correlation_id()
        entry = self._log(scope)
        answer = self._answering(scope, entry, send)
        fault = self._fault(scope)
        if fault is not None:
            entry.fault = fault.kind
            await carry_out(Victim(fault, self.state.faults.cleared, self._within_limits, scope, receive, answer))
        else:
            await self._within_limits(scope, receive, answer)
        entry.portal_id = scope.get("simulator.portal_id")
        entry.left_s = time.monotonic()

    def _log(self, scope: Scope) -> Entry:
        """Note the request as it arrives; its answer is filled in later."""
        now = iso_millis(self.state.now_ms())
        query = scope["query_string"].decode("latin-1")
        entry = Entry(at=now, method=scope["method"], path=scope["path"], query=query, came_s=time.monotonic())
        entry.correlation_id = scope["simulator.correlation_id"]
        self.state.log.add(entry)
        return entry

    def _fault(self, scope: Scope) -> Fault | None:
        state = self.state
        if not state.faults:
            return None
        return state.faults.strike(scope["method"], scope["path"], self._portal_id(scope), state.rng)

    def _portal_id(self, scope: Scope) -> str | None:
        """The account of the bearer token; None without one."""
        for name, value in scope["headers"]:
            if name == b"authorization":
                token = self.state.mint.read(value.decode("latin-1").rpartition(" ")[2])
                return str(token.portal_id) if token else None
        return None

    def _answering(self, scope: Scope, entry: Entry, send: Send) -> Send:
        correlation_id = scope["simulator.correlation_id"].encode()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                date = formatdate(self.state.now_ms() / 1000, usegmt=True).encode()
                further = [(b"x-hubspot-correlation-id", correlation_id), (b"date", date)]
                message["headers"] = [*message["headers"], *further]
                await self._lag(scope["path"])
            await send(message)

        return answer

    async def _lag(self, path: str) -> None:
        """Wait as long as the way to HubSpot and back takes: around a median, with a long tail."""
        settings = self.state.settings
        if settings.latency_ms and not path.endswith("/authorize"):
            await asyncio.sleep(settings.latency_ms / 1000 * self.state.rng.lognormvariate(0, settings.latency_sigma))

    async def _within_limits(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a URL that is too long; an optional slash at the end of a path means nothing."""
        path = scope["path"]
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_URL:
            page = html_page(414, "Request-URI Too Large")
            headers = [(b"content-type", b"text/html;charset=utf-8"), (b"content-length", str(len(page)).encode())]
            await send({"type": "http.response.start", "status": 414, "headers": headers})
            await send({"type": "http.response.body", "body": page})
            return
        if len(path) > 1 and path.endswith("/"):
            scope["path"] = path.rstrip("/")
        await self.app(scope, receive, send)
