"""A cluster's client with bounded waits, whose failures are RedisErrors.

It adds to redis-py's own client: a command waits for a free slot instead of failing or opening more connections, and a
command, its second try and a new map of the cluster take a bounded time together. What redis-py gets wrong is in
`redis_cluster_patches.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Self

from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode, ClusterPipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException, SlotNotCoveredError
from redis.exceptions import TimeoutError as RedisTimeoutError

from core.redis_cluster_patches import ClusterMap, forget_lost_connections


class BoundedCluster(RedisCluster):
    """At most `places` commands and as many pipelines at once; each waits at most `wait_s`, then takes `command_s`.

    redis-py fails at once where all connections are in use: https://github.com/redis/redis-py/issues/3135.
    """

    def __init__(self, *, places: int, wait_s: float, command_s: float, **options: Any) -> None:
        self._commands = asyncio.Semaphore(places)
        # A pipeline sends what a failover moved once more, as commands: those must not wait for its own slot.
        self._pipelines = asyncio.Semaphore(places)
        self._wait_s = wait_s
        self._command_s = command_s
        # A slot that moved is noted by itself: a new map would close the connections of all other commands.
        super().__init__(reinitialize_steps=0, **options)
        self.nodes_manager = ClusterMap.of(self)

    async def initialize(self) -> Self:
        """Raises: RedisConnectionError when no node returns the whole map."""
        try:
            _ = await super().initialize()
        except RedisClusterException as exc:
            raise RedisConnectionError(str(exc)) from exc
        return self

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        async with self._bounds(self._commands):
            _ = await self.initialize()  # without a map redis-py asks any node, and is redirected
            return await super().execute_command(*args, **kwargs)

    def pipeline(self, transaction: Any = None, shard_hint: Any = None) -> "BoundedPipeline":
        """Raises: ValueError for a transaction: redis-py gives each of its commands a thread and an event loop."""
        if transaction or shard_hint:
            raise ValueError("what belongs together is a script")
        return BoundedPipeline(self)  # type: ignore[abstract]  # by an attribute that redis-py never sets

    async def execute_pipeline(self, execute: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
        """For the pipeline's own use: send it when a slot is free."""
        async with self._bounds(self._pipelines):
            return await execute()

    async def primaries(self) -> list[ClusterNode]:
        """Each node that takes writes."""
        async with self._bounds(self._commands):
            _ = await self.initialize()
        return self.get_primaries()

    async def aclose(self) -> None:
        for node in self._all_nodes():
            await node.disconnect_free_connections()
        await super().aclose()

    @asynccontextmanager
    async def _bounds(self, places: asyncio.Semaphore) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._wait_s):
                await places.acquire()
        except TimeoutError:
            raise RedisConnectionError("no connection available") from None
        try:
            async with asyncio.timeout(self._command_s):
                yield
        except TimeoutError:
            forget_lost_connections(self._all_nodes())
            raise RedisTimeoutError("the cluster did not answer in time") from None
        except SlotNotCoveredError as exc:
            raise RedisConnectionError(str(exc)) from exc
        except BaseException:
            forget_lost_connections(self._all_nodes())
            raise
        finally:
            places.release()

    def _all_nodes(self) -> list[ClusterNode]:
        manager = self.nodes_manager
        return [*manager.nodes_cache.values(), *manager.startup_nodes.values()]


class BoundedPipeline(ClusterPipeline):
    """Commands that go to all nodes at once; they take one of the client's slots."""

    cluster_client: BoundedCluster

    async def execute(self, *args: Any, **kwargs: Any) -> list[Any]:
        return await self.cluster_client.execute_pipeline(partial(super().execute, *args, **kwargs))
