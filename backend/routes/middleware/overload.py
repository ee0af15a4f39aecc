"""Refuses early what could only be answered late, so that what is accepted is answered in time.

Two signs: the event loop wakes sleepers late, and requests whose answers have not begun are many, or have long been
more than keep the process busy. What streams on has bounds of its own. Health, and the end of a connect flow that a
person has already gone through, are always let in. Webhooks have a share of their own: people's requests never keep
them out, nor they people's.

`Admission` decides. It is asked in front of the application (`early.py`), before anything is spent on a request, and by
the guard `Overload`, for what is left to it and under servers that are given the application alone.
"""

import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import metrics
from errors import OverloadedError
from routes.middleware.context import SIGNED_PATHS, leave_out_of_log

# Behind this much, a status that takes milliseconds would wait longer than it works. See docs/operations.md.
LATE_S = 0.25
# A burst of so many is answered within two seconds, at 110 pages a second. More only wait for each other: twice as many
# take twice as long.
MAX_RUNNING = 200
# What keeps a process busy. A crowd that does not get smaller is no burst, and whoever joins it waits for all of it.
CROWD = 64
BURST_S = 2.0
# Webhooks at a time. HubSpot sends 10 at once for each of its accounts, and repeats what is refused.
MOST_SIGNED = 128
RETRY_AFTER_S = 1.0
TELL_EVERY_S = 1.0
# In the request's state.
RUNNING = "running"
ALWAYS_LET_IN = re.compile(r"^/(livez|readyz|metrics|integrations/[a-z]+/(oauth2callback|flows/[^/]+))$")

log = structlog.get_logger(__name__)


class Admission:
    """Counts what is under way and looks at the clock.

    Args:
        lag_s: how late the event loop is.
        clock: seconds that never go back.
    """

    def __init__(self, lag_s: Callable[[], float], clock: Callable[[], float] = time.monotonic) -> None:
        self._lag_s = lag_s
        self._clock = clock
        self.running = 0
        """Requests whose answers have not begun, without the signed ones."""
        self.signed = Share(MOST_SIGNED)
        self._crowded_since = math.inf
        self._told_at = -math.inf

    def refuses(self, path: str) -> bool:
        """Whether a request to this path may not come in. Each one is counted, and told once a second."""
        reason = self._reason(path)
        if reason is None:
            return False
        metrics.request_shed(reason)
        now = self._clock()
        if now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            log.warning("overloaded, refusing requests", reason=reason, running=self.running)
        return True

    def enter(self) -> None:
        """One more waits for its answer to begin."""
        self.running += 1
        if self.running >= CROWD:
            self._crowded_since = min(self._crowded_since, self._clock())

    def leave(self) -> None:
        """Its answer has begun, or it has ended without one."""
        self.running -= 1
        if self.running < CROWD / 2:
            self._crowded_since = math.inf

    def _reason(self, path: str) -> str | None:
        if ALWAYS_LET_IN.match(path):
            return None
        if path in SIGNED_PATHS:
            return "full" if self.signed.is_full else None
        if self._lag_s() > LATE_S:
            return "late"
        is_burst = self._clock() - self._crowded_since < BURST_S
        return "full" if self.running >= (MAX_RUNNING if is_burst else CROWD) else None


class Share:
    """Requests that are counted apart from the others."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.running = 0

    @property
    def is_full(self) -> bool:
        return self.running >= self._most

    def enter(self) -> None:
        self.running += 1

    def leave(self) -> None:
        self.running -= 1


class Overload:
    """Lets in whom the admission does not refuse."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or ALWAYS_LET_IN.match(scope["path"]):
            await self._app(scope, receive, send)
        elif self._admission.refuses(scope["path"]):
            leave_out_of_log(scope)
            raise OverloadedError(retry_after_s=RETRY_AFTER_S)
        else:
            await self._run(scope, receive, send)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        running = Running(self._admission.signed if scope["path"] in SIGNED_PATHS else self._admission)
        scope.setdefault("state", {})[RUNNING] = running

        is_whole = False

        async def uncounted_receive() -> Message:
            """A caller that sends its body slowly keeps the process from nothing."""
            nonlocal is_whole
            if is_whole:
                return await receive()
            with running.paused():
                message = await receive()
            is_whole = not message.get("more_body", False)
            return message

        async def watched_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                running.leave()
            await send(message)

        running.enter()
        try:
            await self._app(scope, uncounted_receive, watched_send)
        finally:
            running.leave()


class Running:
    """One request among those whose answers have not begun."""

    def __init__(self, counter: Admission | Share) -> None:
        self._counter = counter
        self._is_counted = False

    def enter(self) -> None:
        if not self._is_counted:
            self._is_counted = True
            self._counter.enter()

    def leave(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self._counter.leave()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count the request while the body runs: it waits, and keeps the process from nothing."""
        was_counted = self._is_counted
        self.leave()
        try:
            yield
        finally:
            if was_counted:
                self.enter()


def uncounted(scope: Scope) -> AbstractContextManager[None]:
    """Do not count this request as running while the body runs. For waits that have a bound of their own."""
    running: Running | None = scope.get("state", {}).get(RUNNING)
    return nullcontext() if running is None else running.paused()
