"""A pool of connections to whichever server the Sentinels call the master.

redis-py's own pool for Sentinels, with two things it lacks: who finds it empty waits instead of failing, and asking
the Sentinels takes a bounded time however many of them hang.
"""

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool
from redis.asyncio.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)


class SentinelPool(BlockingConnectionPool, SentinelConnectionPool):
    """Connections that are made anew to the new master after a failover."""

    def __init__(self, service: str, sentinel: Sentinel, *, ask_s: float, is_tls: bool, **options: Any) -> None:
        self._ask_s = ask_s
        connection_class = SentinelManagedSSLConnection if is_tls else SentinelManagedConnection
        super().__init__(service_name=service, sentinel_manager=sentinel, connection_class=connection_class, **options)

    async def get_master_address(self) -> tuple[str, int]:
        """Raises: MasterNotFoundError when no Sentinel knows one in time."""
        try:
            async with asyncio.timeout(self._ask_s):
                address: tuple[str, int] = await super().get_master_address()  # type: ignore[no-untyped-call]
        except TimeoutError:
            raise MasterNotFoundError("the Sentinels do not answer") from None
        return address

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002 (redis-py's signature)
        await super().disconnect(inuse_connections)
        if inuse_connections:  # the end, not a change of masters
            for sentinel in self.sentinel_manager.sentinels:
                await sentinel.aclose()
