"""Syncs in Redis: one hash per connection, a lease for the worker, and the history of runs.

Routes write `wanted`, requests and cancellations. `progress` is only written under the lease, by a script that refuses
a worker whose lease has ended or whose sync was turned off. The lease's number increases with each holder, also if
Redis has lost its newest writes; the mirror refuses smaller numbers.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from redis.asyncio import Redis

from core import store
from errors import RateLimitedError, RunNotFoundError, SyncNotEnabledError
from oauth.connection import Connection, Owner
from sync.state import MOST_PARKED, Parked, Progress, Requested, Run, RunKind, Sync, Wanted

# Shorter than the time after which a job without a worker is given to another one.
LEASE_MS = 10_000
MOST_RUNS = 50
# The field with records that signals announced and that cannot be read.
PARKED = "parked"
# Maximum requests of one connection; more would only wait.
MOST_REQUESTS = 10

# Turns sync on or changes its settings. KEYS: sync. ARGV: wanted without its revision, empty progress. Answers the
# revision, which is unchanged if the settings are.
_ENABLE = """#!lua
if redis.call('HGET', KEYS[1], 'wanted') ~= ARGV[1] then
  redis.call('HSET', KEYS[1], 'wanted', ARGV[1])
  redis.call('HSETNX', KEYS[1], 'progress', ARGV[2])
  redis.call('HINCRBY', KEYS[1], 'revision', 1)
