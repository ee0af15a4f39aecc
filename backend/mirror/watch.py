"""Wake readers of the feed after a write: one check in Redis for all waiting readers of this process."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.store import sequence_key

# Maximum delay before a reader is woken.
LOOK_EVERY_S = 0.25

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    reached: int
    woken: asyncio.Event


class FeedWatch:
    """For one event loop. `keep_looking` must run beside the readers."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: defaultdict[str, set[_Waiter]] = defaultdict(set)
        self._has_readers = asyncio.Event()

    async def wait(self, connection_id: str, reached: int, timeout_s: float) -> None:
        """Return when the last sequence number differs, when it cannot be read, or after `timeout_s`."""
        waiter = _Waiter(reached, asyncio.Event())
        self._waiting[connection_id].add(waiter)
        self._has_readers.set()
        try:
            async with asyncio.timeout(timeout_s):
                await waiter.woken.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting[connection_id].discard(waiter)
            if not self._waiting[connection_id]:
                del self._waiting[connection_id]

    async def keep_looking(self, stopping: asyncio.Event) -> None:
        """Check while readers wait. Cancel it to stop; `stopping` wakes all readers at once."""
        while True:
            if not self._waiting:
                self._has_readers.clear()
            await self._has_readers.wait()
            await self._look(wakes_all=stopping.is_set())
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self, *, wakes_all: bool) -> None:
        connection_ids = list(self._waiting)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for connection_id in connection_ids:
                    pipe.hget(sequence_key(connection_id), "seq")
                numbers = await pipe.execute()
        except RedisError as exc:
            log.debug("the change feed cannot be watched", error=type(exc).__name__)
            numbers, wakes_all = [None] * len(connection_ids), True
        for connection_id, number in zip(connection_ids, numbers, strict=True):
            for waiter in self._waiting.get(connection_id, ()):
                if wakes_all or (number or b"0") != b"%d" % waiter.reached:
                    waiter.woken.set()
