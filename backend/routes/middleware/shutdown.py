"""Whoever waits for an answer when the service is told to stop gets one before it ends: a late one is `shutting_down`.

Without it a request that waits for a vendor that hangs would be cut off with the process, and look like a fault.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import ShuttingDownError

# From the signal on. After it a refresh that began last may take its ten seconds, and be stored.
ANSWERED_WITHIN_S = 12.0
# Another process, or this one anew, answers by then.
RETRY_AFTER_S = 5.0


class Waiting:
    """The requests of this process whose answers have not begun, and when they must."""

    def __init__(self, within_s: float = ANSWERED_WITHIN_S) -> None:
        self._within_s = within_s
        self._limits: set[asyncio.Timeout] = set()
        self._until_s: float | None = None

    async def end_with(self, stopping: asyncio.Event) -> None:
        """Wait for the signal and set everybody's limit. Cancel it to stop."""
        await stopping.wait()
        self._until_s = asyncio.get_running_loop().time() + self._within_s
        for limit in self._limits:
            limit.reschedule(self._until_s)

    def limit(self) -> asyncio.Timeout:
        """For one more request, to be entered at once."""
        return asyncio.timeout_at(self._until_s)

    def enter(self, limit: asyncio.Timeout) -> None:
        self._limits.add(limit)

    def leave(self, limit: asyncio.Timeout) -> None:
        """Its answer has begun, or it has ended."""
        self._limits.discard(limit)
        if not limit.expired():
            limit.reschedule(None)


class Shutdown:
    """Bounds each request from the signal on, until its answer begins."""

    def __init__(self, app: ASGIApp, waiting: Waiting) -> None:
        self._app = app
        self._waiting = waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._waiting.limit()

        async def watched_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._waiting.leave(limit)
            await send(message)

        try:
            async with limit:
                self._waiting.enter(limit)
                try:
                    await self._app(scope, receive, watched_send)
                finally:
                    self._waiting.leave(limit)
        except TimeoutError:
            if not limit.expired():
                raise
            raise ShuttingDownError(retry_after_s=RETRY_AFTER_S) from None
