"""The connections of this process: no more than a limit, whatever those who open them send or do not send.

A connection waits for its caller (nothing sent yet, a slow head or body, kept after an answer), or a request on it is
being worked on. At the limit a new connection takes the place of the one that has waited longest, so that health checks
are always answered. What is worked on is not cut off: the guards and the limiter for loads keep it to a few hundred.

`Connection` stands between the server's transport and any protocol of uvicorn's, and uses asyncio's interface of both.
A request finds its connection in its state; servers started another way have none, and no limit.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from starlette.types import Scope

from core import metrics

# In the request's state.
CONNECTION = "connection"
# A connection costs some 20 KB. Far more than can be worked on at a time.
MAX_CONNECTIONS = 2_048
CLOSED_WITHIN_S = 1.0

log = structlog.get_logger(__name__)


class Connections:
    """All of them, and those that wait, the longest waiting first."""

    def __init__(self, limit: int = MAX_CONNECTIONS) -> None:
        self.limit = limit
        self._open: set[Connection] = set()
        self._waiting: dict[Connection, None] = {}

    def opened(self, connection: "Connection") -> None:
        """Count it. One that waits is closed when there are too many; the new one, when none waits."""
        self._open.add(connection)
        if len(self._open) > self.limit:
            longest = next(iter(self._waiting), connection)
            self.closed(longest)
            longest.abort()
            metrics.connection_evicted()
        if connection in self._open:
            self.waits(connection)
        metrics.connections_open(len(self._open))

    def closed(self, connection: "Connection") -> None:
        self._open.discard(connection)
        self._waiting.pop(connection, None)
        metrics.connections_open(len(self._open))

    def waits(self, connection: "Connection") -> None:
        """For its caller, from now on."""
        self.works(connection)
        if connection in self._open:
            self._waiting[connection] = None

    def works(self, connection: "Connection") -> None:
        self._waiting.pop(connection, None)


class Connection(asyncio.Protocol):
    """Passes everything on to the protocol that speaks HTTP.

    Args:
        connections: counts this one.
        speak: makes that protocol from what uvicorn gives.
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
        """For its caller: it may be closed to make room."""
        self._connections.waits(self)

    def works(self) -> None:
        """For its caller's request."""
        self._connections.works(self)

    def abort(self) -> None:
        """Close at once; what was not sent yet is dropped."""
        if self._transport is not None:
            self._transport.abort()

    async def aborted(self) -> None:
        """Close at once, and return when the protocol knows it."""
        self.abort()
        async with asyncio.timeout(CLOSED_WITHIN_S):
            await self._lost.wait()


def find_connection(scope: Scope) -> Connection | None:
    """The one this request came on, where the server counts them."""
    connection: Connection | None = scope.get("state", {}).get(CONNECTION)
    return connection
