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
from oauth.connection import ConnectionKey, Owner
from sync.signal_scripts import REMOVE
from sync.state import MOST_PARKED, Parked, Progress, Requested, Run, RunKind, Sync, Wanted
from sync.sync_scripts import ACQUIRE, CANCEL, ENABLE, NOTE, RENEW, REQUEST, SAVE

# Shorter than the time after which a job without a worker is given to another one.
LEASE_MS = 10_000
MOST_RUNS = 50
# The field with records that signals announced and that cannot be read.
PARKED = "parked"
# Maximum requests of one connection; more would only wait.
MOST_REQUESTS = 10

_PROGRESS = msgspec.json.Decoder(Progress)
_WANTED = msgspec.json.Decoder(Wanted)
_REQUESTED = msgspec.json.Decoder(Requested)
_PARKED = msgspec.json.Decoder(dict[str, list[Parked]])
_RUN = msgspec.json.Decoder(Run)
_ENCODER = msgspec.json.Encoder()


class LeaseLostError(Exception):
    """Another worker has taken over, or sync was turned off. Nothing was written."""


def sync_key(ref: ConnectionKey) -> str:
    return store.sync_key(ref.owner.tag, ref.provider, ref.connection_id)


def parse_ref(text: str) -> ConnectionKey | None:
    """The connection of a `sync_key`; None for another text."""
    parts = store.parse_sync_key(text)
    return None if parts is None else ConnectionKey(Owner(parts[0], parts[1]), *parts[2:])


def lease_key(ref: ConnectionKey) -> str:
    return store.sync_lease_key(ref.owner.tag, ref.provider, ref.connection_id)