end
return tonumber(redis.call('HGET', KEYS[1], 'revision'))
"""

# Adds a request. KEYS: sync. ARGV: field, value, most. Answers 1; 0: no sync; -1: too many.
_REQUEST = """#!lua
if redis.call('HEXISTS', KEYS[1], 'wanted') == 0 then return 0 end
local count = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if name:sub(1, 8) == 'request:' then count = count + 1 end
end
if count >= tonumber(ARGV[3]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""

# Acquires the lease. KEYS: sync, lease. ARGV: lifetime ms. Answers its number; 0: no sync; -1: another worker has it.
_ACQUIRE = """#!lua flags=allow-oom
if redis.call('HEXISTS', KEYS[1], 'wanted') == 0 then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return -1 end
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local number = math.max(now_ms, tonumber(redis.call('HGET', KEYS[1], 'fence') or '0') + 1)
redis.call('HSET', KEYS[1], 'fence', string.format('%.0f', number))
redis.call('SET', KEYS[2], string.format('%.0f', number), 'PX', ARGV[1])
return number
"""

# Writes the progress under the lease, which it prolongs. KEYS: sync, lease, runs. ARGV: number, lifetime ms, progress,
# a finished run or '', how many runs to keep, then fields that are done with. Answers 1; 0 when the lease is over.
_SAVE = """#!lua flags=allow-oom
if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('HEXISTS', KEYS[1], 'wanted') == 0 then return 0 end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('HSET', KEYS[1], 'progress', ARGV[3])
if ARGV[4] ~= '' then
  redis.call('LPUSH', KEYS[3], ARGV[4])
  redis.call('LTRIM', KEYS[3], 0, tonumber(ARGV[5]) - 1)
end
for i = 6, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return 1
"""

# KEYS: lease. ARGV: number, lifetime ms; without a lifetime the lease ends. Answers 1 while it is held.
_RENEW = """#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
"""

_PROGRESS = msgspec.json.Decoder(Progress)
_WANTED = msgspec.json.Decoder(Wanted)
_REQUESTED = msgspec.json.Decoder(Requested)
_PARKED = msgspec.json.Decoder(dict[str, list[Parked]])
_RUN = msgspec.json.Decoder(Run)
_ENCODER = msgspec.json.Encoder()


class LeaseLostError(Exception):
    """Another worker has taken over, or sync was turned off. Nothing was written."""


@dataclass(frozen=True, slots=True)
class SyncRef:
    """Identifies the sync of a connection."""

    owner: Owner
    provider: str
    connection_id: str

    @classmethod
    def of(cls, connection: Connection) -> "SyncRef":
        return cls(connection.owner, connection.provider, connection.connection_id)

    @classmethod
    def from_key(cls, key: str) -> "SyncRef":
        """The reference in a `store.sync_key`. Raises: ValueError for another text."""
        org_id, user_id, provider, connection_id = store.parse_sync_key(key)
        return cls(Owner(org_id, user_id), provider, connection_id)

    @property
    def key(self) -> str:
        return store.sync_key(self._tag, self.provider, self.connection_id)

    @property
    def lease_key(self) -> str:
        return store.sync_lease_key(self._tag, self.provider, self.connection_id)

    @property
    def runs_key(self) -> str:
        return store.sync_runs_key(self._tag, self.provider, self.connection_id)

    @property
    def identity(self) -> dict[str, str]:
        """Its log fields."""
        return {
            "org_id": self.owner.org_id,
            "user_id": self.owner.user_id,
            "provider": self.provider,
            "connection_id": self.connection_id,
        }

    @property
    def _tag(self) -> str:
        return store.owner_tag(self.owner.org_id, self.owner.user_id)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a sync for the next `LEASE_MS`."""

    ref: SyncRef
    number: int


class SyncStore:
    """All syncs."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._enable = redis.register_script(_ENABLE)
        self._request = redis.register_script(_REQUEST)
        self._acquire = redis.register_script(_ACQUIRE)
        self._save = redis.register_script(_SAVE)
        self._renew = redis.register_script(_RENEW)

    # --- for routes

    async def enable(self, ref: SyncRef, wanted: Wanted) -> int:
        """Turn sync on, or change its settings; return the revision. Repeating it changes nothing."""
        written = _ENCODER.encode(msgspec.structs.replace(wanted, revision=0))
        revision = await self._enable(keys=[ref.key], args=[written, _ENCODER.encode(Progress())])
        return int(revision)

    async def find(self, ref: SyncRef) -> Sync | None:
        """None if sync is off or the stored data cannot be read."""
        stored: Mapping[str, str] = await cast(Any, self._redis.hgetall(ref.key))
        if "wanted" not in stored:
            return None
        return _parse(stored)

    async def get(self, ref: SyncRef) -> Sync:
        """Raises: SyncNotEnabledError."""
        sync = await self.find(ref)
        if sync is None:
            raise SyncNotEnabledError
        return sync

    async def enabled(self, refs: Sequence[SyncRef]) -> frozenset[str]:
        """Ids of the connections whose sync is on."""
        if not refs:
            return frozenset()
        async with self._redis.pipeline(transaction=False) as pipe:
            for ref in refs:
                pipe.hexists(ref.key, "wanted")
            answers = await pipe.execute()
        return frozenset(ref.connection_id for ref, is_on in zip(refs, answers, strict=True) if is_on)

    async def request(self, ref: SyncRef, kind: RunKind, at_ms: int, object_types: tuple[str, ...] = ()) -> Requested:
        """Request a run. Raises: SyncNotEnabledError; RateLimitedError if too many wait."""
        wish = Requested(run_id=secrets.token_urlsafe(9), kind=kind, at_ms=at_ms, object_types=object_types)
        args: list[str | bytes | int] = [f"request:{wish.run_id}", _ENCODER.encode(wish), MOST_REQUESTS]
        noted = await self._request(keys=[ref.key], args=args)
        if noted == 0:
            raise SyncNotEnabledError
        if noted < 0:
            raise RateLimitedError(f"{MOST_REQUESTS} runs are waiting already. Try again when some have finished.")
        return wish

    async def cancel(self, ref: SyncRef, run_id: str) -> None:
        """Cancel a waiting or running run. Raises: SyncNotEnabledError; RunNotFoundError, also for an ended run."""
        sync = await self.get(ref)
        if any(run.run_id == run_id for run in sync.progress.running.values()):
            await cast(Any, self._redis.hset(ref.key, "cancelled", run_id))  # its request is removed when it ends
        elif not await cast(Any, self._redis.hdel(ref.key, f"request:{run_id}")):
            raise RunNotFoundError

    async def list_runs(self, ref: SyncRef) -> list[Run]:
        """The last 50 ended runs, newest first."""
        stored = await cast(Any, self._redis.lrange(ref.runs_key, 0, MOST_RUNS - 1))
        return [_RUN.decode(text) for text in stored]

    async def disable(self, ref: SyncRef) -> None:
        """Delete the sync; its worker loses the lease. Doing it twice is not an error."""
        await self._redis.unlink(ref.key, ref.lease_key, ref.runs_key)
        await self._redis.zrem(store.SYNCS_DUE, ref.key)

    # --- for workers

    async def acquire(self, ref: SyncRef) -> Lease | None:
        """Acquire the lease; None if another worker has it. Raises: SyncNotEnabledError."""
        number = int(await self._acquire(keys=[ref.key, ref.lease_key], args=[LEASE_MS]))
        if number == 0:
            raise SyncNotEnabledError
        return Lease(ref, number) if number > 0 else None

    async def renew(self, lease: Lease) -> None:
        """Raises: LeaseLostError."""
        if not await self._renew(keys=[lease.ref.lease_key], args=[str(lease.number), LEASE_MS]):
            raise LeaseLostError

    async def release(self, lease: Lease) -> None:
        await self._renew(keys=[lease.ref.lease_key], args=[str(lease.number), ""])

    async def save(
        self, lease: Lease, progress: Progress, *, ended: Run | None = None, done: tuple[str, ...] = ()
    ) -> None:
        """Write the progress and a finished run, and remove fulfilled requests. Raises: LeaseLostError."""
        ref = lease.ref
        fields: list[str] = [f"request:{run_id}" for run_id in done]
        if ended is not None:
            fields.append("cancelled")
        kept = ended if ended is not None and not ended.is_uneventful else None
        saved = await self._save(
            keys=[ref.key, ref.lease_key, ref.runs_key],
            args=[
                str(lease.number),
                LEASE_MS,
                _ENCODER.encode(progress),
                b"" if kept is None else _ENCODER.encode(kept),
                MOST_RUNS,
                *fields,
            ],
        )
        if not saved:
            raise LeaseLostError

    async def is_cancelled(self, ref: SyncRef, run_id: str) -> bool:
        return bool(await cast(Any, self._redis.hget(ref.key, "cancelled")) == run_id)

    async def note_signals(self, ref: SyncRef, at_ms: int) -> None:
        """Record that signals of the account were processed, so that polls can be less frequent."""
        if await cast(Any, self._redis.hexists(ref.key, "wanted")):
            await cast(Any, self._redis.hset(ref.key, "signals_at_ms", str(at_ms)))

    async def note_parked(self, ref: SyncRef, object_type: str, parked: Sequence[Parked]) -> None:
        """Note records that a signal announced and that cannot be read, beside the progress; the newest are kept.

        Only one job at a time does so for a sync.
        """
        text = await cast(Any, self._redis.hget(ref.key, PARKED))
        noted = _PARKED.decode(text or "{}")
        noted[object_type] = [*noted.get(object_type, []), *parked][-MOST_PARKED:]
        if await cast(Any, self._redis.hexists(ref.key, "wanted")):
            await cast(Any, self._redis.hset(ref.key, PARKED, _ENCODER.encode(noted).decode()))

    async def plan(self, ref: SyncRef, at_ms: int) -> None:
        """Record when the sync is due, so that it is found if its job is lost."""
        await self._redis.zadd(store.SYNCS_DUE, {ref.key: at_ms})

    async def overdue(self, before_ms: int, most: int) -> list[SyncRef]:
        """Syncs that were due before this time, at most this many; invalid entries are removed."""
        keys = await self._redis.zrangebyscore(store.SYNCS_DUE, "-inf", before_ms, start=0, num=most)
        found = []
        for key in keys:
            try:
                found.append(SyncRef.from_key(key))
            except ValueError:
                await self._redis.zrem(store.SYNCS_DUE, key)
        return found


def _parse(stored: Mapping[str, str]) -> Sync | None:
    try:
        wanted = msgspec.structs.replace(_WANTED.decode(stored["wanted"]), revision=int(stored.get("revision", "0")))
        requested = [_REQUESTED.decode(text) for name, text in stored.items() if name.startswith("request:")]
        return Sync(
            wanted=wanted,
            progress=_PROGRESS.decode(stored.get("progress", "{}")),
            parked=_PARKED.decode(stored.get(PARKED, "{}")),
            requested=sorted(requested, key=lambda wish: wish.at_ms),
            cancelled=stored.get("cancelled"),
            signals_at_ms=int(stored.get("signals_at_ms", "0")),
        )
    except (msgspec.MsgspecError, ValueError):
        return None
