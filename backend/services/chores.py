"""What runs beside the requests for as long as the service does: the check of the keys, and pending revocations."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.crypto import Keyring
from core.key_check import check_keys, check_keys_later
from oauth.vault import Vault
from settings import ConfigurationError

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_chores(redis: Redis, keyring: Keyring, vault: Vault) -> AsyncIterator[None]:
    """Check the keys, then run the chores until the body ends.

    Without Redis the service starts all the same, and the keys are checked as soon as it answers; wrong ones end the
    process then.

    Raises: ConfigurationError for keys that stored data was not sealed with.
    """
    chores = [vault.keep_disconnecting()]
    try:
        await check_keys(redis, keyring)
    except RedisError:
        chores.append(_check_later(redis, keyring))
    tasks = [asyncio.create_task(chore) for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _check_later(redis: Redis, keyring: Keyring) -> None:
    try:
        await check_keys_later(redis, keyring)
    except ConfigurationError as exc:
        for fault in exc.faults:
            log.critical(fault)
        signal.raise_signal(signal.SIGTERM)
