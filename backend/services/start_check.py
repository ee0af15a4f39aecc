"""Check Redis before the first request: wrong encryption keys, or a memory policy that deletes data.

The check runs at start, or as soon as Redis answers.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from core.crypto import Keyring
from core.key_check import compare_keys
from core.redis_client import close_redis, info_of_primaries, open_redis
from core.store import cause_of
from core.tasks import Work, running
from settings import ConfigurationError, Settings

RETRY_S = 1.0
# Any other `maxmemory-policy` lets Redis delete connections, sessions and records when its memory is full.
KEEPS_EVERYTHING = "noeviction"

log = structlog.get_logger(__name__)


async def find_store_faults(
    redis: Redis, settings: Settings, keyring: Keyring, *, written: Iterable[str] = ()
) -> list[str]:
    """Every fault, as a sentence for the operator. The keys `written` count as used from now on.

    Raises: RedisError if one of the Redis servers does not answer.
    """
    faults = [] if settings.is_local else await _policy_faults(redis, "REDIS_URL", "stored connections")
    faults += await compare_keys(redis, keyring, written=written)
    if faults or settings.is_local or not settings.mirror_redis_url:
        return faults
    mirror_redis = open_redis(settings.mirror_redis_url)
    try:
        return await _policy_faults(mirror_redis, "MIRROR_REDIS_URL", "synced records")
    finally:
        await close_redis(mirror_redis)


async def find_reachable_faults(settings: Settings, keyring: Keyring) -> list[str]:
    """The same before anything is opened; no faults if Redis does not answer.

    It writes nothing, because a key of settings with faults was never used and may be replaced.

    Raises: ConfigurationError for an unusable URL.
    """
    redis = open_redis(settings.redis_url)
    try:
        return await find_store_faults(redis, settings, keyring)
    except RedisError:
        return []
    finally:
        await close_redis(redis)


@asynccontextmanager
async def checked_store(
    redis: Redis, settings: Settings, keyring: Keyring, *, on_fault: Callable[[ConfigurationError], None]
) -> AsyncIterator[None]:
    """Check the store at start; if it does not answer, check it later and report faults to `on_fault`.

    Raises: ConfigurationError if it answers and has faults.
    """
    later: list[Work] = []
    try:
        if faults := await find_store_faults(redis, settings, keyring, written=keyring.kids):
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
            faults = await find_store_faults(redis, settings, keyring, written=keyring.kids)
        except RedisError as exc:
            log.warning("the store's policy and keys cannot be checked yet", cause=cause_of(exc))
            continue
        if faults:
            on_fault(ConfigurationError(faults))
        return


async def _policy_faults(redis: Redis, setting: str, contents: str) -> list[str]:
    try:
        memories = await info_of_primaries(redis, "memory")
    except ResponseError:  # our Redis user may not read the configuration; the operations guide names the policy
        return []
    others = {memory.get("maxmemory_policy", KEEPS_EVERYTHING) for memory in memories} - {KEEPS_EVERYTHING}
    return [
        f"{setting}: its maxmemory-policy is {policy}, which deletes {contents}; set {KEEPS_EVERYTHING}"
        for policy in sorted(others)
    ]
