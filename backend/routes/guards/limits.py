"""Bounds on what a caller may send and how slowly: the length of the query, the size of the body, the time for it."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import PayloadTooLargeError, RequestTimeoutError, UriTooLongError

MAX_QUERY_BYTES = 8_192
MAX_BODY_BYTES = 1024 * 1024
RECEIVE_DEADLINE_S = 20.0
# A reader that takes nothing for this long is gone, whatever its connection says.
SEND_STALL_S = 60.0


class Limits:
    """Refuses by the headers where they tell, and otherwise counts and times what arrives."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope["query_string"]) > MAX_QUERY_BYTES:
            raise UriTooLongError
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length) > MAX_BODY_BYTES:
            raise PayloadTooLargeError
        await self._app(scope, _BoundedBody(receive), _bounded_send(send))


class _BoundedBody:
    """`receive` until the body is whole; from then on it only waits for the caller to go away."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._received_bytes = 0
        self._deadline: float | None = None
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._deadline = self._deadline or now + RECEIVE_DEADLINE_S
        try:
            async with asyncio.timeout(self._deadline - now):
                message = await self._receive()
        except TimeoutError:
            raise RequestTimeoutError from None
        self._received_bytes += len(message.get("body", b""))
        if self._received_bytes > MAX_BODY_BYTES:
            raise PayloadTooLargeError
        self._complete = not message.get("more_body", False)
        return message


def _bounded_send(send: Send) -> Send:
    async def bounded(message: Message) -> None:
        async with asyncio.timeout(SEND_STALL_S):
            await send(message)

    return bounded
