"""An answer that does not wait for the end of the request's body ends the connection, within a bounded time.

Such a body could arrive as slowly as its sender likes, on a connection that nobody waits for any more. Order of events:
the answer begins → what is left of the body is read if it is there already, and the connection is kept → else the
answer has `Connection: close`, and what arrives while the caller reads it is dropped for a moment (a connection that is
closed while something arrives loses the answer) → the server closes it.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from routes.middleware.connections import Connection, find_connection

# For the rest of a short body that is on its way, and how much of it.
ARRIVES_WITHIN_S, ARRIVES_BYTES = 0.05, 64 * 1024
# For the caller to read the answer and stop sending, or to have sent all.
LINGERS_S, LINGERS_BYTES = 2.0, 8 * 1024 * 1024


class BodyEnd:
    """Outermost of the guards. It also tells the connection whether the caller or the service is waited for."""

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
                # The caller sees the end of an answer of known length, and the server closes at its last message.
                ends = "content-length" in headers
            elif ends and not message.get("more_body", False):
                is_held, message = True, {**message, "more_body": True}
            await send(message)

        await self._app(scope, body.receive, send_to_the_end)
        if is_held:
            await body.arrives(LINGERS_S, LINGERS_BYTES)
            await send({"type": "http.response.body"})


class _Body:
    """The request's body on its way to the application, which need not ask for all of it."""

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
        """Read and drop the rest of it; whether it ended within these bounds.

        Nothing is read while the application waits for it, or while the caller waits to be asked for it.
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
    """The caller sends the body only when it is asked for: reading it would ask."""
    return Headers(scope=scope).get("expect", "").lower() == "100-continue"
