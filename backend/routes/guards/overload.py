"""Refuses early what could only be answered late, so that what is accepted is answered in time.

Two signs: the event loop wakes sleepers late, and requests whose answers have not begun are many. What streams on has
bounds of its own. Health, and the end of a connect flow that a person has already gone through, are always let in.
"""

import asyncio
import re
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import metrics
from errors import OverloadedError
from routes.guards.context import leave_out_of_log

# Behind this much, a status that takes milliseconds would wait longer than it works. See docs/operations.md.
LATE_S = 0.25
# A burst of so many is answered within two seconds, at 110 pages a second. More only wait for each other: twice as many
# take twice as long.
MAX_RUNNING = 200
RETRY_AFTER_S = 1.0
TELL_EVERY_S = 1.0
ALWAYS_LET_IN = re.compile(r"^/(livez|readyz|metrics|integrations/[a-z]+/(oauth2callback|flows/[^/]+))$")

log = structlog.get_logger(__name__)


class Overload:
    """Counts what is under way and looks at the clock.

    Args:
        lag_s: how late the event loop is.
    """

    def __init__(self, app: ASGIApp, lag_s: Callable[[], float]) -> None:
        self._app = app
        self._lag_s = lag_s
        self._running = 0
        self._told_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or ALWAYS_LET_IN.match(scope["path"]):
            await self._app(scope, receive, send)
        elif reason := self._reason():
            self._refuse(reason, scope)
        else:
            await self._run(scope, receive, send)

    def _reason(self) -> str | None:
        if self._lag_s() > LATE_S:
            return "late"
        return "full" if self._running >= MAX_RUNNING else None

    def _refuse(self, reason: str, scope: Scope) -> None:
        """Cheaply: with ten times too many requests, nine of ten come here. Counted each, told once a second."""
        metrics.request_shed(reason)
        leave_out_of_log(scope)
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            log.warning("overloaded, refusing requests", reason=reason, running=self._running)
        raise OverloadedError(retry_after_s=RETRY_AFTER_S)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = True

        async def watched_send(message: Message) -> None:
            nonlocal waits
            if waits and message["type"] == "http.response.start":
                waits = False
                self._running -= 1
            await send(message)

        self._running += 1
        try:
            await self._app(scope, receive, watched_send)
        finally:
            self._running -= waits
