"""A cluster's client with bounded waits, whose failures are RedisErrors like everybody's.

redis-py's own client, with what it lacks: who finds no place waits instead of failing or opening ever more
connections; a command, its second try and a new map of the cluster take a bounded time together; a connection that
ended while something was sent is forgotten (redis-py keeps such connections for ever); after a failover every node is
known in its new part.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Self

from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode, ClusterPipeline, NodesManager
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisClusterException, SlotNotCoveredError
from redis.exceptions import TimeoutError as RedisTimeoutError


class BoundedCluster(RedisCluster):
    """At most `places` commands and as many pipelines at once; each waits `wait_s` at most, then takes `command_s`.

    The nodes of the URL stay the way in, so that names are looked up anew when all addresses have changed.
    """

    def __init__(self, *, places: int, wait_s: float, command_s: float, **options: Any) -> None:
        self._commands = asyncio.Semaphore(places)
        # A pipeline sends what a failover moved once more, as commands: those must not wait for its own place.
        self._pipelines = asyncio.Semaphore(places)
        self._wait_s = wait_s
        self._command_s = command_s
        # A slot that moved is noted by itself: a new map would break the connections of everybody else's commands.
        super().__init__(reinitialize_steps=0, **options)
        self.nodes_manager = ClusterMap(self.startup_nodes, True, self.connection_kwargs, dynamic_startup_nodes=False)  # noqa: FBT003 (redis-py's signature)

    async def initialize(self) -> Self:
        """Raises: RedisConnectionError when no node tells the whole map."""
        try:
            _ = await super().initialize()
        except RedisClusterException as exc:
            raise RedisConnectionError(str(exc)) from exc
        return self

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        async with self._bounds(self._commands):
            _ = await self.initialize()  # without a map redis-py asks any node, and is sent on
            return await super().execute_command(*args, **kwargs)

    def pipeline(self, transaction: Any = None, shard_hint: Any = None) -> "BoundedPipeline":
        """Raises: ValueError for a transaction: redis-py gives each of its commands a thread and an event loop."""
        if transaction or shard_hint:
            raise ValueError("what belongs together is a script")
        return BoundedPipeline(self)  # type: ignore[abstract]  # by an attribute that redis-py never sets

    async def execute_pipeline(self, execute: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
        """For the pipeline's own use: send it when there is a place."""
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
            self._forget_lost()
            raise RedisTimeoutError("the cluster did not answer in time") from None
        except SlotNotCoveredError as exc:
            raise RedisConnectionError(str(exc)) from exc
        except BaseException:
            self._forget_lost()
            raise
        finally:
            places.release()

    def _forget_lost(self) -> None:
        for node in self._all_nodes():
            free = set(node._free)  # noqa: SLF001
            node._connections = [one for one in node._connections if one.is_connected or one in free]  # noqa: SLF001

    def _all_nodes(self) -> list[ClusterNode]:
        manager = self.nodes_manager
        return [*manager.nodes_cache.values(), *manager.startup_nodes.values()]


class ClusterMap(NodesManager):
    """Which node has which slots, and who is a primary."""

    def set_nodes(self, old: dict[str, ClusterNode], new: dict[str, ClusterNode], remove_old: bool = False) -> None:  # noqa: FBT001, FBT002 (redis-py's signature)
        """Take the new ones over.

        redis-py keeps a node that it knows, as what it was, and lets the slots lead to another object for it: scripts
        and SCAN then miss the new primary, and nobody closes the connections of the old ones.
        """
        for name in old.keys() & new.keys():
            old[name].server_type = new[name].server_type
        super().set_nodes(old, new, remove_old)
        for nodes in {id(nodes): nodes for nodes in self.slots_cache.values()}.values():
            nodes[:] = [old.get(node.name, node) for node in nodes]


class BoundedPipeline(ClusterPipeline):
    """Commands that go to all nodes at once, in one of the client's places."""

    cluster_client: BoundedCluster

    async def execute(self, *args: Any, **kwargs: Any) -> list[Any]:
        return await self.cluster_client.execute_pipeline(partial(super().execute, *args, **kwargs))
