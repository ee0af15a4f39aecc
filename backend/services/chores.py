"""What runs beside the requests for as long as the service does.

Revocations that a vendor did not take at once are tried again; refreshes whose worker died are made again; connections
are counted for the metrics.
"""

import asyncio
from contextlib import AbstractAsyncContextManager

import structlog
from redis.exceptions import RedisError

from core import metrics
from core.tasks import running
from oauth.connections import ConnectionStore
from oauth.vault import Vault

# Counting reads every connection, and the figure changes slowly.
COUNT_EVERY_S = 60.0

log = structlog.get_logger(__name__)


def running_chores(vault: Vault, connections: ConnectionStore) -> AbstractAsyncContextManager[None]:
    """Run the chores until the body ends."""
    return running(vault.keep_disconnecting(), vault.keep_resolving(), keep_counting(connections))


async def keep_counting(connections: ConnectionStore) -> None:
    """Tell the metrics how many connections there are. Cancel it to stop."""
    while True:
        try:
            metrics.connections_counted(await connections.count_by_status())
        except RedisError as exc:
            log.debug("connections not counted", error=type(exc).__name__)
        await asyncio.sleep(COUNT_EVERY_S)
