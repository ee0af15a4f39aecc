"""Limit the client connections of this process, whatever clients send.

A connection waits for its client (nothing sent yet, a slow head or body, kept alive after an answer), or it is working
on a request. At the limit, a new connection replaces the one that has waited longest, so that health checks are always
answered. Working connections are never closed; admission and the limiter of loads keep them to a few hundred.

`Connection` is between the server's transport and uvicorn's protocol, and uses the asyncio interfaces of both. A
request finds its connection in its state; without this protocol there is none, and no limit.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from starlette.types import Scope

from core import metrics

# In the request's state.
CONNECTION = "connection"
# A connection uses about 20 KB. This is far more than the number of simultaneous requests.
MAX_CONNECTIONS = 2_048
CLOSED_WITHIN_S = 1.0

log = structlog.get_logger(__name__)


class Connections:
    """All connections, and the waiting ones, the longest waiting first."""

    def __init__(self, limit: int = MAX_CONNECTIONS) -> None:
        self.limit = limit
        self._open: set[Connection] = set()
        self._waiting: dict[Connection, None] = {}

    def opened(self, connection: "Connection") -> None:
        """Count a new connection. At the limit, close a waiting one, or the new one if none waits."""
        self._open.add(connection)
        if len(self._open) > self.limit:
            longest = next(iter(self._waiting), connection)
            self.closed(longest)
            longest.abort()
            metrics.connections_evicted.inc()
        if connection in self._open:
            self.waits(connection)
        metrics.connections_open.set(len(self._open))

    def closed(self, connection: "Connection") -> None:
        self._open.discard(connection)
        self._waiting.pop(connection, None)
        metrics.connections_open.set(len(self._open))

    def waits(self, connection: "Connection") -> None:
        """Mark it as waiting for its client."""
        self.works(connection)
        if connection in self._open:
            self._waiting[connection] = None

    def works(self, connection: "Connection") -> None:
        self._waiting.pop(connection, None)


class Connection(asyncio.Protocol):
    """Passes all calls to the HTTP protocol.

    Args:
        speak: creates the protocol from uvicorn's arguments.
    """

    def __init__(
        self,
        *,
        connections: Connections,
        speak: Callable[..., asyncio.Protocol],
        app_state: dict[str, Any],
        **more: Any,
    ) -> None:
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._lost = asyncio.Event()
        self._protocol = speak(app_state={**app_state, CONNECTION: self}, **more)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._protocol.connection_made(transport)
        self._connections.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.closed(self)
        self._lost.set()
        self._protocol.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received()

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def waits(self) -> None:
        """Mark it as waiting for its client: it may be closed at the limit."""
        self._connections.waits(self)

    def works(self) -> None:
        """Mark it as working on a request."""
        self._connections.works(self)

    def abort(self) -> None:
        """Close at once; unsent data is dropped."""
        if self._transport is not None:
            self._transport.abort()

    async def aborted(self) -> None:
        """Close at once, and return when the protocol has noticed."""
        self.abort()
        async with asyncio.timeout(CLOSED_WITHIN_S):
            await self._lost.wait()


def find_connection(scope: Scope) -> Connection | None:
    """The request's connection, if the server counts connections."""
    connection: Connection | None = scope.get("state", {}).get(CONNECTION)
    return connection
