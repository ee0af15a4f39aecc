"""The job of one connection: under its lease, do all due steps and schedule the next run of the job.

lease → state → connection → mirror → steps, each a run or a part of one → release the lease. A failure ends the run, is
shown in the state, and is retried later; it never deletes anything.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from docket.dependencies import Perpetual
from redis.exceptions import RedisError

from core.together import task_group
from errors import (
    CredentialIntegrityError,
    KeyUnknownError,
    MirrorLostError,
    ReconnectRequiredError,
    RunNotFoundError,
    ShuttingDownError,
    SyncNotEnabledError,
)
from mirror.fence import StaleWriterError
from oauth.connection import ConnectionKey, Owner
from services.services import Services
from sync.counts import run_counts
from sync.loads import run_load
from sync.outgoing import EventType, Outgoing
from sync.polls import run_poll
from sync.queue import JobQueue
from sync.run_failures import end_cancelled, end_failed
from sync.schedule import MS, Step, next_step, reconcile, revive, suspend
from sync.session import RunCancelledError, Session, StepEndedError, now_ms
from sync.signal_store import SignalStore
from sync.source import Source
from sync.state import Fault
from sync.sync_store import LEASE_MS, Lease, LeaseLostError, SyncStore
from sync.verification import run_verify

RENEW_EVERY_S = LEASE_MS / MS / 4
# Retry while another worker has the lease; that worker may have died.
HELD_RETRY_S = 2.0
# A job ends after this time, so that others get their turn.
JOB_S = 120.0
# Interval of checks while a reconnect is required, or while the connection cannot be opened.
DISCONNECTED_RETRY_S = 60.0
# Pause before a lost mirror is loaded again, because it may be lost again.
LOST_RETRY_MS = 2_000
# Delay for another worker if this one stops.
STOPPING_RETRY_S = 1.0
# If nothing is due.
IDLE_S = 300.0
# After a failure that is not recorded in the state.
FAILED_RETRY = timedelta(seconds=30)
# A sync overdue by this much has lost its job.
OVERDUE_S = 60.0
SWEEP_EVERY_S = 30.0
MOST_SWEPT = 1_000

RUNS = {"load": run_load, "poll": run_poll, "verify": run_verify, "counts": run_counts}

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class SyncRunner:
    """Runs the syncs of all connections, one job per connection at a time. `sources` are by provider."""

    services: Services
    queue: JobQueue
    store: SyncStore
    signals: SignalStore
    sources: Mapping[str, Source]
    outgoing: Outgoing

    async def sync_connection(
        self,
        org_id: str,
        user_id: str,
        provider: str,
        connection_id: str,
        perpetual: Perpetual = Perpetual(every=FAILED_RETRY),  # noqa: B008 (how pydocket declares it)
    ) -> None:
        """The job. It is repeated until sync is off."""
        ref = ConnectionKey(Owner(org_id, user_id), provider, connection_id)
        try:
            wait_s = await self._work(ref)
        except SyncNotEnabledError:
            await self.services.mirror.epochs.drop(connection_id)  # also where turning it off was interrupted
            perpetual.cancel()
            return
        except (CredentialIntegrityError, KeyUnknownError) as exc:
            log.warning("a sync waits, its connection cannot be opened", error_code=exc.code, **ref.identity)
            wait_s = DISCONNECTED_RETRY_S
        await self.store.plan(ref, now_ms() + int(wait_s * MS))
        perpetual.at(datetime.now(UTC) + timedelta(seconds=wait_s))

    async def schedule(self, ref: ConnectionKey) -> None:
        """Schedule the job for now. Raises: RedisError."""
        await self.store.plan(ref, now_ms())
        await self.queue.move_job(self.sync_connection, *job_of(ref))

    async def keep_sweeping(self) -> None:
        """Find and restart syncs whose job was lost. Cancel it to stop."""
        while True:
            try:
                for ref in await self.store.overdue(now_ms() - int(OVERDUE_S * MS), MOST_SWEPT):
                    await self.queue.add_job(self.sync_connection, *job_of(ref))
            except RedisError as exc:
                log.debug("syncs not looked through", error=type(exc).__name__)
            await asyncio.sleep(SWEEP_EVERY_S)

    async def _work(self, ref: ConnectionKey) -> float:
        """Do the due steps; return the seconds until the next one. Raises: SyncNotEnabledError if sync is off."""
        lease = await self.store.acquire(ref)
        if lease is None:
            return HELD_RETRY_S
        try:
            async with self._renewing(lease):
                return await self._work_under(lease)
        except LeaseLostError:
            await self.store.get(ref)
            return HELD_RETRY_S
        finally:
            await self.store.release(lease)

    async def _work_under(self, lease: Lease) -> float:
        ends = time.monotonic() + JOB_S
        while not self.services.shutdown.is_set() and time.monotonic() < ends:
            session = await self._open(lease)
            reconcile(session.sync)
            if session.connection.status != "connected":
                is_news = session.progress.fault is None or session.progress.fault.code != ReconnectRequiredError.code
                if is_news:  # first: a worker that dies here leaves it news
                    await self.outgoing.emit(session.connection, "connection.reconnect_required")
                suspend(session.progress, Fault.from_error(ReconnectRequiredError(), session.clock()))
                await session.save()
                return DISCONNECTED_RETRY_S
            revive(session.progress, session.clock(), scopes=session.connection.granted_scopes)
            step = next_step(session.sync, session.clock())
            if step is None or step.due_ms > session.clock():
                return IDLE_S if step is None else min(IDLE_S, max(0.0, (step.due_ms - session.clock()) / MS))
            await self._run(session, step)
            await self._announce(session)
        return STOPPING_RETRY_S if self.services.shutdown.is_set() else 0.0

    async def _open(self, lease: Lease) -> Session:
        """The present state and connection. Raises: SyncNotEnabledError if one of them no longer exists."""
        ref = lease.ref
        sync = await self.store.get(ref)
        connection = await self.services.connections.find(ref.owner, ref.provider, ref.connection_id)
        if connection is None:
            await self.store.disable(ref)
            raise SyncNotEnabledError
        return Session(
            mirror=self.services.mirror,
            store=self.store,
            signals=self.signals,
            source=self.sources[lease.ref.provider],
            lease=lease,
            connection=connection,
            sync=sync,
            stopping=self.services.shutdown.is_set,
        )

    async def _run(self, session: Session, step: Step) -> None:
        """Run one step and record its result. Raises: LeaseLostError, SyncNotEnabledError."""
        try:
            await session.begin(step)
        except RunNotFoundError:  # cancelled after it was read
            return None
        try:
            if not await session.open_mirror() and step.kind != "load":
                return await session.end("incomplete")
            outcome = await RUNS[step.kind](session, session.run.object_types)
        except (StepEndedError, ShuttingDownError):
            await session.save()
        except RunCancelledError:
            await end_cancelled(session)
        except LeaseLostError:  # replaced, or turned off in the meantime
            raise
        except (StaleWriterError, SyncNotEnabledError) as exc:  # the same, as the mirror reports it
            raise LeaseLostError from exc
        except MirrorLostError as exc:
            log.warning("the mirror was lost and is loaded again", **session.lease.ref.identity)
            await session.begin_epoch()
            session.progress.retry_at_ms = session.clock() + LOST_RETRY_MS
            await session.end("failed", Fault.from_error(exc, session.clock()))
        except Exception as exc:  # noqa: BLE001 (shown in the state)
            await end_failed(session, exc)
        else:
            session.progress.failures, session.progress.retry_at_ms, session.progress.fault = 0, 0, None
            await session.end(outcome)

    async def _announce(self, session: Session) -> None:
        """Notify the host application of a step's changes and results."""
        run = session.run
        if changed := +session.touched:
            await self.outgoing.emit(session.connection, "changes.available", counts=changed, mirror=session.mirror)
        if session.loaded:
            await self.outgoing.emit(session.connection, "sync.loaded", object_types=session.loaded)
        if run.outcome == "complete" and run.kind == "verify":
            has_differed = bool(run.added or run.changed or run.deleted)
            result: EventType = "sync.differed" if has_differed else "sync.verified"
            if has_differed or session.has_proven:  # a window of a large type proves nothing about the others
                await self.outgoing.emit(session.connection, result, object_types=list(run.object_types))

    @asynccontextmanager
    async def _renewing(self, lease: Lease) -> AsyncIterator[None]:
        """Renew the lease while the body runs; if it is lost, cancel the body. Raises: LeaseLostError."""
        async with task_group() as group:
            group.start_soon(self._keep_renewing, lease)
            yield
            group.cancel_scope.cancel()

    async def _keep_renewing(self, lease: Lease) -> None:
        """Raises: LeaseLostError."""
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                await self.store.renew(lease)
            except RedisError as exc:
                log.warning("the lease of a sync could not be renewed", error=type(exc).__name__)


def job_of(ref: ConnectionKey) -> tuple[str, str, str, str, str]:
    """Key and arguments of a connection's job."""
    return f"sync.{ref.connection_id}", ref.owner.org_id, ref.owner.user_id, ref.provider, ref.connection_id
