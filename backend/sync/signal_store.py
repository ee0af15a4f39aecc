"""Signals in Redis: records of an account that may have changed and must be read again.

For each account: `records` (member `<type id>:<record id>`, score the time of its newest event), `links` (records whose
associations may have changed as well), `gone` (erased for privacy), `later` (records to read again at a time, because
HubSpot returned an older state), `put_off` (the times of their events), `attempts` (how often that happened),
`connections` (the syncs of the account).
Duplicates, retries and floods collapse into one member per record. A member is only removed if its score has not
increased since it was read, so a worker that dies loses nothing.

`signals:due:{n}` lists the accounts that have signals, by the time to look at them next.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from zlib import crc32

from redis.asyncio import Redis

from core import store
from hubspot.signals import PortalSignals

PROVIDER = "hubspot"
SHARDS = 8
# Maximum signals of one account processed at a time.
MOST_DUE = 100
RECORDS, LINKS, GONE, LATER, PUT_OFF = "records", "links", "gone", "later", "put_off"
ATTEMPTS, CONNECTIONS = "attempts", "connections"
# A ZADD with more members would block other Redis clients for more than 10 ms.
ZADD_MEMBERS = 5_000
PAGE = 1_000

# Moves what is to be read again now back among the records, then lists the oldest ones.
# KEYS: records, links, gone, later, put_off, attempts. ARGV: now ms, how many.
# Answers: erased members and scores | members, scores and `1` where links are to be read | attempts of these members.
_TAKE = """#!lua flags=allow-oom
local again = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(again) do
  redis.call('ZADD', KEYS[1], 'GT', redis.call('ZSCORE', KEYS[5], member) or '0', member)
  redis.call('ZREM', KEYS[4], member)
  redis.call('ZREM', KEYS[5], member)
