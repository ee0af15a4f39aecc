"""Bounds on a request's head: its size, and the time it takes. The server behind has none, and no guard is asked yet.

What arrives without completing a head or a piece of a body is counted; the parser would keep all of it. `main.py` hands
this class to uvicorn; nginx in front has bounds of its own.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from errors import PayloadTooLargeError, RequestTimeoutError, ServiceError
from routes.guards.context import choose_correlation_id
from routes.problems import MEDIA_TYPE, build_problem

# Room for the longest query, a token and many cookies.
MAX_HEAD_BYTES = 64 * 1024
HEAD_DEADLINE_S = 20.0
TOO_LARGE = "The address and headers of this request are larger than 64 KiB together."


class BoundedHead(HttpToolsProtocol):
    """A connection that is closed when a head grows or takes too long."""

    head_deadline_s = HEAD_DEADLINE_S

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

    def _end(self, error: ServiceError) -> None:
        """Close, with an answer where one is due: something was sent, and nothing else is being answered."""
        # uvicorn's own annotation leaves out that there is none until the first request.
        is_free = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]
        if self._unread_bytes and is_free and not self.transport.is_closing():
            self.transport.write(answer(error))
        self._moved_on()
        self.transport.close()


def answer(error: ServiceError) -> bytes:
    """The whole response, on a connection that ends with it."""
    scope: dict[str, Any] = {"path": "/", "state": {"correlation_id": choose_correlation_id(None)}}
    problem = build_problem(error, scope)
    body = problem.model_dump_json().encode()
    head = (
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n"
        f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        f"x-request-id: {problem.correlation_id}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
