"""Limit the number of live members per owner (connection attempts, sessions): a new one evicts the oldest.

The limit and the eviction are one script, on Redis' clock.
"""

from redis.asyncio import Redis

# KEYS: live members. ARGV: this member, its lifetime ms, most members.
# Returns the members that end to make room, oldest first.
_ADD = """#!lua
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_us)
redis.call('ZADD', KEYS[1], now_us + tonumber(ARGV[2]) * 1000, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local ended = {}
local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[3])
if surplus > 0 then
  local popped = redis.call('ZPOPMIN', KEYS[1], surplus)
  for i = 1, #popped, 2 do ended[#ended + 1] = popped[i] end
end
return ended
"""


class LiveSet:
    """The limit for one kind of member, for all owners."""

    def __init__(self, redis: Redis, *, lifetime_s: int, most: int) -> None:
        self._add = redis.register_script(_ADD)
        self._lifetime_ms = lifetime_s * 1000
        self._most = most

    async def add(self, key: str, member: str) -> list[str]:
        """The evicted members, oldest first: the caller deletes their data."""
        return list(await self._add(keys=[key], args=[member, self._lifetime_ms, self._most]))
