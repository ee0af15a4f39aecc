"""Close the connection if an answer is sent before the end of the request's body, within a bounded time.

Otherwise the client could send the rest of the body as slowly as it likes. Order of events: the answer begins → if the
rest of the body has already arrived, it is read and the connection is kept → otherwise the answer has
`Connection: close`, and data that arrives while the client reads the answer is dropped for a moment (closing while data
arrives would lose the answer) → the server closes the connection.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from routes.middleware.connections import Connection, find_connection

# Time and size for the rest of a short body that is still arriving.
ARRIVES_WITHIN_S, ARRIVES_BYTES = 0.05, 64 * 1024
# Time and size for the client to read the answer and stop sending.
LINGERS_S, LINGERS_BYTES = 2.0, 8 * 1024 * 1024


class BodyEnd:
    """The outermost middleware. It also marks the connection as waiting for the client or as working."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = find_connection(scope)
        if connection is not None:
            connection.works()
        try:
            if has_body(scope):
                await self._answer(scope, _Body(receive, connection, is_asked_for=not expects_continue(scope)), send)
            else:
                await self._app(scope, receive, send)
        finally:
            if connection is not None:
                connection.waits()

    async def _answer(self, scope: Scope, body: "_Body", send: Send) -> None:
        ends = is_held = False

        async def send_to_the_end(message: Message) -> None:
            nonlocal ends, is_held
            if message["type"] == "http.response.start" and not await body.arrives(ARRIVES_WITHIN_S, ARRIVES_BYTES):
                headers = MutableHeaders(scope=message)
                headers["Connection"] = "close"
                # With a known length the client sees the end of the answer; the server closes at the last message.
                ends = "content-length" in headers
            elif ends and not message.get("more_body", False):
                is_held, message = True, {**message, "more_body": True}
            await send(message)

        await self._app(scope, body.receive, send_to_the_end)
        if is_held:
            await body.arrives(LINGERS_S, LINGERS_BYTES)
            await send({"type": "http.response.body"})


class _Body:
    """The request's body; the application need not read all of it."""

    def __init__(self, receive: Receive, connection: Connection | None, *, is_asked_for: bool) -> None:
        self._receive = receive
        self._connection = connection
        self._is_complete = False
        self._is_asked_for = is_asked_for
        self._is_waited_for = False

    async def receive(self) -> Message:
        """For the application."""
        if self._is_complete:
            return await self._receive()
        self._is_asked_for = self._is_waited_for = True
        if self._connection is not None:
            self._connection.waits()
        try:
            message = await self._receive()
        finally:
            self._is_waited_for = False
            if self._connection is not None:
                self._connection.works()
        self._is_complete = not message.get("more_body", False)
        return message

    async def arrives(self, within_s: float, within_bytes: int) -> bool:
        """Read and drop the rest; return whether the body ended within these limits.

        Nothing is read while the application reads, or while the client waits for `100 Continue`.
        """
        if self._is_complete or self._is_waited_for or not self._is_asked_for:
            return self._is_complete
        try:
            async with asyncio.timeout(within_s):
                while within_bytes >= 0:
                    message = await self.receive()
                    if not message.get("more_body", False):
                        return True
                    within_bytes -= len(message["body"])
        except TimeoutError:
            pass
        return False


def has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
        for name, value in scope["headers"]
    )


def expects_continue(scope: Scope) -> bool:
    """Whether the client sends the body only after `100 Continue`, which reading would send."""
    return Headers(scope=scope).get("expect", "").lower() == "100-continue"
