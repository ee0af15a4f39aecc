"""How late the event loop is: the first sign that this process has more to do than it can."""

import asyncio
import time
from collections import deque

from core import metrics

EVERY_S = 0.1
# One long step (a large page, a machine that paused) is no overload: only what stays late is.
IN_A_ROW = 4


class LoopLag:
    """`seconds` is how late sleepers have been woken at least, each of the last few times."""

    def __init__(self) -> None:
        self._latest: deque[float] = deque([0.0] * IN_A_ROW, maxlen=IN_A_ROW)
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
        self._latest.append(lag_s)
        self.seconds = min(self._latest)
        metrics.loop_was_late(lag_s)
