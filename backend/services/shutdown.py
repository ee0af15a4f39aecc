"""Notice the shutdown signal early, so that long work can end cleanly.

uvicorn informs the application only after all requests have ended, so the signal itself is watched.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# From the signal to the last wait. The process manager kills the process after 28 seconds.
ENDS_WITHIN_S = 26.0


class Shutdown(asyncio.Event):
    """An event set by the first stop signal, and the time that remains after it."""

    def __init__(self) -> None:
        super().__init__()
        self._until_s = float("inf")

    def set(self) -> None:
        if not self.is_set():
            self._until_s = asyncio.get_running_loop().time() + ENDS_WITHIN_S
        super().set()

    def left_s(self) -> float:
        """Remaining seconds; the full time if no signal has arrived."""
        return max(0.0, min(ENDS_WITHIN_S, self._until_s - asyncio.get_running_loop().time()))


@asynccontextmanager
async def watching_for_shutdown() -> AsyncIterator[Shutdown]:
    """The event set by the first stop signal; earlier signal handlers are still called."""
    shutdown = Shutdown()
    if threading.current_thread() is not threading.main_thread():
        yield shutdown  # only the main thread handles signals
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def notice(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(shutdown.set)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)
        elif handler is signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    for number in SIGNALS:
        signal.signal(number, notice)
    try:
        yield shutdown
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
