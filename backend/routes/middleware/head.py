"""Bounds on a request's head: its size, the time it takes, its grammar. No guard is asked yet.

What arrives without completing a head or a piece of a body is counted; the parser would keep all of it. nginx in front
has bounds of its own.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from errors import InvalidHttpError, PayloadTooLargeError, RequestTimeoutError, ServiceError
from routes.middleware.context import choose_correlation_id
from routes.middleware.headers import DEFAULTS
from routes.middleware.ready_answer import ready_answer

# PageSlots for the longest query, a token and many cookies.
MAX_HEAD_BYTES = 64 * 1024
HEAD_DEADLINE_S = 20.0
TOO_LARGE = "The address and headers of this request are larger than 64 KiB together."


class BoundedHead(HttpToolsProtocol):
    """A connection that is closed when a head grows or takes too long, or is none.

    Args:
        headers: that every answer has.
        more: what uvicorn gives.
    """

    head_deadline_s = HEAD_DEADLINE_S

    def __init__(self, *, headers: Mapping[str, str] = DEFAULTS, **more: Any) -> None:
        super().__init__(**more)
        self._headers = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._unread_bytes = 0
        self._late: asyncio.TimerHandle | None = None
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._moved_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unread_bytes += len(data)
        super().data_received(data)
        if self._unread_bytes > MAX_HEAD_BYTES:
            self._end(PayloadTooLargeError(TOO_LARGE))
        elif self._unread_bytes:
            self._set_deadline()

    def on_headers_complete(self) -> None:
        self._moved_on()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._moved_on()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._moved_on()
        super().on_message_complete()

    def _moved_on(self) -> None:
        self._unread_bytes = 0
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _set_deadline(self) -> None:
        """For the head that has begun; later pieces of it do not move it."""
        if self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(self.head_deadline_s, self._end, RequestTimeoutError())

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's words)
        """Instead of uvicorn's plain text."""
        self._end(InvalidHttpError())

    def _end(self, error: ServiceError) -> None:
        """Close, with an answer where one is due: something was sent, and nothing else is being answered."""
        # uvicorn's own annotation leaves out that there is none until the first request.
        is_free = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]
        if self._unread_bytes and is_free and not self.transport.is_closing():
            scope = {"path": "/", "state": {"correlation_id": choose_correlation_id(None)}}
            headers = (*self.server_state.default_headers, *self._headers)
            self.transport.write(ready_answer(error, scope, headers, keep_alive=False))
        self._moved_on()
        self.transport.close()
