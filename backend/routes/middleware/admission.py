"""Admits requests: an overloaded process refuses new ones, and one that stops answers those that still wait.

Overload has two signs: the event loop wakes sleepers late, and the requests whose answers have not begun are many, or
have long been more than keep the process busy. Streams have limits of their own. Health checks, and the end of a
connect flow that a person has already gone through, are always admitted. Webhooks are counted apart, so that requests
of people never keep them out, nor the reverse.

On shutdown each answer must begin within a limit; otherwise the request is answered with `shutting_down`. Without the
limit, a request that waits for a hanging vendor would be cut off with the process, and look like a fault.

`Admission` decides. It is asked in front of the application (`early.py`), before anything is spent on a request, and by
the middleware `Admit`, which handles the rest, and every request under servers that run the application alone.
"""

import asyncio
import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import metrics
from errors import OverloadedError, ShuttingDownError
from routes.middleware.context import SIGNED_PATHS, leave_out_of_log

# Behind this much, a status that takes milliseconds would wait longer than it works. See docs/operations.md.
LATE_S = 0.25
# This many at once are answered within two seconds, at 110 pages a second. More only wait for each other: twice as many
# take twice as long.
MAX_RUNNING = 200
# What keeps a process busy. More than this for longer than a burst is overload: each new request waits for all of them.
CROWD = 64
BURST_S = 2.0
# Webhooks at a time. HubSpot sends 10 at once for each of its accounts, and repeats what is refused.
MOST_SIGNED = 128
RETRY_AFTER_S = 1.0
LOG_EVERY_S = 1.0
# From the signal to stop. After it a token refresh that began last may take its ten seconds, and be stored.
ANSWERED_WITHIN_S = 12.0
# Another process, or this one restarted, answers by then.
SHUTDOWN_RETRY_AFTER_S = 5.0
# In the request's state.
WAITING = "waiting"
ALWAYS_ADMITTED = re.compile(r"^/(livez|readyz|metrics|integrations/[a-z]+/(oauth2callback|flows/[^/]+))$")

log = structlog.get_logger(__name__)


class Counter:
    """The requests of one class whose answers have not begun."""

    def __init__(self, most: float = math.inf) -> None:
        self._most = most
        self.running = 0

    @property
    def is_full(self) -> bool:
        return self.running >= self._most

    def enter(self) -> None:
        self.running += 1

    def leave(self) -> None:
        self.running -= 1


class CrowdCounter(Counter):
    """Takes bursts, and fewer requests while a crowd lasts."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(MAX_RUNNING)
        self._clock = clock
        self._crowded_since = math.inf

    @property
    def is_full(self) -> bool:
        is_burst = self._clock() - self._crowded_since < BURST_S
        return self.running >= (MAX_RUNNING if is_burst else CROWD)

    def enter(self) -> None:
        super().enter()
        if self.running >= CROWD:
            self._crowded_since = min(self._crowded_since, self._clock())

    def leave(self) -> None:
        super().leave()
        if self.running < CROWD / 2:
            self._crowded_since = math.inf


class Admission:
    """Counts the requests, looks at the clock, and knows when answers must begin.

    Args:
        lag_s: how late the event loop is.
        clock: monotonic seconds.
        answered_within_s: from the signal to stop, for requests that wait.
    """

    def __init__(
        self,
        lag_s: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
        answered_within_s: float = ANSWERED_WITHIN_S,
    ) -> None:
        self._lag_s = lag_s
        self._clock = clock
        self._answered_within_s = answered_within_s
        self.people, self.signed, self.exempt = CrowdCounter(clock), Counter(MOST_SIGNED), Counter()
        self._waiting: set[Waiting] = set()
        self._answers_by: float | None = None
        self._logged_at = -math.inf

    def refuses(self, path: str) -> bool:
        """Whether a request to this path is not admitted. Counts each refusal, and logs once a second."""
        reason = self._reason(path)
        if reason is None:
            return False
        metrics.requests_shed.labels(reason).inc()
        now = self._clock()
        if now - self._logged_at >= LOG_EVERY_S:
            self._logged_at = now
            log.warning("overloaded, refusing requests", reason=reason, running=self.people.running)
        return True

    def _reason(self, path: str) -> str | None:
        counter = self._counter(path)
        if counter is self.people and self._lag_s() > LATE_S:
            return "late"
        return "full" if counter.is_full else None

    def _counter(self, path: str) -> Counter:
        if ALWAYS_ADMITTED.match(path):
            return self.exempt
        return self.signed if path in SIGNED_PATHS else self.people

    def admit(self, path: str) -> "Waiting":
        """One more request, to be entered at once."""
        return Waiting(self._counter(path), self._waiting, asyncio.timeout_at(self._answers_by))

    async def end_with(self, stopping: asyncio.Event) -> None:
        """Wait for the signal to stop, then limit all that wait. Cancel it to stop."""
        await stopping.wait()
        self._answers_by = asyncio.get_running_loop().time() + self._answered_within_s
        for request in self._waiting:
            request.limit.reschedule(self._answers_by)


class Waiting:
    """One request, which waits until its answer begins. `limit` ends it when that is too late."""

    def __init__(self, counter: Counter, waiting: set["Waiting"], limit: asyncio.Timeout) -> None:
        self._counter = counter
        self._waiting = waiting
        self.limit = limit
        self._is_counted = False

    def enter(self) -> None:
        self._waiting.add(self)
        self._count()

    def answered(self) -> None:
        """The answer has begun, or the request has ended."""
        self._uncount()
        self._waiting.discard(self)
        if not self.limit.expired():
            self.limit.reschedule(None)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not count the request while the body runs: it costs the process nothing."""
        was_counted = self._is_counted
        self._uncount()
        try:
            yield
        finally:
            if was_counted and self in self._waiting:
                self._count()

    def _count(self) -> None:
        self._is_counted = True
        self._counter.enter()

    def _uncount(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self._counter.leave()


class Admit:
    """Counts each request until its answer begins, or refuses it."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._admission.refuses(scope["path"]):
            leave_out_of_log(scope)
            raise OverloadedError(retry_after_s=RETRY_AFTER_S)
        request = scope.setdefault("state", {})[WAITING] = self._admission.admit(scope["path"])
        try:
            async with request.limit:
                request.enter()
                try:
                    await self._app(scope, _uncounted_receive(receive, request), _watched_send(send, request))
                finally:
                    request.answered()
        except TimeoutError:
            if not request.limit.expired():
                raise
            raise ShuttingDownError(retry_after_s=SHUTDOWN_RETRY_AFTER_S) from None


def _uncounted_receive(receive: Receive, request: Waiting) -> Receive:
    """A client that sends its body slowly is not counted meanwhile."""
    is_whole = False

    async def uncounted() -> Message:
        nonlocal is_whole
        if is_whole:
            return await receive()
        with request.paused():
            message = await receive()
        is_whole = not message.get("more_body", False)
        return message

    return uncounted


def _watched_send(send: Send, request: Waiting) -> Send:
    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            request.answered()
        await send(message)

    return watched


def uncounted(scope: Scope) -> AbstractContextManager[None]:
    """Do not count this request while the body runs. For waits that have a limit of their own."""
    request: Waiting | None = scope.get("state", {}).get(WAITING)
    return nullcontext() if request is None else request.paused()
