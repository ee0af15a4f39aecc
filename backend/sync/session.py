"""The common part of all runs: a worker's access to the mirror and state of one connection, under its lease."""

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from core import metrics
from errors import CredentialIntegrityError, MirrorLostError
from integrations.integration_item import IntegrationItem
from mirror.fence import Fence
from mirror.mirror import Mirror
from mirror.records import Applied, Deletion, Version
from mirror.writer import BATCH
from oauth.connection import Connection, ConnectionKey
from sync.schedule import MS, Step
from sync.signal_store import PROVIDER, SignalStore
from sync.source import Source
from sync.state import Fault, Outcome, Progress, Run, Sync, TypeState, Wanted
from sync.sync_store import Lease, SyncStore, sync_key

LEASE_NAME = "sync"
# A step stops at its next checkpoint after this time, so that a poll can run during a load.
STEP_LIMIT_S = 45.0
# A vendor's search, which loads and polls use, may still find records that were deleted this long before. Shorter than
# the overlap of polls, so that a later one brings back a record that was restored, or that the vendor did not know yet.
LAG_MS = 600_000

log = structlog.get_logger(__name__)


class RunCancelledError(Exception):
    """The run was cancelled."""


class StepEndedError(Exception):
    """The step ends before its run does: its time is over, or the service stops. A later step continues."""


def now_ms() -> int:
    return int(time.time() * 1000)


