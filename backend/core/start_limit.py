"""Limit how often an owner may start something per minute; counted in Redis for all workers."""

import math

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.store import cause_of
from errors import RateLimitedError

WINDOW_MS = 60_000

log = structlog.get_logger(__name__)

# KEYS: the counter. ARGV: window ms. Returns the number of starts in this window, and the milliseconds until it ends.
_COUNT = """#!lua
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
"""


class StartLimit:
    """A fixed window for each key, from its first start. Refused starts do not extend it.

    If Redis does not answer or takes no writes, nothing is refused here: the operations that need Redis fail anyway.
    """

    def __init__(self, redis: Redis, *, per_minute: int) -> None:
        self._count = redis.register_script(_COUNT)
        self._per_minute = per_minute

    async def count(self, key: str) -> None:
        """Count one start.

        Raises: RateLimitedError beyond the limit, with the time until the window ends.
        """
        try:
            count, left_ms = await self._count(keys=[key], args=[WINDOW_MS])
        except RedisError as exc:
            log.warning("start not counted", cause=cause_of(exc))
            return
        if count > self._per_minute:
            wait_s = math.ceil(max(left_ms, 1) / 1000)
            raise RateLimitedError(
                f"You can do this at most {self._per_minute} times a minute. Try again in {wait_s} seconds.",
                retry_after_s=wait_s,
            )
