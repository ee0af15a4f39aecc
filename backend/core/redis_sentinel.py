"""Connections to the server that the Sentinels call the master.

It extends redis-py's classes: a command waits for a free connection instead of failing; all Sentinels are queried at
once, so that hanging ones cause no delay; and a majority must agree. (redis-py queries them one after the other,
trusts the first, and loses some from its list if several callers query at once.)
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
    """A Sentinel's answer: the master, and the number of the election that made it the master."""

    address: tuple[str, int]
    epoch: int


class Sentinels(Sentinel):
    """The Sentinels of a service; the timeout of each is `ask_s` seconds."""

    def __init__(self, nodes: tuple[tuple[str, int], ...], *, ask_s: float, options: dict[str, Any]) -> None:
        super().__init__(nodes, sentinel_kwargs=options)  # type: ignore[no-untyped-call]
        self._ask_s = ask_s

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Host and port of the master that a majority names; else the one of the latest election.

        A Sentinel that was disconnected still names the former master and might answer first.

        Raises: MasterNotFoundError if none knows a master that is up.
        """
        asked = [asyncio.create_task(self._ask(sentinel, service_name)) for sentinel in self.sentinels]
        answers: list[_Named] = []
        try:
            for answer in asyncio.as_completed(asked, timeout=self._ask_s):
                if named := await answer:
                    answers.append(named)
                    if 2 * sum(other.address == named.address for other in answers) > len(asked):
                        return named.address
        except TimeoutError:
            pass
        finally:
            await end_tasks(*asked)
        if not answers:
            raise MasterNotFoundError("no Sentinel knows a master that is up")
        return max(answers, key=lambda named: named.epoch).address

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
    """Connections that are opened again, to the new master, after a failover."""

    def __init__(self, service: str, sentinels: Sentinels, *, is_tls: bool, **options: Any) -> None:
        connection_class = SentinelManagedSSLConnection if is_tls else SentinelManagedConnection
        super().__init__(service_name=service, sentinel_manager=sentinels, connection_class=connection_class, **options)

    async def disconnect(self, inuse_connections: bool = True) -> None:  # noqa: FBT001, FBT002 (redis-py's signature)
        await super().disconnect(inuse_connections)
        if inuse_connections:  # the end, not a change of masters
            await self.sentinel_manager.aclose()
