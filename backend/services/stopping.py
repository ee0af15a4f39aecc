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


@asynccontextmanager
async def noticing_stop() -> AsyncIterator[asyncio.Event]:
    """An event that is set by the first signal to stop; whoever handled the signal before still does."""
    stopping = asyncio.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopping  # signals are handled in the main thread, whose business they are
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def notice(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)
        elif handler is signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    for number in SIGNALS:
        signal.signal(number, notice)
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