def runs_key(ref: ConnectionKey) -> str:
    return store.sync_runs_key(ref.owner.tag, ref.provider, ref.connection_id)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a sync for the next `LEASE_MS`."""

    ref: ConnectionKey
    number: int


class SyncStore:
    """All syncs."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._enable = redis.register_script(ENABLE)
        self._request = redis.register_script(REQUEST)
        self._cancel = redis.register_script(CANCEL)
        self._acquire = redis.register_script(ACQUIRE)
        self._save = redis.register_script(SAVE)
        self._renew = redis.register_script(RENEW)
        self._note = redis.register_script(NOTE)
        self._remove = redis.register_script(REMOVE)

    # --- for routes

    async def enable(self, ref: ConnectionKey, wanted: Wanted) -> int:
        """Turn sync on, or change its settings; return the revision. Repeating it changes nothing.

        A sync whose data cannot be read counts as off: it begins again.
        """
        if await self.find(ref) is None:
            await self._redis.unlink(sync_key(ref))
        written = _ENCODER.encode(msgspec.structs.replace(wanted, revision=0))
        revision = await self._enable(keys=[sync_key(ref)], args=[written, _ENCODER.encode(Progress())])
        return int(revision)

    async def find(self, ref: ConnectionKey) -> Sync | None:
        """None if sync is off or the stored data cannot be read."""
        stored: Mapping[str, str] = await cast(Any, self._redis.hgetall(sync_key(ref)))
        if "wanted" not in stored:
            return None
        return _parse(stored)

    async def get(self, ref: ConnectionKey) -> Sync:
        """Raises: SyncNotEnabledError."""
        sync = await self.find(ref)
        if sync is None:
            raise SyncNotEnabledError
        return sync

    async def enabled(self, refs: Sequence[ConnectionKey]) -> frozenset[str]:
        """Ids of the connections whose sync is on."""
        if not refs:
            return frozenset()
        async with self._redis.pipeline(transaction=False) as pipe:
            for ref in refs:
                pipe.hexists(sync_key(ref), "wanted")
            answers = await pipe.execute()
        return frozenset(ref.connection_id for ref, is_on in zip(refs, answers, strict=True) if is_on)

    async def request(
        self, ref: ConnectionKey, kind: RunKind, at_ms: int, object_types: tuple[str, ...] = ()
    ) -> Requested:
        """Request a run. Raises: SyncNotEnabledError; RateLimitedError if too many wait."""
        request = Requested(run_id=secrets.token_urlsafe(9), kind=kind, at_ms=at_ms, object_types=object_types)
        args: list[str | bytes | int] = [_request(request.run_id), _ENCODER.encode(request), MOST_REQUESTS]
        noted = await self._request(keys=[sync_key(ref)], args=args)
        if noted == 0:
            raise SyncNotEnabledError
        if noted < 0:
            raise RateLimitedError(f"{MOST_REQUESTS} runs are waiting already. Try again when some have finished.")
        return request

    async def cancel(self, ref: ConnectionKey, run_id: str) -> None:
        """Cancel a waiting or running run. Raises: SyncNotEnabledError; RunNotFoundError, also for an ended run."""
        args = [run_id, _request(run_id), _cancelled(run_id)]
        cancelled = await self._cancel(keys=[sync_key(ref)], args=args)
        if cancelled < 0:
            raise SyncNotEnabledError
        if not cancelled:
            raise RunNotFoundError

    async def list_runs(self, ref: ConnectionKey) -> list[Run]:
        """The last 50 ended runs, newest first."""
        stored = await cast(Any, self._redis.lrange(runs_key(ref), 0, MOST_RUNS - 1))
        return [_RUN.decode(text) for text in stored]

    async def disable(self, ref: ConnectionKey) -> None:
        """Delete the sync; its worker loses the lease. Doing it twice is not an error."""
        await self._redis.unlink(sync_key(ref), lease_key(ref), runs_key(ref))
        await self._redis.zrem(store.SYNCS_DUE, sync_key(ref))

    # --- for workers

    async def acquire(self, ref: ConnectionKey) -> Lease | None:
        """Acquire the lease; None if another worker has it. Raises: SyncNotEnabledError."""
        number = int(await self._acquire(keys=[sync_key(ref), lease_key(ref)], args=[LEASE_MS]))
        if number == 0:
            raise SyncNotEnabledError
        return Lease(ref, number) if number > 0 else None

    async def renew(self, lease: Lease) -> None:
        """Raises: LeaseLostError."""
        if not await self._renew(keys=[lease_key(lease.ref)], args=[str(lease.number), LEASE_MS]):
            raise LeaseLostError

    async def release(self, lease: Lease) -> None:
        await self._renew(keys=[lease_key(lease.ref)], args=[str(lease.number), ""])

    async def save(
        self,
        lease: Lease,
        progress: Progress,
        *,
        requested: str | None = None,
        ended: Run | None = None,
        over: Sequence[str] = (),
    ) -> None:
        """Write the progress and a finished run; remove requests and cancellations of runs that `ended` or are `over`.

        Raises: LeaseLostError; RunNotFoundError: the request `requested` was cancelled, and nothing is written.
        """
        ref = lease.ref
        ids = [*over, *([] if ended is None else [ended.run_id])]
        kept = ended if ended is not None and not ended.is_uneventful else None
        saved = await self._save(
            keys=[sync_key(ref), lease_key(ref), runs_key(ref)],
            args=[
                str(lease.number),
                LEASE_MS,
                _ENCODER.encode(progress),
                b"" if kept is None else _ENCODER.encode(kept),
                MOST_RUNS,
                "" if requested is None else _request(requested),
                *(name for run_id in ids for name in (_request(run_id), _cancelled(run_id))),
            ],
        )
        if not saved:
            raise LeaseLostError
        if saved < 0:
            raise RunNotFoundError

    async def is_cancelled(self, ref: ConnectionKey, run_id: str) -> bool:
        return bool(await cast(Any, self._redis.hexists(sync_key(ref), _cancelled(run_id))))

    async def note_signals(self, ref: ConnectionKey, at_ms: int) -> None:
        """Record that signals of the account were processed, so that polls can be less frequent."""
        await self._note(keys=[sync_key(ref)], args=["signals_at_ms", at_ms])

    async def note_parked(self, ref: ConnectionKey, object_type: str, parked: Sequence[Parked]) -> None:
        """Note records that a signal announced and that cannot be read, beside the progress; the newest are kept.

        Only one job at a time does so for a sync.
        """
        text = await cast(Any, self._redis.hget(sync_key(ref), PARKED))
        noted = _PARKED.decode(text or "{}")
        noted[object_type] = [*noted.get(object_type, []), *parked][-MOST_PARKED:]
        await self._note(keys=[sync_key(ref)], args=[PARKED, _ENCODER.encode(noted)])

    async def plan(self, ref: ConnectionKey, at_ms: int) -> None:
        """Record when the sync is due, so that it is found if its job is lost."""
        await self._redis.zadd(store.SYNCS_DUE, {sync_key(ref): at_ms})

    async def overdue(self, before_ms: int, most: int) -> list[ConnectionKey]:
        """Syncs that were due before this time, at most this many; entries that are invalid or of no sync are removed.

        A job notes when its sync is due after its work; the sync may have been turned off in between.
        """
        found: list[tuple[str, float]] = await self._redis.zrangebyscore(
            store.SYNCS_DUE, "-inf", before_ms, start=0, num=most, withscores=True
        )
        refs = {key: ref for key, _ in found if (ref := parse_ref(key)) is not None}
        enabled = await self.enabled(list(refs.values()))
        late = {key: ref for key, ref in refs.items() if ref.connection_id in enabled}
        others = [text for key, due_ms in found if key not in late for text in (key, f"{due_ms:.17g}")]
        if others:  # a sync that was turned on meanwhile is due later, and stays
            await self._remove(keys=[store.SYNCS_DUE], args=others)
        return list(late.values())


def _request(run_id: str) -> str:
    return f"request:{run_id}"


def _cancelled(run_id: str) -> str:
    """A field for each run: several can be cancelled, and the end of another run changes nothing."""
    return f"cancelled:{run_id}"


def _parse(stored: Mapping[str, str]) -> Sync | None:
    try:
        wanted = msgspec.structs.replace(_WANTED.decode(stored["wanted"]), revision=int(stored.get("revision", "0")))
        requested = [_REQUESTED.decode(text) for name, text in stored.items() if name.startswith(_request(""))]
        return Sync(
            wanted=wanted,
            progress=_PROGRESS.decode(stored.get("progress", "{}")),
            parked=_PARKED.decode(stored.get(PARKED, "{}")),
            cancelled=[name.removeprefix(_cancelled("")) for name in stored if name.startswith(_cancelled(""))],
            requested=sorted(requested, key=lambda request: request.at_ms),
            signals_at_ms=int(stored.get("signals_at_ms", "0")),
        )
    except (msgspec.MsgspecError, ValueError):
        return None
