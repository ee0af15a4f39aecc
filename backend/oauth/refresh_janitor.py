"""Finish refreshes whose worker died before it stored the new tokens, without waiting for a request.

Order of events: before a worker sends a refresh token, it lists the connection → it stores the new tokens and removes
the connection from the list. About once a second, one worker checks the connections that stay on the list, and repeats
refreshes whose holder died, as long as the vendor still accepts the old refresh token.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import store
from errors import InternalError
from oauth.connection import Connection, ConnectionKey
from oauth.connections import ConnectionStore

EVERY_S = 1.0
# If the janitor's worker was killed, this lease plus the pause between two checks is at most 5 s.
LEASE_S = 2.5
BATCH = 50

log = structlog.get_logger(__name__)

# KEYS: open. ARGV: connection, in ms.
_OPEN = """#!lua flags=allow-oom
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2]), ARGV[1])
"""

# Returns the connections that are due, to one worker at a time, and makes them due again later.
# KEYS: janitor, open. ARGV: my name, lease ms, again in ms, how many.
_CLAIM = """#!lua flags=allow-oom
local janitor = redis.call('GET', KEYS[1])
if janitor and janitor ~= ARGV[1] then return {} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now_ms, 'LIMIT', 0, ARGV[4])
for _, connection in ipairs(due) do redis.call('ZADD', KEYS[2], now_ms + tonumber(ARGV[3]), connection) end
return due
"""


class OpenRefreshes:
    """The list of connections with an unfinished refresh, shared by all workers."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._open = redis.register_script(_OPEN)
        self._claim = redis.register_script(_CLAIM)
        self._name = secrets.token_urlsafe(8)

    async def add(self, connection: Connection, *, due_in_s: float) -> None:
        """List the connection, or change when it is checked. Raises: RedisError."""
        arguments: list[str | int] = [connection.key.record, int(due_in_s * 1000)]
        await self._open(keys=[store.OPEN_REFRESHES], args=arguments)

    async def remove(self, key: str) -> None:
        """Remove a connection from the list, by its key."""
        await self._redis.zrem(store.OPEN_REFRESHES, key)

    async def claim(self) -> list[str]:
        """The keys of due connections; empty while another worker is the janitor."""
        arguments: list[str | int] = [self._name, int(LEASE_S * 1000), int(EVERY_S * 1000), BATCH]
        answer: list[str] = await self._claim(keys=[store.REFRESH_JANITOR, store.OPEN_REFRESHES], args=arguments)
        return answer


class RefreshJanitor:
    """Passes open refreshes to `resolve`, which repeats those without a holder."""

    def __init__(
        self, refreshes: OpenRefreshes, connections: ConnectionStore, resolve: Callable[[Connection], Any]
    ) -> None:
        self._refreshes = refreshes
        self._connections = connections
        self._resolve = resolve

    async def keep_resolving(self) -> None:
        """Check open refreshes for as long as the service runs. Cancel it to stop."""
        while True:
            try:
                while await self.resolve_due() == BATCH:
                    pass
            except RedisError as exc:
                log.debug("open refreshes wait for storage", error=type(exc).__name__)
            await asyncio.sleep(EVERY_S)

    async def resolve_due(self) -> int:
        """Start a task for each due refresh; return their number, at most 50."""
        keys = await self._refreshes.claim()
        for key in keys:
            connection = await self._find(key)
            if connection is None:
                await self._refreshes.remove(key)
            else:
                self._resolve(connection)
        return len(keys)

    async def _find(self, key: str) -> Connection | None:
        name = ConnectionKey.parse(key)
        try:
            return await self._connections.find(name.owner, name.provider, name.connection_id)
        except (InternalError, msgspec.MsgspecError) as exc:  # an operator must act; the others continue
            log.error("an open refresh cannot be read", connection_id=name.connection_id, error=type(exc).__name__)
            return None
