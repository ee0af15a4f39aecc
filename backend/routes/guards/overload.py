"""Refuses early what could only be answered late, so that what is accepted is answered in time.

The event loop's lag tells that the process is behind; the number of requests under way bounds what each may hold.
Health, and the end of a connect flow that a person has already gone through, are always let in.
"""

import re
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from core import metrics
from errors import OverloadedError

# Behind this much, a status that takes milliseconds would wait longer than it works. See docs/operations.md.
LATE_S = 0.25
# Requests mostly wait for the vendor; more than this at once hold more memory than they get room in the budgets for.
MAX_RUNNING = 400
RETRY_AFTER_S = 1.0
ALWAYS_LET_IN = re.compile(r"^/(livez|readyz|metrics|integrations/[a-z]+/(oauth2callback|flows/[^/]+))$")


class Overload:
    """Counts what is under way and looks at the clock.

    Args:
        lag_s: how late the event loop is.
    """

    def __init__(self, app: ASGIApp, lag_s: Callable[[], float]) -> None:
        self._app = app
        self._lag_s = lag_s
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or ALWAYS_LET_IN.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        if reason := self._reason():
            metrics.request_shed(reason)
            raise OverloadedError(retry_after_s=RETRY_AFTER_S)
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1

    def _reason(self) -> str | None:
        if self._lag_s() > LATE_S:
            return "late"
        return "full" if self._running >= MAX_RUNNING else None