end
local gone = redis.call('ZRANGE', KEYS[3], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
local found = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
local taken, attempts = {}, {}
for i = 1, #found, 2 do
  local linked = redis.call('ZSCORE', KEYS[2], found[i])
  taken[#taken + 1] = {found[i], found[i + 1], linked or ''}
  attempts[#attempts + 1] = redis.call('HGET', KEYS[6], found[i]) or '0'
end
return {gone, taken, attempts}
"""

# Removes what has been worked off, where no newer signal came meanwhile.
# KEYS: records, links, later, put_off, attempts. ARGV: member, its score, and of its links or '', in threes.
_SETTLE = """#!lua flags=allow-oom
for i = 1, #ARGV, 3 do
  local member, score, linked = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if redis.call('ZSCORE', KEYS[1], member) == score then
    redis.call('ZREM', KEYS[1], member)
    redis.call('ZREM', KEYS[3], member)
    redis.call('ZREM', KEYS[4], member)
    redis.call('HDEL', KEYS[5], member)
  end
  if linked ~= '' and redis.call('ZSCORE', KEYS[2], member) == linked then redis.call('ZREM', KEYS[2], member) end
end
"""

# Puts records off, where no newer signal came meanwhile. Their links stay noted.
# KEYS: records, later, put_off, attempts. ARGV: member, score, attempt, when, in fours.
_POSTPONE = """#!lua flags=allow-oom
for i = 1, #ARGV, 4 do
  local member, score = ARGV[i], ARGV[i + 1]
  if redis.call('ZSCORE', KEYS[1], member) == score then
    redis.call('ZREM', KEYS[1], member)
    redis.call('ZADD', KEYS[2], ARGV[i + 3], member)
    redis.call('ZADD', KEYS[3], score, member)
    redis.call('HSET', KEYS[4], member, ARGV[i + 2])
  end
end
"""

# Removes members whose score has not grown. KEYS: any of the sets. ARGV: member and score in twos.
_REMOVE = """#!lua flags=allow-oom
for i = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
"""

# Sets when to look at an account next, or never, unless it became due earlier meanwhile.
# KEYS: due. ARGV: account, score it had, next score or ''.
_RESCHEDULE = """#!lua flags=allow-oom
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class Signal:
    """A record that may have changed. `linked_at_ms` is None if its associations need not be read."""

    type_id: str
    record_id: str
    at_ms: int
    linked_at_ms: int | None = None
    attempt: int = 0

    @property
    def member(self) -> str:
        return f"{self.type_id}:{self.record_id}"


@dataclass(frozen=True, slots=True)
class Taken:
    """The next signals to process; none of them was removed."""

    gone: Sequence[Signal]
    records: Sequence[Signal]

    def __bool__(self) -> bool:
        return bool(self.gone or self.records)


class SignalStore:
    """The signals of all accounts."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._take = redis.register_script(_TAKE)
        self._settle = redis.register_script(_SETTLE)
        self._remove = redis.register_script(_REMOVE)
        self._postpone = redis.register_script(_POSTPONE)
        self._reschedule = redis.register_script(_RESCHEDULE)

    # --- accounts

    async def join(self, account_id: str, sync_key: str) -> None:
        """Start to store signals of the account, for this sync."""
        await cast(Any, self._redis.sadd(_key(account_id, CONNECTIONS), sync_key))

    async def leave(self, account_id: str, sync_key: str) -> None:
        """Remove a sync; with the last one, the account's signals are deleted as well."""
        await cast(Any, self._redis.srem(_key(account_id, CONNECTIONS), sync_key))
        if not await self.syncs_of(account_id):
            await self.forget(account_id)

    async def syncs_of(self, account_id: str) -> list[str]:
        """The keys of the account's syncs."""
        members: set[str] = await cast(Any, self._redis.smembers(_key(account_id, CONNECTIONS)))
        return sorted(members)

    async def forget(self, account_id: str) -> None:
        """Delete all signals of an account that is no longer synced."""
        parts = (RECORDS, LINKS, GONE, LATER, PUT_OFF, ATTEMPTS)
        await self._redis.unlink(*(_key(account_id, part) for part in parts))
        await self._redis.zrem(_due_key(account_id), account_id)

    async def known(self, account_ids: Iterable[str]) -> set[str]:
        """The accounts that are synced."""
        asked = list(account_ids)
        async with self._redis.pipeline(transaction=False) as pipe:
            for account_id in asked:
                pipe.exists(_key(account_id, CONNECTIONS))
            answers = await pipe.execute()
        return {account_id for account_id, is_known in zip(asked, answers, strict=True) if is_known}

    # --- writing

    async def add(self, signals: Mapping[str, PortalSignals], now_ms: int) -> None:
        """Store signals by account id. They are durable when this returns; adding them twice changes nothing."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for account_id, found in signals.items():
                for part, members in ((RECORDS, found.records), (LINKS, found.links), (GONE, found.gone)):
                    for batch in _batches(members):
                        pipe.zadd(_key(account_id, part), batch, gt=True)
                # After the signals, so that a due account always has some.
                pipe.zadd(_due_key(account_id), {account_id: now_ms}, lt=True)
            await pipe.execute()

    # --- processing

    async def due(self, now_ms: int, *, visible_after_ms: int) -> AsyncIterator[tuple[str, int]]:
        """Due accounts, oldest first, each with its score for `finish`.

        They are not returned again for `visible_after_ms`, unless a new signal arrives.
        """
        until_ms = now_ms + visible_after_ms
        shards = await asyncio.gather(*(self._due_in(shard, now_ms) for shard in range(SHARDS)))
        for shard, accounts in enumerate(shards):
            for account_id, score in accounts:
                args: list[str | int] = [account_id, score, until_ms]
                if await self._reschedule(keys=[store.signals_due_key(shard)], args=args):
                    yield account_id, until_ms

    async def take(self, account_id: str, now_ms: int, limit: int = MOST_DUE) -> Taken:
        """The oldest signals of an account, without those to be read later."""
        parts = (RECORDS, LINKS, GONE, LATER, PUT_OFF, ATTEMPTS)
        gone, taken, attempts = await self._take(keys=[_key(account_id, part) for part in parts], args=[now_ms, limit])
        records = [
            _signal(member, score, linked, attempt)
            for (member, score, linked), attempt in zip(taken, attempts, strict=True)
        ]
        erased = [_signal(member, score) for member, score in zip(gone[::2], gone[1::2], strict=True)]
        return Taken(gone=erased, records=records)

    async def settle(self, account_id: str, signals: Sequence[Signal]) -> None:
        """Remove processed signals, unless a newer signal arrived."""
        if not signals:
            return
        keys = [_key(account_id, part) for part in (RECORDS, LINKS, LATER, PUT_OFF, ATTEMPTS)]
        args: list[str | int] = [
            text for signal in signals for text in (signal.member, signal.at_ms, _text(signal.linked_at_ms))
        ]
        await self._settle(keys=keys, args=args)

    async def settle_gone(self, account_id: str, signals: Sequence[Signal]) -> None:
        """Remove purged records and their signals."""
        if not signals:
            return
        await self._remove(
            keys=[_key(account_id, GONE)], args=[text for signal in signals for text in (signal.member, signal.at_ms)]
        )
        members = [signal.member for signal in signals]
        for part in (RECORDS, LINKS, LATER, PUT_OFF):
            await self._redis.zrem(_key(account_id, part), *members)
        await cast(Any, self._redis.hdel(_key(account_id, ATTEMPTS), *members))

    async def postpone(self, account_id: str, signals: Sequence[tuple[Signal, int]]) -> None:
        """Schedule records to be read again at a time (ms), unless a newer signal arrived."""
        if not signals:
            return
        keys = [_key(account_id, part) for part in (RECORDS, LATER, PUT_OFF, ATTEMPTS)]
        args = [
            text for signal, again_ms in signals for text in (signal.member, signal.at_ms, signal.attempt + 1, again_ms)
        ]
        await self._postpone(keys=keys, args=args)

    async def due_score(self, account_id: str) -> int | None:
        """When the account is due next; None if it has no signals."""
        score = await self._redis.zscore(_due_key(account_id), account_id)
        return None if score is None else int(score)

    async def finish(self, account_id: str, score: int) -> bool:
        """Mark an account as processed until its next postponed record is due.

        False if a signal arrived since `score` was read, which must be processed as well.
        """
        records = await self._redis.zcard(_key(account_id, RECORDS))
        later = await self._redis.zrange(_key(account_id, LATER), 0, 0, withscores=True)
        next_ms: int | str = score if records else int(later[0][1]) if later else ""
        return bool(await self._reschedule(keys=[_due_key(account_id)], args=[account_id, score, next_ms]))

    async def count_by_type(self, account_id: str) -> Counter[str]:
        """How many records wait to be read, those that are put off included, by object type id."""
        counts: Counter[str] = Counter()
        for part in (RECORDS, LATER):
            async for batch in self._pages(account_id, part):
                counts.update(_type_of(member) for member, _ in batch)
        return counts

    async def drop(self, account_id: str, type_ids: Container[str]) -> None:
        """Forget the records of some object types, unless a newer signal comes meanwhile."""
        for part in (RECORDS, LINKS, LATER, PUT_OFF):
            async for batch in self._pages(account_id, part):
                dropped = [(member, score) for member, score in batch if _type_of(member) in type_ids]
                if not dropped:
                    continue
                args: list[str | int] = [text for member, score in dropped for text in (member, int(score))]
                await self._remove(keys=[_key(account_id, part)], args=args)
                await cast(Any, self._redis.hdel(_key(account_id, ATTEMPTS), *(member for member, _ in dropped)))

    async def _pages(self, account_id: str, part: str) -> AsyncIterator[list[tuple[str, float]]]:
        """Members and scores from the last one to the first, so that members of a page can be removed."""
        key = _key(account_id, part)
        end = await self._redis.zcard(key)
        while end > 0:
            yield await self._redis.zrange(key, max(0, end - PAGE), end - 1, withscores=True)
            end -= PAGE

    async def look_again(self, account_id: str, score: int, at_ms: int) -> None:
        """Make an account due at this time, or earlier if a signal arrives."""
        await self._reschedule(keys=[_due_key(account_id)], args=[account_id, score, at_ms])

    async def oldest_ms(self, account_id: str) -> int | None:
        """Time of the oldest unprocessed signal; None if there is none."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for part in (RECORDS, GONE, PUT_OFF):
                pipe.zrange(_key(account_id, part), 0, 0, withscores=True)
            answers = await pipe.execute()
        return min((int(score) for answer in answers for _, score in answer), default=None)

    async def count(self, account_id: str) -> int:
        """The number of records waiting to be read, including postponed ones."""
        counts = [await self._redis.zcard(_key(account_id, part)) for part in (RECORDS, LATER)]
        return sum(counts)

    async def _due_in(self, shard: int, now_ms: int) -> list[tuple[str, str]]:
        found = await self._redis.zrangebyscore(
            store.signals_due_key(shard), "-inf", now_ms, start=0, num=MOST_DUE, withscores=True
        )
        return [(account_id, str(int(score))) for account_id, score in found]


def account_of(account_id: str) -> str:
    """The account in keys."""
    return f"{PROVIDER}/{account_id}"


def _key(account_id: str, part: str) -> str:
    return store.signals_key(account_of(account_id), part)


def _due_key(account_id: str) -> str:
    return store.signals_due_key(crc32(account_id.encode()) % SHARDS)


def _signal(member: str, score: str, linked: str = "", attempt: str = "0") -> Signal:
    type_id, _, record_id = member.partition(":")
    return Signal(type_id, record_id, int(float(score)), int(float(linked)) if linked else None, int(attempt))


def _type_of(member: str) -> str:
    return member.partition(":")[0]


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _batches(members: Mapping[str, int]) -> Iterable[dict[str, int]]:
    entries = list(members.items())
    return (dict(entries[start : start + ZADD_MEMBERS]) for start in range(0, len(entries), ZADD_MEMBERS))
