"""Be the first of all callers, in every process, to use something that can be used once."""

import secrets

from redis.asyncio import Redis


async def claim(redis: Redis, key: str, lifetime_s: int) -> bool:
    """Whether this call is the first with this key. Later ones are refused for `lifetime_s` seconds.

    redis-py sends a command again when its reply is lost or late. SET NX alone would then refuse its own caller, and
    GETDEL would return nothing; these two commands answer the same again.

    Raises: RedisError.
    """
    caller = secrets.token_hex(16)
    await redis.set(key, caller, nx=True, ex=lifetime_s)
    return bool(await redis.get(key) == caller)
