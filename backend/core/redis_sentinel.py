"""Connections to whichever server the Sentinels call the master.

redis-py's own classes, with what they lack: who finds the pool empty waits instead of failing; all Sentinels are asked
at once: a few that hang cost nothing, and most must agree (redis-py asks one after the other, believes the first,
and loses some from its list when several callers do).
"""

import asyncio
from typing import Any, NamedTuple

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.exceptions import RedisError

from core.tasks import end_tasks


class _Named(NamedTuple):
    """What one of them says: the master, and the number of the election that made it that."""

    address: tuple[str, int]
    epoch: int


class Sentinels(Sentinel):
    """Those who know the master; they have `ask_s` to say so."""

    def __init__(self, nodes: tuple[tuple[str, int], ...], *, ask_s: float, options: dict[str, Any]) -> None:
        super().__init__(nodes, sentinel_kwargs=options)  # type: ignore[no-untyped-call]
        self._ask_s = ask_s

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Host and port, as more than half of them say; where not so many do in time, as the latest election has it.

        One that was away for a while still names the former master, and might answer first.

        Raises: MasterNotFoundError when none knows a master that is up.
        """
        asked = [asyncio.create_task(self._ask(sentinel, service_name)) for sentinel in self.sentinels]
        named: list[_Named] = []
        try:
            for answer in asyncio.as_completed(asked, timeout=self._ask_s):
                if one := await answer:
                    named.append(one)
                    if 2 * sum(other.address == one.address for other in named) > len(asked):
                        return one.address
        except TimeoutError:
            pass
        finally:
            await end_tasks(*asked)
        if not named:
            raise MasterNotFoundError("no Sentinel knows a master that is up")
        return max(named, key=lambda one: one.epoch).address

    async def aclose(self) -> None:
        for sentinel in self.sentinels:
            await sentinel.aclose()

    async def _ask(self, sentinel: "Redis", service_name: str) -> _Named | None:
        try:
            masters: dict[str, Any] = await sentinel.sentinel_masters()  # type: ignore[no-untyped-call]
        except RedisError:
            return None
        state = masters.get(service_name)
        if not state or not self.check_master_state(state, service_name):
            return None
        return _Named((state["ip"], state["port"]), epoch=state["config-epoch"])


class SentinelPool(BlockingConnectionPool, SentinelConnectionPool):
    """Connections that are made anew to the new master after a failover."""

    def __init__(self, service: str, sentinels: Sentinels, *, is_tls: bool, **options: Any) -> None:
        connection_class = SentinelManagedSSLConnection if is_tls else SentinelManagedConnection
        super().__init__(service_name=service, sentinel_manager=sentinels, connection_class=connection_class, **options)

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002 (redis-py's signature)
        await super().disconnect(inuse_connections)
        if inuse_connections:  # the end, not a change of masters
            await self.sentinel_manager.aclose()
