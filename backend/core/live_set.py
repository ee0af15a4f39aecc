"""Limits what one owner starts: how many exist at a time (the oldest ends for a new one), and how many a minute.

Used for connection attempts and for sessions. Both limits and the eviction are one script, on Redis' own clock.
"""

from redis.asyncio import Redis

from errors import RateLimitedError

# KEYS: live members, starts of this minute. ARGV: this member, its lifetime ms, most starts, most members.
# Answers: 0 and the members that end to make room, oldest first | the milliseconds until starts are allowed again.
_ADD = """#!lua
if redis.call('INCR', KEYS[2]) == 1 then redis.call('PEXPIRE', KEYS[2], 60000) end
if tonumber(redis.call('GET', KEYS[2])) > tonumber(ARGV[3]) then return {math.max(redis.call('PTTL', KEYS[2]), 1)} end
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_us)
redis.call('ZADD', KEYS[1], now_us + tonumber(ARGV[2]) * 1000, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local answer = {0}
local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[4])
if surplus > 0 then
  local ended = redis.call('ZPOPMIN', KEYS[1], surplus)
  for i = 1, #ended, 2 do answer[#answer + 1] = ended[i] end
end
return answer
"""


class LiveSet:
    """The limits of one kind of thing, for all owners."""

    def __init__(self, redis: Redis, *, lifetime_s: int, most: int, starts_a_minute: int) -> None:
        self._add = redis.register_script(_ADD)
        self._lifetime_ms = lifetime_s * 1000
        self._most = most
        self._starts_a_minute = starts_a_minute

    async def add(self, member: str, *, members_key: str, starts_key: str) -> list[str]:
        """The members that end to make room, oldest first: the caller deletes what belongs to them.

        Raises: RateLimitedError with the time to wait.
        """
        wait_ms, *ended = await self._add(
            keys=[members_key, starts_key], args=[member, self._lifetime_ms, self._starts_a_minute, self._most]
        )
        if wait_ms:
            raise RateLimitedError(retry_after_s=wait_ms / 1000)
        return list(ended)
