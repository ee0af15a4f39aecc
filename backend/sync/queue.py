"""The job queue: pydocket with the service's Redis client, bounded waits and signed messages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self, cast

from docket import Docket
from docket._redis import RedisConnection
from docket.strikelist import StrikeList
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError

from core.crypto import Keyring
from core.redis_client import close_redis, open_redis
from core.store import JOBS
from sync import codec

# More simultaneous calls would only wait for each other at Redis and for connections of the pool.
ADDS_AT_ONCE = 20
HEARTBEAT = timedelta(seconds=10)

Job = Callable[..., Awaitable[None]]


class QueueConnection(RedisConnection):
    """pydocket's connection over the service's client, with every form of REDIS_URL and its timeouts."""

    def __init__(self, url: str) -> None:
        super().__init__("redis://unused")
        self._url = url
        self._opened: Redis | None = None

    async def __aenter__(self) -> Self:
        self._opened = open_redis(self._url, as_text=False)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            await close_redis(opened)

    @property
    def is_connected(self) -> bool:
        return self._opened is not None

    def prefix(self, name: str) -> str:
        """The unchanged name, which contains its hash tag."""
        return name

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Any]:
        yield self._open()

    @asynccontextmanager
    async def pubsub(self) -> AsyncIterator[Any]:
        async with _any_node(self._open()) as node, node.pubsub() as pubsub:
            yield pubsub

    async def publish(self, channel: str, message: str) -> int:
        async with _any_node(self._open()) as node:
            return int(await node.publish(channel, message))

    def _open(self) -> Redis:
        if self._opened is None:
            raise RedisConnectionError("the job queue is closed")
        return self._opened


@asynccontextmanager
async def _any_node(redis: Redis) -> AsyncIterator[Redis]:
    """A client for pub/sub messages, which the nodes of a cluster forward to each other."""
    if not isinstance(redis, RedisCluster):
        yield redis
        return
    cluster = cast(Any, redis)
    [node, *_] = await cluster.primaries()
    kept = {name: value for name, value in node.connection_kwargs.items() if name not in {"host", "port"}}
    client = Redis(host=node.host, port=int(node.port), **kept)
    try:
        yield client
    finally:
        await client.aclose()


class JobQueue(Docket):
    """Jobs by name and key, at most one waiting per key. Stores no results and no strikes, which would be pickles."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        codec.install()
        super().__init__(name=JOBS, heartbeat_interval=HEARTBEAT, missed_heartbeats=3, execution_ttl=timedelta(0))
        self._redis = QueueConnection(url)
        self.keyring = keyring
        self._adding = asyncio.Semaphore(ADDS_AT_ONCE)
        self.tasks.clear()

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        self.strike_list = StrikeList()  # without a URL: local, and always empty
        await self._stack.enter_async_context(self._redis)
        await self._stack.enter_async_context(self.strike_list)
        return self

    async def add_job(self, job: Job, key: str, *arguments: str, when: datetime | None = None) -> None:
        """Schedule the job for this time, unless one with its key waits or runs. Raises: RedisError."""
        async with self._adding:
            await self.add(job, when=when, key=key)(*arguments)

    async def move_job(self, job: Job, key: str, *arguments: str, when: datetime | None = None) -> None:
        """Schedule the job for this time, replacing an earlier schedule. Raises: RedisError."""
        async with self._adding:
            await self.replace(job, when=when or datetime.now(UTC), key=key)(*arguments)
