"""Measure the delay of the event loop: the first sign of an overloaded process."""

import asyncio
import time
from collections import deque

from core import metrics

EVERY_S = 0.1
# One long step (a large page, a paused machine) is not overload; only a lasting delay is.
IN_A_ROW = 4


class LoopLag:
    """`seconds` is the smallest wake-up delay of the last few measurements."""

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
        """Add one measurement."""
        lag_s = max(0.0, lag_s)
        self._latest.append(lag_s)
        self.seconds = min(self._latest)
        metrics.loop_lag.observe(lag_s)
