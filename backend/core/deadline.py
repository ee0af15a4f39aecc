"""A time limit that still reads an answer which arrived while the process was paused."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# A timer that fires this late was held up by a paused process or a blocked event loop, not by the other side.
LATE_S = 0.25
# Enough to read what waits in the socket's buffer; granted once.
READ_S = 1.0


@asynccontextmanager
async def deadline(limit: asyncio.Timeout, timeout_s: float) -> AsyncIterator[None]:
    """As `asyncio.timeout`, with one more second when it fires late. `limit` is `asyncio.timeout(None)`.

    After a pause of the process `asyncio.timeout` cancels in the same turn of the loop in which the socket becomes
    readable, so an answer that arrived during the pause would be lost.
    """
    loop = asyncio.get_running_loop()
    due = loop.time() + timeout_s

    def expire() -> None:
        now = loop.time()
        limit.reschedule(now + READ_S if now - due > LATE_S else now)

    async with limit:
        timer = loop.call_at(due, expire)
        try:
            yield
        finally:
            timer.cancel()
