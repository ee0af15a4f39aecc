"""A time limit that still reads an answer which arrived while the process was paused."""

import asyncio
from types import TracebackType
from typing import Self

# A timer that fires this late was held up by a paused process or a blocked event loop, not by the other side.
LATE_S = 0.25
# Enough to read what waits in the socket's buffer; granted once.
READ_S = 1.0


class Deadline:
    """As `asyncio.timeout`, with one more second when it fires late.

    After a pause of the process `asyncio.timeout` cancels in the same turn of the loop in which the socket becomes
    readable, so an answer that arrived during the pause would be lost.
    """

    def __init__(self, timeout_s: float) -> None:
        self._due = asyncio.get_running_loop().time() + timeout_s
        self._limit = asyncio.timeout(None)

    def expired(self) -> bool:
        return self._limit.expired()

    async def __aenter__(self) -> Self:
        await self._limit.__aenter__()
        self._timer = asyncio.get_running_loop().call_at(self._due, self._expire)
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        await self._limit.__aexit__(error_type, error, traceback)

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        is_late = now - self._due > LATE_S
        self._limit.reschedule(now + READ_S if is_late else now)
