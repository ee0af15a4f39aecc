"""Limits of requests: length of the query, size of the body, time for the body."""

import asyncio

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import PayloadTooLargeError, RequestTimeoutError, UriTooLongError
from routes.middleware.connections import find_connection

MAX_QUERY_BYTES = 8_192
MAX_BODY_BYTES = 1024 * 1024
RECEIVE_DEADLINE_S = 20.0
# A client that reads nothing for this long counts as disconnected.
SEND_STALL_S = 60.0


class Limits:
    """Refuses by the headers if possible, and otherwise counts and times the body."""

    def __init__(self, app: ASGIApp, *, receive_s: float = RECEIVE_DEADLINE_S, send_s: float = SEND_STALL_S) -> None:
        self._app = app
        self._receive_s = receive_s
        self._send_s = send_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope["query_string"]) > MAX_QUERY_BYTES:
            raise UriTooLongError
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length) > MAX_BODY_BYTES:
            raise PayloadTooLargeError
        await self._app(scope, _BoundedBody(receive, self._receive_s), _bounded_send(scope, send, self._send_s))


class _BoundedBody:
    """`receive` until the body is complete; after that it only waits for the disconnect."""

    def __init__(self, receive: Receive, deadline_s: float) -> None:
        self._receive = receive
        self._deadline_s = deadline_s
        self._received_bytes = 0
        self._deadline: float | None = None
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._deadline = self._deadline or now + self._deadline_s
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


def _bounded_send(scope: Scope, send: Send, stall_s: float) -> Send:
    """Raises: ClientDisconnect, after closing the connection."""

    async def bounded(message: Message) -> None:
        try:
            async with asyncio.timeout(stall_s):
                await send(message)
        except TimeoutError:
            if (connection := find_connection(scope)) is not None:
                await connection.aborted()
            raise ClientDisconnect from None

    return bounded
