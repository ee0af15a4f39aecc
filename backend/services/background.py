"""Background tasks that run as long as the service.

They retry failed revocations, wake readers of change feeds, delete the rest of interrupted disconnects, repeat
refreshes whose worker died, count connections and syncs for the metrics, and compare the encryption keys with Redis,
which may have been emptied.
"""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from functools import partial

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import metrics, store
from core.crypto import Keyring
from core.key_check import recheck_keys
from core.tasks import running
from mirror.mirror import Mirror
from oauth.connections import ConnectionStore
from oauth.vault import Vault
from services.shutdown import Shutdown

# Counting reads every connection, and the number changes slowly.
COUNT_EVERY_S = 60.0
MEASURE_EVERY_S = 15.0
DELETE_EVERY_S = 60.0
CHECK_KEYS_EVERY_S = 60.0

log = structlog.get_logger(__name__)


def running_background_tasks(
    vault: Vault,
    connections: ConnectionStore,
    mirror: Mirror,
    redis: Redis,
    keyring: Keyring,
    shutdown: Shutdown,
) -> AbstractAsyncContextManager[None]:
    """Run the background tasks until the body ends."""
    return running(
        vault.keep_disconnecting,
        vault.keep_resolving,
        partial(mirror.watch.keep_looking, shutdown),
        partial(keep_deleting, mirror),
        partial(keep_counting, connections),
        partial(keep_measuring_syncs, mirror, redis),
        partial(keep_checking_keys, redis, keyring),
    )


async def keep_deleting(mirror: Mirror) -> None:
    """Delete synced records that an interrupted disconnect has left. Cancel it to stop."""
    while True:
        try:
            await mirror.epochs.finish_drops()
        except RedisError as exc:
            log.debug("dropped mirrors not deleted", error=type(exc).__name__)
        await asyncio.sleep(DELETE_EVERY_S)


async def keep_counting(connections: ConnectionStore) -> None:
    """Update the metrics of connections. Cancel it to stop."""
    while True:
        try:
            metrics.connections_counted(await connections.count_by_status())
        except RedisError as exc:
            log.debug("connections not counted", error=type(exc).__name__)
        await asyncio.sleep(COUNT_EVERY_S)


async def keep_measuring_syncs(mirror: Mirror, redis: Redis) -> None:
    """Update the metrics of the mirror's size and of late syncs. Cancel it to stop."""
    while True:
        try:
            reserved, most = await mirror.epochs.count_reserved()
            metrics.mirror_measured(reserved_bytes=reserved, max_bytes=most)
            metrics.sync_overdue.set(await overdue_s(redis, time.time()))
        except RedisError as exc:
            log.debug("syncs not measured", error=type(exc).__name__)
        await asyncio.sleep(MEASURE_EVERY_S)


async def overdue_s(redis: Redis, now: float) -> float:
    """The longest time that a due sync has waited, in seconds."""
    oldest: list[tuple[str, float]] = await redis.zrange(store.SYNCS_DUE, 0, 0, withscores=True)
    return max([0.0, *(now - due_ms / 1000 for _, due_ms in oldest)])


async def keep_checking_keys(redis: Redis, keyring: Keyring, every_s: float = CHECK_KEYS_EVERY_S) -> None:
    """Check the encryption keys periodically after the check at start. Cancel it to stop."""
    while True:
        await asyncio.sleep(every_s)
        try:
            faults = await recheck_keys(redis, keyring)
        except RedisError as exc:
            log.debug("encryption keys not checked", error=type(exc).__name__)
            continue
        metrics.key_faults.set(len(faults))
        if faults:
            log.error("encryption keys do not fit the stored data", faults=faults)
