"""The pace at which the reader of a stream must take it, so that one who does not read gives up the load's slot."""

import asyncio
import time
from collections.abc import Callable

from starlette.types import Message, Send

# A reader may hold the stream up for this long in a row, beyond what it takes at the lowest pace.
GRACE_S = 20.0
# A few records a second. What the buffers of the connection hold (some megabytes) does not count as held up.
MIN_BYTES_PER_S = 4 * 1024


class SlowReaderError(Exception):
    """The reader took nothing for the grace, or less than the lowest pace for longer."""


class ReaderPace:
    """Credit in seconds: waiting for the reader uses it up, bytes that were taken restore it up to the grace."""

    def __init__(self, send: Send, *, grace_s: float = GRACE_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._grace_s = self._credit_s = grace_s
        self._clock = clock

    async def send(self, message: Message) -> None:
        """Pass a message on. Raises: SlowReaderError; the connection can only be closed then."""
        began = self._clock()
        limit = asyncio.timeout(max(self._credit_s, 0.0))
        try:
            async with limit:
                await self._send(message)
        except TimeoutError:
            if not limit.expired():
                raise
            raise SlowReaderError from None
        waited_s, earned_s = self._clock() - began, len(message.get("body", b"")) / MIN_BYTES_PER_S
        self._credit_s = min(self._grace_s, self._credit_s - waited_s + earned_s)
