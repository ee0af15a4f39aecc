"""A pool of connections to whichever server the Sentinels call the master.

redis-py's own pool for Sentinels, with what it lacks: who finds it empty waits instead of failing; asking the Sentinels
takes a bounded time however many of them hang, and one that hangs is asked last from then on.
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
        sentinels = self.sentinel_manager.sentinels
        first = sentinels[0]
        try:
            async with asyncio.timeout(self._ask_s):
                address: tuple[str, int] = await super().get_master_address()  # type: ignore[no-untyped-call]
        except TimeoutError:
            if sentinels[0] is first:
                sentinels.append(sentinels.pop(0))
            raise MasterNotFoundError("the Sentinels do not answer") from None
        return address

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002 (redis-py's signature)
        await super().disconnect(inuse_connections)
        if inuse_connections:  # the end, not a change of masters
            for sentinel in self.sentinel_manager.sentinels:
                await sentinel.aclose()
