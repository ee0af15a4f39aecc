"""Storing what cannot be had again: new tokens, while Redis fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def insist(write: Callable[[], Awaitable[T]], for_s: float) -> T:
    """Repeat an idempotent write while Redis fails, at most `for_s` seconds: what it holds cannot be had again.

    Raises: the last RedisError.
    """
    clock = asyncio.get_running_loop().time
    until, pause_s = clock() + for_s, 0.05
    while True:
        try:
            return await write()
        except RedisError as exc:
            if clock() >= until:
                raise
            log.warning("new tokens wait for storage", error=type(exc).__name__)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, 1.0)
