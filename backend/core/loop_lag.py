"""How late the event loop is: the first sign that this process has more to do than it can."""

import asyncio
import time

from core import metrics

EVERY_S = 0.1
# A single long step (parsing a large page) is no overload: what is reported fades in over about half a second.
WEIGHT = 0.2


class LoopLag:
    """`seconds` is how late sleepers are woken, smoothed."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def watch(self) -> None:
        """Measure for as long as the service runs. Cancel it to stop."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(EVERY_S)
            self.note(time.perf_counter() - began - EVERY_S)

    def note(self, lag_s: float) -> None:
        """Take in one measurement."""
        lag_s = max(0.0, lag_s)
        self.seconds += WEIGHT * (lag_s - self.seconds)
        metrics.loop_was_late(lag_s)
