"""The sockets under the HTTP server, for faults that no HTTP answer can express: a reset, an early end."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_KEY = "simulator.transport"
# Close at once and throw away what is unsent: the peer sees ECONNRESET. Source: socket(7), SO_LINGER.
_RESET = struct.pack("ii", 1, 0)


class OpenProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, whose requests also carry their connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast(dict[str, Any], self.scope)[_KEY] = self.transport


def reset(scope: Scope) -> None:
    """Reset the connection of a request."""
    transport = _transport(scope)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()


def end(scope: Scope) -> None:
    """Close the connection of a request after what has been written so far."""
    _transport(scope).close()


def _transport(scope: Scope) -> asyncio.Transport:
    return cast(asyncio.Transport, scope[_KEY])