@dataclass(slots=True, kw_only=True)
class Session:
    """Everything a step needs.

    Args:
        sync: the state; `progress` is updated here.
        clock: milliseconds since 1970.
        touched: records that this step changed in the mirror, by object type.
        missed: those of them that no signal had announced, where signals arrive.
        has_proven: whether this step has completed the verification of a type.
        loaded: the object types whose load this step has ended.
    """

    mirror: Mirror
    store: SyncStore
    signals: SignalStore
    source: Source
    lease: Lease
    connection: Connection
    sync: Sync
    stopping: Callable[[], bool]
    clock: Callable[[], int] = now_ms
    epoch: int = 0
    touched: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    has_proven: bool = False
    loaded: list[str] = field(default_factory=list)
    run: Run = field(init=False)
    _began_s: float = field(init=False, default=0.0)

    @property
    def wanted(self) -> Wanted:
        return self.sync.wanted

    @property
    def progress(self) -> Progress:
        return self.sync.progress

    def state(self, object_type: str) -> TypeState:
        return self.progress.types[object_type]

    def began_at_vendor(self) -> datetime:
        """When this step began, by the vendor's clock. Ask when the vendor has answered, which sets the clock."""
        passed_ms = int((time.monotonic() - self._began_s) * MS)
        return utc_time(self.source.now_ms() - passed_ms)

    # --- runs

    async def begin(self, step: Step) -> None:
        """Record the start of a run, or resume an interrupted run of its kind.

        Raises: LeaseLostError; RunNotFoundError: the step's request was cancelled.
        """
        self._began_s = time.monotonic()
        self.run = self.progress.running.get(step.kind) or Run(
            run_id=step.request_id or secrets.token_urlsafe(9),
            kind=step.kind,
            object_types=step.object_types,
            began_ms=self.clock(),
            requested=step.request_id is not None,
        )
        self.progress.running[step.kind] = self.run
        running = {run.run_id for run in self.progress.running.values()}
        # Runs that new settings have ended, and requests whose types were all left out.
        over = [run_id for run_id in self.sync.cancelled if run_id not in running]
        over += [request.run_id for request in self.sync.requested if request.is_void(self.wanted)]
        await self.store.save(self.lease, self.progress, requested=step.request_id, over=over)

    async def end(self, outcome: Outcome, fault: Fault | None = None) -> None:
        """Record how the run ended. Raises: LeaseLostError."""
        run = self.run
        run.outcome, run.fault, run.ended_ms = outcome, fault, self.clock()
        self.progress.last_run = run
        self.progress.running.pop(run.kind, None)
        await self.store.save(self.lease, self.progress, ended=run)
        report(self.lease.ref, run)

    async def save(self) -> None:
        """Raises: LeaseLostError."""
        await self.store.save(self.lease, self.progress)

    async def checkpoint(self) -> None:
        """Save the position. Raises: as `check`, and StepEndedError when the step's time is over."""
        await self.save()
        await self.check()
        if time.monotonic() >= self._began_s + STEP_LIMIT_S:
            raise StepEndedError

    async def check(self) -> None:
        """Raises: RunCancelledError; StepEndedError if the service stops."""
        if await self.store.is_cancelled(self.lease.ref, self.run.run_id):
            raise RunCancelledError
        if self.stopping():
            raise StepEndedError

    # --- the mirror

    async def open_mirror(self) -> bool:
        """Open the mirror, or begin an empty one and return False: then everything must be loaded.

        Raises:
            LeaseLostError: sync was turned off; the new mirror is dropped again.
            MirrorLostError: its Redis has lost its data, or its key was manipulated, so that no record can be opened.
        """
        try:
            key = await self.mirror.epochs.find(self.connection.connection_id)
        except CredentialIntegrityError as exc:
            raise MirrorLostError from exc
        # The second also after a worker has died before it had saved that it began one.
        if key is None or key.epoch != (self.progress.epoch or key.epoch):
            await self.begin_epoch()
            return False
        self.epoch = self.progress.epoch = key.epoch
        await self.stored_versions(self.run.object_types[0], after=None, until=None, limit=1)
        return True

    async def begin_epoch(self) -> None:
        """Begin an empty mirror and load everything into it. Raises: as `open_mirror`."""
        connection_id = self.connection.connection_id
        self.epoch = self.progress.epoch = await self.mirror.epochs.begin(connection_id)
        self.progress.load = None
        self.progress.types = {name: TypeState() for name in self.wanted.types}
        try:
            await self.save()
        except Exception:
            await self.mirror.epochs.drop(connection_id)
            raise

    @property
    def fence(self) -> Fence:
        return Fence(self.epoch, LEASE_NAME, self.lease.number)

    async def apply(self, items: Sequence[IntegrationItem], sent_at_ms: int, *, lag_ms: int = 0) -> Applied:
        """Store items, which may be `lag_ms` older than their request, and count them in the run.

        Raises: StaleWriterError, MirrorFullError, MirrorLostError, RedisError.
        """
        applied = Applied()
        for name, group in by_object_type(items).items():
            stored = await self.mirror.writer.apply(
                self.connection.connection_id,
                self.wanted.types[name],
                group,
                sent_at_ms=sent_at_ms,
                fence=self.fence,
                lag_ms=lag_ms,
            )
            if stored.renamed:  # all records of the type have other item ids
                self.state(name).verify_at_ms = 0
            self.touched[name] += stored.added + stored.changed
            applied += stored
        self.run.added += applied.added
        self.run.changed += applied.changed
        return applied

    async def apply_found(self, items: Sequence[IntegrationItem], sent_at_ms: int, *, lag_ms: int = 0) -> int:
        """Store items that were read without a signal, and return how many differed. Raises: as `apply`."""
        differed = 0
        for name, group in by_object_type(items).items():
            waiting = await self._waiting(name, [item.record_id for item in group])
            for is_announced in (True, False):
                part = [item for item in group if (item.record_id in waiting) == is_announced]
                applied = await self.apply(part, sent_at_ms, lag_ms=lag_ms)
                differed += applied.added + applied.changed
                if not is_announced:
                    self._note_missed(name, applied.added + applied.changed)
        return differed

    async def delete(self, object_type: str, deletions: Sequence[Deletion]) -> int:
        """Write tombstones and count them in the run; return the number of deleted records. Raises: as `apply`."""
        if not deletions:
            return 0
        type_id = self.wanted.types[object_type]
        deleted = await self.mirror.writer.delete(self.connection.connection_id, type_id, deletions, fence=self.fence)
        self.touched[object_type] += deleted
        self.run.deleted += deleted
        return deleted

    async def delete_found(self, object_type: str, deletions: Sequence[Deletion]) -> None:
        """Write tombstones of records whose end was found without a signal. Raises: as `apply`."""
        waiting = await self._waiting(object_type, [deletion.record_id for deletion in deletions])
        await self.delete(object_type, [deletion for deletion in deletions if deletion.record_id in waiting])
        missed = [deletion for deletion in deletions if deletion.record_id not in waiting]
        self._note_missed(object_type, await self.delete(object_type, missed))

    async def join_signals(self) -> None:
        """Receive the account's signals; again, because turning sync on may have been interrupted before."""
        if self.lease.ref.provider == PROVIDER:
            await self.signals.join(self.connection.account.account_id, sync_key(self.lease.ref))

    async def _waiting(self, object_type: str, record_ids: Sequence[str]) -> set[str]:
        """The records whose signals wait: these are not missed, only not processed yet."""
        if not self.sync.signals_at_ms:
            return set()
        account_id = self.connection.account.account_id
        return await self.signals.waiting(account_id, self.wanted.types[object_type], record_ids)

    def _note_missed(self, object_type: str, count: int) -> None:
        if self.sync.signals_at_ms:
            self.state(object_type).missed_signals += count
            self.missed += count

    async def expire_tombstones(self) -> None:
        """Forget deletions older than TOMBSTONE_DAYS: a few go with each new deletion, the rest here."""
        while await self.mirror.writer.expire_tombstones(self.connection.connection_id, self.epoch) == BATCH:
            pass

    async def stored_versions(
        self, object_type: str, *, after: str | None, until: str | None, limit: int
    ) -> list[Version]:
        """Raises: MirrorLostError, SyncNotEnabledError."""
        type_id = self.wanted.types[object_type]
        return await self.mirror.reader.versions(
            self.connection.connection_id, type_id, after=after, until=until, limit=limit
        )

    async def count_stored(self, object_type: str) -> int:
        """Raises: SyncNotEnabledError."""
        return await self.mirror.reader.count(self.connection.connection_id, self.wanted.types[object_type])


def by_object_type(items: Sequence[IntegrationItem]) -> dict[str, list[IntegrationItem]]:
    """Group items by object type, because a vendor's page may have several."""
    groups: dict[str, list[IntegrationItem]] = defaultdict(list)
    for item in items:
        groups[item.object_type].append(item)
    return groups


def report(ref: ConnectionKey, run: Run) -> None:
    """Log and count a run that ended."""
    duration_s = (run.ended_ms - run.began_ms) / MS
    metrics.sync_run_ended(provider=ref.provider, kind=run.kind, outcome=run.outcome or "failed", seconds=duration_s)
    log.info(
        "sync run ended",
        **ref.identity,
        kind=run.kind,
        outcome=run.outcome,
        added=run.added,
        changed=run.changed,
        deleted=run.deleted,
        requests=run.requests,
        duration_s=round(duration_s, 3),
        error_code=run.fault.code if run.fault else None,
    )


def utc_time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / MS, UTC)
