"""The right to refresh a connection, renewed in Redis while its holder runs.

The lock lives only a little longer than three renewals take: when a worker dies or is paused, others may go on after
two to three seconds. A holder that was paused itself must not present its refresh token again: it checks first.
"""

import asyncio
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

RENEWALS_A_LIFETIME = 3


class LeaseLostError(Exception):
    """Another worker may have taken over meanwhile."""


class Lease:
    """One holder's right. It is lost when another worker took it, or when it could not be renewed in time.

    Args:
        renew: asks Redis for another lifetime; False when the right is somebody else's.
        lifetime_s: how long the right lasts after a renewal.
        taken_at: when Redis was asked for it, on the clock of the event loop.
    """

    def __init__(self, renew: Callable[[], Awaitable[bool]], lifetime_s: float, taken_at: float) -> None:
        self._renew = renew
        self._lifetime_s = lifetime_s
        self._until = taken_at + lifetime_s
        self._is_taken = False

    def check(self) -> None:
        """Raises: LeaseLostError when the refresh token may no longer be presented."""
        if self._is_taken or asyncio.get_running_loop().time() >= self._until:
            raise LeaseLostError

    async def keep(self) -> None:
        """Renew until it is lost to another worker. Cancel it to stop."""
        while not self._is_taken:
            await asyncio.sleep(self._lifetime_s / RENEWALS_A_LIFETIME)
            asked_at = asyncio.get_running_loop().time()
            try:
                self._is_taken = not await self._renew()
            except RedisError:
                continue  # as long as Redis is away nobody else can take it
            self._until = asked_at + self._lifetime_s
