"""Signals in Redis: records of an account that may have changed and must be read again.

For each account: `records` (member `<type id>:<record id>`, score the time of its newest event), `links` (records whose
associations may have changed as well), `gone` (erased for privacy), `later` (records to read again at a time, because
HubSpot returned an older state), `put_off` (the times of their events), `attempts` (how often that happened for this
event), `connections` (the syncs of the account).
Duplicates, retries and floods collapse into one member per record. A member is only removed if its score has not
increased since it was read, so a worker that dies loses nothing.

`signals:due:{n}` lists the accounts that have signals, by the time to look at them next.
"""

from collections import Counter
from collections.abc import AsyncIterator, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from zlib import crc32

from redis.asyncio import Redis

from core import metrics, store
from core.batches import batches
from hubspot.record_events import ReadEvents
from hubspot.signals import PortalSignals
from sync.signal_scripts import POSTPONE, REMOVE, RESCHEDULE, SETTLE, TAKE

PROVIDER = "hubspot"
SHARDS = 8
# Maximum signals of one account processed at a time.
MOST_DUE = 100
PARTS = RECORDS, LINKS, GONE, LATER, PUT_OFF, ATTEMPTS = "records", "links", "gone", "later", "put_off", "attempts"
CONNECTIONS = "connections"
# A ZADD with more members would block other Redis clients for more than 10 ms.
ZADD_MEMBERS = 5_000
PAGE = 1_000
# Waits before a record whose state is unsure is read again; then it is given up.
AGAIN_AFTER_S = (2, 10, 60)


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

    @property
    def is_last_look(self) -> bool:
        """Whether the record is not read again after this time."""
        return self.attempt >= len(AGAIN_AFTER_S)


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
        self._take = redis.register_script(TAKE)
        self._settle = redis.register_script(SETTLE)
        self._remove = redis.register_script(REMOVE)
        self._postpone = redis.register_script(POSTPONE)
        self._reschedule = redis.register_script(RESCHEDULE)

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
        await self._redis.unlink(*(_key(account_id, part) for part in PARTS))
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
                    for batch in batches(list(members.items()), ZADD_MEMBERS):
                        pipe.zadd(_key(account_id, part), dict(batch), gt=True)
                # After the signals, so that a due account always has some.
                pipe.zadd(_due_key(account_id), {account_id: now_ms}, lt=True)
            await pipe.execute()

    # --- processing

    async def due(self, now_ms: int, *, visible_after_ms: int) -> AsyncIterator[tuple[str, int]]:
        """Due accounts, oldest first, each with its score for `finish`.

        They are not returned again for `visible_after_ms`, unless a new signal arrives.
        """
        until_ms = now_ms + visible_after_ms
        async with self._redis.pipeline(transaction=False) as pipe:
            for shard in range(SHARDS):
                key = store.signals_due_key(shard)
                pipe.zrangebyscore(key, "-inf", now_ms, start=0, num=MOST_DUE, withscores=True)
            shards = await pipe.execute()
        for shard, accounts in enumerate(shards):
            for account_id, score in accounts:
                args: list[str | int] = [account_id, str(score), until_ms]  # manipulated, it may be infinite
                if await self._reschedule(keys=[store.signals_due_key(shard)], args=args):
                    yield account_id, until_ms

    async def take(self, account_id: str, now_ms: int, limit: int = MOST_DUE) -> Taken:
        """The oldest signals of an account, without those to be read later."""
        gone, records = await self._take(keys=[_key(account_id, part) for part in PARTS], args=[now_ms, limit])
        erased = [_signal(member, score) for member, score in zip(gone[::2], gone[1::2], strict=True)]
        return Taken(gone=erased, records=[_signal(*record) for record in records])

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

    async def hold(self, account_id: str, until_ms: int) -> int | None:
        """Make the account due at this time, for a worker that begins with it; its score for `finish`.

        A signal that arrives before this time makes it due earlier, so `finish` notices it. None if it has no signals.
        """
        while (score := await self.due_score(account_id)) is not None:
            if await self._reschedule(keys=[_due_key(account_id)], args=[account_id, score, until_ms]):
                return until_ms
        return None

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

    async def waiting(self, account_id: str, type_id: str, record_ids: Sequence[str]) -> set[str]:
        """Those of these records that signals have announced and that wait to be read."""
        parts = (RECORDS, PUT_OFF)
        async with self._redis.pipeline(transaction=False) as pipe:
            for record_id in record_ids:
                for part in parts:
                    pipe.zscore(_key(account_id, part), f"{type_id}:{record_id}")
            scores = await pipe.execute()
        found = batches(scores, len(parts))
        return {record_id for record_id, of_record in zip(record_ids, found, strict=True) if any(of_record)}

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


async def store_events(store: SignalStore, read: ReadEvents, now_ms: int) -> set[str]:
    """Store the signals of synced accounts, count the events, and return these accounts.

    Raises: RedisError; then no event counts as accepted.
    """
    signals_of = {str(portal_id): signals for portal_id, signals in read.portals.items()}
    known = await store.known(signals_of) if signals_of else set()
    if known:
        await store.add({account_id: signals_of[account_id] for account_id in known}, now_ms)
    unknown = sum(signals_of[account_id].events for account_id in signals_of.keys() - known)
    metrics.webhook_events_received("accepted", read.accepted - unknown)
    metrics.webhook_events_received("unknown_account", unknown)
    metrics.webhook_events_received("ignored", read.ignored)
    metrics.webhook_events_received("broken", read.broken)
    return known


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
