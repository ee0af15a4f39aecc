"""Process signals: read the records that may have changed and update every mirror of the account.

take signals → purge erased records → read records by type, 100 at a time → store them, or prove that they ended →
remove the processed signals, unless a newer signal arrived.

A read that is older than its signal (HubSpot answers from copies) and an end that nothing proves are looked at again
after 2, 10 and 60 seconds. A worker that dies has removed nothing; another one begins again.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from redis.exceptions import RedisError

from core import metrics
from core.store import as_service_error
from core.together import together
from errors import (
    MirrorFullError,
    MirrorLostError,
    RateLimitedError,
    ReconnectRequiredError,
    ScopeMissingError,
    ServiceError,
    SyncNotEnabledError,
)
from integrations.integration_item import IntegrationItem
from mirror.fence import Fence, StaleWriterError
from mirror.records import StoredItem, updated_at_ms
from oauth.connection import Connection
from services.services import Services
from sync.outgoing import Outgoing
from sync.queue import JobQueue
from sync.runner import SyncRunner
from sync.session import RECORD_UNREADABLE, now_ms
from sync.signal_source import SignalSource
from sync.signal_store import Signal, SignalStore, Taken
from sync.state import Parked, RunKind, Sync, Wanted
from sync.sync_store import SyncRef

# Interval of the search for due accounts; part of every signal's delay.
LOOK_EVERY_S = 0.1
# An account whose job was lost becomes due again after this time.
OFFER_AGAIN_MS = 20_000
JOB_S = 60.0
TAKEN_AT_ONCE = 500
# Shortest time between two batches of one account, so that a steady stream uses fewer, larger calls and never the whole
# rate limit.
PACE_S = 0.3
BATCH = 100
AGAIN_AFTER_S = (2, 10, 60)
FAILED_AGAIN_S = 5.0
# More changed records of a type than this are read faster as a whole.
FLOOD = 50_000
FLOOD_RUNS: tuple[RunKind, ...] = ("poll", "verify")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """One mirror of the account."""

    ref: SyncRef
    connection: Connection
    wanted: Wanted
    epoch: int
    touched: Counter[str] = field(default_factory=Counter)
    """Records that were changed in the mirror, by object type, and not told of yet."""
    unread: dict[str, str] = field(default_factory=dict)
    """Records that could not be read, and the error code."""

    @property
    def names(self) -> Mapping[str, str]:
        """Names of the object types that are kept, by their id."""
        return {type_id: name for name, type_id in self.wanted.types.items()}

    @property
    def fence(self) -> Fence:
        return Fence(self.epoch)


@dataclass(slots=True)
class SignalDrain:
    """Processes the signals of all accounts, one job per account at a time."""

    services: Services
    queue: JobQueue
    runner: SyncRunner
    signals: SignalStore
    source: SignalSource
    outgoing: Outgoing

    async def keep_looking(self) -> None:
        """Start the job of each account that has signals. Cancel it to stop."""
        while True:
            try:
                async for account_id, _ in self.signals.due(now_ms(), visible_after_ms=OFFER_AGAIN_MS):
                    await self.queue.add_job(self.drain_account, f"signals.{account_id}", account_id)
            except RedisError as exc:
                log.debug("signals not looked for", error=type(exc).__name__)
            await asyncio.sleep(LOOK_EVERY_S)

    async def drain_account(self, account_id: str) -> None:
        """The job: process the account's signals until none is due."""
        ends = time.monotonic() + JOB_S
        while (score := await self.signals.due_score(account_id)) is not None:
            try:
                is_done = await self._work(account_id, ends)
            except (ServiceError, RedisError) as exc:
                await self._put_off(account_id, score, exc)
                return
            if is_done and await self.signals.finish(account_id, score):
                return
            if self.services.shutdown.is_set() or time.monotonic() > ends:
                await self.signals.look_again(account_id, score, now_ms())
                return

    async def _put_off(self, account_id: str, score: int, exc: ServiceError | RedisError) -> None:
        error = as_service_error(exc) if isinstance(exc, RedisError) else exc
        wait_s = max(FAILED_AGAIN_S, error.retry_after_s or 0)
        log.warning("signals are worked off later", account_id=account_id, error_code=error.code, wait_s=wait_s)
        await self.signals.look_again(account_id, score, now_ms() + int(wait_s * 1000))

    async def _work(self, account_id: str, ends: float) -> bool:
        """Whether all due signals were processed. Raises: ServiceError, RedisError."""
        targets = [target async for target in self._targets(account_id)]
        if not targets:
            await self.signals.forget(account_id)
            return True
        if await self.signals.count(account_id) > FLOOD:
            counts = await self.signals.count_by_type(account_id)
            if flooded := {type_id for type_id, count in counts.items() if count > FLOOD}:
                await self._read_as_a_whole(account_id, targets, flooded)
        began = time.monotonic()
        while taken := await self.signals.take(account_id, now_ms(), TAKEN_AT_ONCE):
            is_applied = await self._apply(account_id, targets, taken)
            if not is_applied or self.services.shutdown.is_set() or time.monotonic() > ends:
                return False
            if len(taken.records) < TAKEN_AT_ONCE:
                await asyncio.sleep(max(0.0, began + PACE_S - time.monotonic()))
            began = time.monotonic()
        for target in targets:
            await self.runner.store.note_signals(target.ref, now_ms())
        return True

    # --- whose mirrors

    async def _targets(self, account_id: str) -> AsyncIterator[Target]:
        """The mirrors to update. Syncs that are off or belong to another account are removed."""
        for key in await self.signals.syncs_of(account_id):
            try:
                ref = SyncRef.from_key(key)
            except ValueError:
                await self.signals.leave(account_id, key)
                continue
            sync = await self.runner.store.find(ref)
            connection = await self.services.connections.find(ref.owner, ref.provider, ref.connection_id)
            if sync is None or connection is None or connection.account.account_id != account_id:
                await self.signals.leave(account_id, key)
            elif (target := await self._open(ref, connection, sync)) is not None:
                yield target

    async def _open(self, ref: SyncRef, connection: Connection, sync: Sync) -> Target | None:
        """None before the first load, which reads everything later, and while a reconnect is required."""
        key = await self.services.mirror.epochs.find(ref.connection_id)
        if key is None or connection.status != "connected":
            return None
        return Target(ref, connection, sync.wanted, key.epoch)

    # --- floods

    async def _read_as_a_whole(self, account_id: str, targets: Sequence[Target], type_ids: Collection[str]) -> None:
        """Have some types read by a poll and compared for deletions, then drop their signals.

        Where too many runs wait already, nothing is dropped: the records are read by id.
        """
        log.info("too many signals, reading everything that was modified", account_id=account_id, type_ids=type_ids)
        try:
            for target in targets:
                names = tuple(name for name, type_id in target.wanted.types.items() if type_id in type_ids)
                for kind in FLOOD_RUNS if names else ():
                    with suppress(SyncNotEnabledError):
                        await self.runner.store.request(target.ref, kind, now_ms(), names)
                await self.runner.schedule(target.ref)
        except RateLimitedError:
            return
        await self.signals.drop(account_id, type_ids)

    # --- one batch

    async def _apply(self, account_id: str, targets: Sequence[Target], taken: Taken) -> bool:
        """Whether the signals were processed; if not, or if it raises ServiceError or RedisError, none is removed."""
        erased = {signal.member for signal in taken.gone}
        records = [signal for signal in taken.records if signal.member not in erased]
        batches = [batch for group in _by_type(records).values() for batch in _chunks(group)]
        for target in targets:
            for type_id, group in _by_type(taken.gone).items():
                await self._erase(target, type_id, group)
        unsure = await together(self._read(target, batch) for target in targets for batch in batches)
        again = {signal.member for signals in unsure for signal in signals}
        for target in targets:
            await self._announce(target)
        if await self._have_changed(account_id, targets):
            return False
        await self.signals.settle_gone(account_id, taken.gone)
        given_up = await self._settle(account_id, records, again)
        for target in targets:
            await self._park(target, given_up)
        return True

    async def _have_changed(self, account_id: str, targets: Sequence[Target]) -> bool:
        """Whether a mirror began, or its owner changed what is kept, since the signals were read for these targets."""
        known = [(target.ref, target.wanted, target.epoch) for target in targets]
        present = [target async for target in self._targets(account_id)]
        return any((target.ref, target.wanted, target.epoch) not in known for target in present)

    async def _park(self, target: Target, given_up: Iterable[Signal]) -> None:
        """Show the records that cannot be read in the state."""
        at_ms = now_ms()
        for type_id, signals in _by_type(signal for signal in given_up if signal.member in target.unread).items():
            parked = [Parked(signal.record_id, target.unread[signal.member], at_ms) for signal in signals]
            await self.runner.store.note_parked(target.ref, target.names[type_id], parked)
        target.unread.clear()

    async def _announce(self, target: Target) -> None:
        counts = {name: count for name, count in target.touched.items() if count}
        target.touched.clear()
        await self.outgoing.emit_changes(target.connection, self.services.mirror, counts)

    async def _settle(self, account_id: str, records: Sequence[Signal], again: set[str]) -> list[Signal]:
        """Remove what was read, and put off what is to be read again; the records that are given up."""
        at_ms = now_ms()
        put_off = [
            (signal, at_ms + AGAIN_AFTER_S[signal.attempt] * 1000)
            for signal in records
            if signal.member in again and signal.attempt < len(AGAIN_AFTER_S)
        ]
        later = {signal.member for signal, _ in put_off}
        done = [signal for signal in records if signal.member not in later]
        await self.signals.postpone(account_id, put_off)
        await self.signals.settle(account_id, done)
        given_up = [signal for signal in done if signal.member in again]
        metrics.signals_worked_off("put_off", len(put_off))
        metrics.signals_worked_off("given_up", len(given_up))
        metrics.signals_worked_off("done", len(done) - len(given_up))
        for signal in done:
            metrics.signal_took((at_ms - signal.at_ms) / 1000)
        return given_up

    async def _erase(self, target: Target, type_id: str, signals: Sequence[Signal]) -> None:
        name = target.names.get(type_id)
        if name is None:
            return
        ids, at_ms = [signal.record_id for signal in signals], max(signal.at_ms for signal in signals)
        deletions = await self.source.erased(target.connection, target.wanted, name, ids, at_ms)
        try:
            deleted = await self.services.mirror.writer.delete(
                target.ref.connection_id, type_id, deletions, fence=target.fence
            )
        except (StaleWriterError, MirrorLostError, SyncNotEnabledError):
            return  # the next load leaves them out
        target.touched[name] += deleted.deleted

    async def _read(self, target: Target, batch: Sequence[Signal]) -> list[Signal]:
        """Read one batch of one type into one mirror; the signals that are to be looked at again.

        What ends this mirror's reading is the business of its own runs, which begin again by themselves.
        """
        name = target.names.get(batch[0].type_id)
        if name is None:
            return []
        try:
            return await self._read_into(target, name, batch)
        except (ReconnectRequiredError, ScopeMissingError, MirrorFullError):
            return []
        except (StaleWriterError, MirrorLostError, SyncNotEnabledError):
            return []
        except ServiceError as exc:
            if exc.retryable:
                raise
            if len(batch) > 1:
                return await self._read_alone(target, batch)
            log.warning(
                "changed records could not be read", error_code=exc.code, object_type=name, **target.ref.identity
            )
            return _note_unread(target, list(batch), exc.code)

    async def _read_alone(self, target: Target, batch: Sequence[Signal]) -> list[Signal]:
        """Of a batch that was refused, read those alone that are not looked at again: one of them may be the reason."""
        last = [signal for signal in batch if signal.attempt >= len(AGAIN_AFTER_S)]
        unsure = [await self._read(target, [signal]) for signal in last]
        return [signal for signal in batch if signal not in last] + [signal for signals in unsure for signal in signals]

    async def _read_into(self, target: Target, name: str, batch: Sequence[Signal]) -> list[Signal]:
        by_id = {signal.record_id: signal for signal in batch}
        stored = await self._stored(target, batch)
        kept = {record_id: entry.item() for record_id, entry in stored.items()}
        read = await self.source.reread(target.connection, target.wanted, name, list(by_id), kept)
        type_id, connection_id, writer = batch[0].type_id, target.ref.connection_id, self.services.mirror.writer
        if read.items:
            # The associations that were kept are as old as the stored record: a run that reads them replaces them.
            applied = await writer.apply(
                connection_id,
                type_id,
                read.items,
                sent_at_ms=read.sent_at_ms,
                sent_before={record_id: entry.sent_at_ms for record_id, entry in stored.items()},
                fence=target.fence,
            )
            target.touched[name] += applied.added + applied.changed
        unsure = [by_id[item.record_id] for item in read.items if _is_older(item, by_id[item.record_id])]
        unsure += _note_unread(target, [by_id[id_] for id_ in read.unreadable])
        if read.missing:
            unsure += await self._end(target, name, [by_id[id_] for id_ in read.missing])
        return unsure

    async def _stored(self, target: Target, batch: Sequence[Signal]) -> dict[str, StoredItem]:
        """The stored records whose associations did not change."""
        ids = [signal.record_id for signal in batch if signal.linked_at_ms is None]
        if not ids or not target.wanted.associations:
            return {}
        return await self.services.mirror.reader.read(target.ref.connection_id, batch[0].type_id, ids)

    async def _end(self, target: Target, name: str, missing: Sequence[Signal]) -> list[Signal]:
        """Delete what is proven to have ended. A record that nothing is known of is gone after the last look only."""
        by_id = {signal.record_id: signal for signal in missing}
        found = await self.source.find(target.connection, target.wanted, name, list(by_id))
        type_id, connection_id, writer = missing[0].type_id, target.ref.connection_id, self.services.mirror.writer
        if found.items:
            applied = await writer.apply(connection_id, type_id, found.items, sent_at_ms=now_ms(), fence=target.fence)
            target.touched[name] += applied.added + applied.changed
        unsure = _note_unread(target, [by_id[id_] for id_ in found.unreadable if id_ in by_id])
        proven = []
        for deletion in found.deletions:
            signal = by_id[deletion.record_id]
            if deletion.reason == "gone" and signal.attempt < len(AGAIN_AFTER_S):
                unsure.append(signal)
            else:
                proven.append(deletion)
        if proven:
            target.touched[name] += (await writer.delete(connection_id, type_id, proven, fence=target.fence)).deleted
        return unsure


def _note_unread(target: Target, signals: list[Signal], code: str = RECORD_UNREADABLE) -> list[Signal]:
    """Note the records for the state; the same signals."""
    target.unread.update((signal.member, code) for signal in signals)
    return signals


def _is_older(item: IntegrationItem, signal: Signal) -> bool:
    """Whether the read is older than the signal. A new association does not change the modification time."""
    return signal.linked_at_ms != signal.at_ms and updated_at_ms(item) < signal.at_ms


def _by_type(signals: Iterable[Signal]) -> dict[str, list[Signal]]:
    groups: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        groups[signal.type_id].append(signal)
    return groups


def _chunks(signals: Sequence[Signal]) -> list[Sequence[Signal]]:
    return [signals[start : start + BATCH] for start in range(0, len(signals), BATCH)]
