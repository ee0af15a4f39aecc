"""The minimum pace of a stream's reader: a reader that is too slow loses its load's slot."""

import asyncio
import time
from collections.abc import Callable

from starlette.types import Message, Send

# A reader may block the stream for this long, in addition to the time that the lowest pace takes.
GRACE_S = 20.0
# A few records a second. Data in the connection's buffers (some megabytes) does not count.
MIN_BYTES_PER_S = 4 * 1024
# A connection takes a body as a whole, and the next one when the reader has taken it: at the lowest pace after 16 s.
PIECE_BYTES = 64 * 1024


class SlowReaderError(Exception):
    """The reader took nothing for the grace period, or less than the lowest pace for longer."""


class ReaderPace:
    """Credit in seconds: waiting for the reader uses it, bytes taken restore it up to the grace period."""

    def __init__(self, send: Send, *, grace_s: float = GRACE_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._grace_s = self._credit_s = grace_s
        self._clock = clock

    async def send(self, message: Message) -> None:
        """Pass a message on, a large body in pieces. Raises: SlowReaderError; the connection must then be closed."""
        body = message.get("body", b"")
        start = 0
        while len(body) - start > PIECE_BYTES:
            await self._send_piece({**message, "body": body[start : start + PIECE_BYTES], "more_body": True})
            start += PIECE_BYTES
        await self._send_piece({**message, "body": body[start:]} if start else message)

    async def _send_piece(self, message: Message) -> None:
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
