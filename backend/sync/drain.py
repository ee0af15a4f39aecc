"""Process signals: read the records that may have changed and update every mirror of the account.

take signals → purge erased records → read records by type, 100 at a time, into each mirror (`signal_reader.py`) →
remove the processed signals, unless a newer signal arrived.

Records whose state is unsure are looked at again after 2, 10 and 60 seconds. A worker that dies has removed nothing;
another one begins again.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from docket.dependencies import Perpetual
from redis.exceptions import RedisError

from core import metrics
from core.batches import batches
from core.store import as_service_error
from errors import CredentialIntegrityError, KeyUnknownError, RateLimitedError, ServiceError, SyncNotEnabledError
from oauth.connection import Connection
from services.services import Services
from sync.outgoing import Outgoing
from sync.queue import JobQueue
from sync.runner import SyncRunner
from sync.session import now_ms
from sync.signal_reader import SignalReader, Target
from sync.signal_store import AGAIN_AFTER_S, Signal, SignalStore, Taken
from sync.state import Parked, RunKind, Sync
from sync.sync_store import parse_ref

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
# The pause after a failure: what the vendor asks for, but a record erased for privacy does not wait for hours.
FAILED_AGAIN_S, LONGEST_PAUSE_S = 5.0, 60.0
# More changed records of a type than this are read faster as a whole.
FLOOD = 50_000
FLOOD_RUNS: tuple[RunKind, ...] = ("poll", "verify")

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class SignalDrain:
    """Processes the signals of all accounts, one job per account at a time."""

    services: Services
    queue: JobQueue
    runner: SyncRunner
    signals: SignalStore
    reader: SignalReader
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

    async def drain_account(
        self,
        account_id: str,
        perpetual: Perpetual = Perpetual(every=timedelta(milliseconds=OFFER_AGAIN_MS)),  # noqa: B008
    ) -> None:
        """The job: process the account's signals until none is due. While a later one is planned, none begins."""
        try:
            wait_s = await self._drain(account_id)
        except (ServiceError, RedisError) as exc:
            error = as_service_error(exc)
            wait_s = min(max(FAILED_AGAIN_S, error.retry_after_s or 0), LONGEST_PAUSE_S)
            log.warning("signals are processed later", account_id=account_id, error_code=error.code, wait_s=wait_s)
        if wait_s is None:
            perpetual.cancel()
        else:
            perpetual.after(timedelta(seconds=wait_s))

    async def _drain(self, account_id: str) -> float | None:
        """Seconds until another job continues; None if all were processed. Raises: as `_work`."""
        ends = time.monotonic() + JOB_S
        while (score := await self.signals.hold(account_id, now_ms() + OFFER_AGAIN_MS)) is not None:
            if await self._work(account_id, ends) and await self.signals.finish(account_id, score):
                break
            if self.services.shutdown.is_set() or time.monotonic() > ends:
                return 0.0
        return None

    async def _work(self, account_id: str, ends: float) -> bool:
        """Whether all due signals were processed. Raises: ServiceError, RedisError."""
        targets = await self._targets(account_id)
        if not targets:
            await self.signals.forget(account_id)
            return True
        readable = [target for target in targets if target.is_readable]
        if not readable:
            return await self._purge(account_id, targets)
        if await self.signals.count(account_id) > FLOOD:
            counts = await self.signals.count_by_type(account_id)
            if flooded := {type_id for type_id, count in counts.items() if count > FLOOD}:
                await self._read_as_a_whole(account_id, readable, flooded)
        began = time.monotonic()
        while taken := await self.signals.take(account_id, now_ms(), TAKEN_AT_ONCE):
            if not await self._apply(account_id, targets, taken):
                return False
            for target in readable:  # also while signals never end
                await self.runner.store.note_signals(target.connection.key, now_ms())
            if self.services.shutdown.is_set() or time.monotonic() > ends:
                return False
            if len(taken.records) < TAKEN_AT_ONCE:
                await asyncio.sleep(max(0.0, began + PACE_S - time.monotonic()))
            began = time.monotonic()
        return True

    async def _purge(self, account_id: str, targets: Sequence[Target]) -> bool:
        """Delete erased records where no record can be read now; the other signals wait. As `_work`."""
        while (taken := await self.signals.take(account_id, now_ms(), TAKEN_AT_ONCE)).gone:
            if not await self._apply(account_id, targets, replace(taken, records=())):
                return False
        return True

    # --- whose mirrors

    async def _targets(self, account_id: str) -> list[Target]:
        """The mirrors to update. Syncs that are off or belong to another account are removed."""
        targets = []
        for key in await self.signals.syncs_of(account_id):
            found = await self._find(key)
            if found is None or found[0].account.account_id != account_id:
                await self.signals.leave(account_id, key)
            elif (target := await self._open(*found)) is not None:
                targets.append(target)
        return targets

    async def _find(self, key: str) -> tuple[Connection, Sync] | None:
        """The connection of a sync and its state; None if one of them no longer exists."""
        if (ref := parse_ref(key)) is None:
            return None
        sync, connections = await self.runner.store.find(ref), self.services.connections
        try:
            connection = await connections.find(ref.owner, ref.provider, ref.connection_id)
        except (CredentialIntegrityError, KeyUnknownError):  # then as one that must be reconnected: it stops no other
            connection = await connections.find_to_end(ref.owner, ref.provider, ref.connection_id)
        return None if sync is None or connection is None else (connection, sync)

    async def _open(self, connection: Connection, sync: Sync) -> Target | None:
        """None before the first load, and after the records' key was manipulated: a load reads everything later."""
        try:
            key = await self.services.mirror.epochs.find(connection.connection_id)
        except CredentialIntegrityError:
            return None
        return None if key is None else Target(connection, sync.wanted, key.epoch)

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
                        await self.runner.store.request(target.connection.key, kind, now_ms(), names)
                await self.runner.schedule(target.connection.key)
        except RateLimitedError:
            return
        await self.signals.drop(account_id, type_ids)

    # --- one batch

    async def _apply(self, account_id: str, targets: Sequence[Target], taken: Taken) -> bool:
        """Whether the signals were processed; if not, or if it raises ServiceError or RedisError, none is removed."""
        erased = {signal.member for signal in taken.gone}
        records = [signal for signal in taken.records if signal.member not in erased]
        groups = [group for signals in _by_type(records).values() for group in batches(signals, BATCH)]
        for target in targets:
            for type_id, group in _by_type(taken.gone).items():
                await self.reader.erase(target, type_id, group)
        readable = [target for target in targets if target.is_readable]
        again = {signal.member for signal in await self.reader.read_all(readable, groups)}
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
        """Whether a mirror began, or its owner changed what is kept or reconnected, since the targets were read."""
        known = [target.identity for target in targets]
        return any(target.identity not in known for target in await self._targets(account_id))

    async def _park(self, target: Target, given_up: Iterable[Signal]) -> None:
        """Show the records that cannot be read in the state."""
        at_ms = now_ms()
        for type_id, signals in _by_type(signal for signal in given_up if signal.member in target.unread).items():
            parked = [Parked(signal.record_id, target.unread[signal.member], at_ms) for signal in signals]
            await self.runner.store.note_parked(target.connection.key, target.names[type_id], parked)
        target.unread.clear()

    async def _announce(self, target: Target) -> None:
        changed = +target.touched
        target.touched.clear()
        if changed:
            mirror = self.services.mirror
            await self.outgoing.emit(target.connection, "changes.available", counts=changed, mirror=mirror)

    async def _settle(self, account_id: str, records: Sequence[Signal], again: set[str]) -> list[Signal]:
        """Remove what was read, and put off what is to be read again; the records that are given up."""
        at_ms = now_ms()
        put_off = [
            (signal, at_ms + AGAIN_AFTER_S[signal.attempt] * 1000)
            for signal in records
            if signal.member in again and not signal.is_last_look
        ]
        later = {signal.member for signal, _ in put_off}
        done = [signal for signal in records if signal.member not in later]
        await self.signals.postpone(account_id, put_off)
        await self.signals.settle(account_id, done)
        given_up = [signal for signal in done if signal.member in again]
        metrics.signals_processed("put_off", len(put_off))
        metrics.signals_processed("given_up", len(given_up))
        metrics.signals_processed("done", len(done) - len(given_up))
        for signal in done:
            metrics.signal_seconds.observe(max(0, at_ms - signal.at_ms) / 1000)
        return given_up


def _by_type(signals: Iterable[Signal]) -> dict[str, list[Signal]]:
    groups: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        groups[signal.type_id].append(signal)
    return groups
