"""Knowing early that the service is to stop, so that long work can end in order instead of being cut off.

A server tells an application so only after all its requests have ended; the signal is the first to know.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# From the signal to the last thing waited for. Whoever stops us waits 28 seconds before killing.
ENDS_WITHIN_S = 26.0


class Shutdown(asyncio.Event):
    """Set by the first signal to stop, and the time that is left from then on."""

    def __init__(self) -> None:
        super().__init__()
        self._until_s = float("inf")

    def set(self) -> None:
        if not self.is_set():
            self._until_s = asyncio.get_running_loop().time() + ENDS_WITHIN_S
        super().set()

    def left_s(self) -> float:
        """Seconds; all of them while nobody has said stop."""
        return max(0.0, min(ENDS_WITHIN_S, self._until_s - asyncio.get_running_loop().time()))


@asynccontextmanager
async def watching_for_shutdown() -> AsyncIterator[Shutdown]:
    """What is set by the first signal to stop; whoever handled the signal before still does."""
    shutdown = Shutdown()
    if threading.current_thread() is not threading.main_thread():
        yield shutdown  # signals are handled in the main thread, whose business they are
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
