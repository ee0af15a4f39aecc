"""What can be wrong with the storage before the first request: keys that are not its keys, or a policy that drops data.

Asked at start, and where Redis does not answer yet, as soon as it does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from core.crypto import Keyring
from core.key_check import check_keys
from core.store import cause_of, info_of_primaries, open_redis
from core.tasks import Work, running
from settings import ConfigurationError, Settings

RETRY_S = 1.0
# Any other `maxmemory-policy` of Redis deletes what it thinks it can spare: connections, states, sessions.
KEEPS_EVERYTHING = "noeviction"

log = structlog.get_logger(__name__)


async def find_store_faults(redis: Redis, settings: Settings, keyring: Keyring) -> list[str]:
    """Every fault, in words for the operator. Raises: RedisError when it cannot be asked now."""
    faults = [] if settings.is_local else await _policy_faults(redis)
    try:
        await check_keys(redis, keyring)
    except ConfigurationError as exc:
        faults += exc.faults
    return faults


async def find_reachable_faults(settings: Settings, keyring: Keyring) -> list[str]:
    """The same before anything is opened; a Redis that does not answer yet has none.

    Raises: ConfigurationError for an address that cannot be used.
    """
    redis = open_redis(settings.redis_url)
    try:
        return await find_store_faults(redis, settings, keyring)
    except RedisError:
        return []
    finally:
        await redis.aclose()


@asynccontextmanager
async def checked_store(
    redis: Redis, settings: Settings, keyring: Keyring, *, on_fault: Callable[[ConfigurationError], None]
) -> AsyncIterator[None]:
    """Begin with a store that is in order, or with one that is asked until it answers; then `on_fault` hears of faults.

    Raises: ConfigurationError when it answers already and is not in order.
    """
    later: list[Work] = []
    try:
        if faults := await find_store_faults(redis, settings, keyring):
            raise ConfigurationError(faults)
    except RedisError:
        later.append(partial(_check_later, redis, settings, keyring, on_fault))
    async with running(*later):
        yield


async def _check_later(
    redis: Redis, settings: Settings, keyring: Keyring, on_fault: Callable[[ConfigurationError], None]
) -> None:
    while True:
        await asyncio.sleep(RETRY_S)
        try:
            faults = await find_store_faults(redis, settings, keyring)
        except RedisError as exc:
            log.warning("the store's policy and keys cannot be checked yet", cause=cause_of(exc))
            continue
        if faults:
            on_fault(ConfigurationError(faults))
        return


async def _policy_faults(redis: Redis) -> list[str]:
    try:
        memories = await info_of_primaries(redis, "memory")
    except ResponseError:  # a user without the right to ask: the operator's documents name the policy
        return []
    others = {memory.get("maxmemory_policy", KEEPS_EVERYTHING) for memory in memories} - {KEEPS_EVERYTHING}
    return [
        f"REDIS_URL: its maxmemory-policy is {policy}, which deletes stored connections; set {KEEPS_EVERYTHING}"
        for policy in sorted(others)
    ]
