"""The state of a sync in the API."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, Field
from redis.exceptions import RedisError

from core.rate import Usage
from errors import MirrorLostError, SyncNotEnabledError
from oauth.connection import Connection
from sync.schedule import next_step, types_in
from sync.session import now_ms
from sync.signal_store import PROVIDER
from sync.state import Fault, Requested, Run, RunKind, Sync, TypePhase, TypeState
from sync.syncs import Syncs

Time = Annotated[datetime | None, Field(description="ISO 8601, UTC.")]
# In order of urgency, the most urgent first.
PHASES: tuple[TypePhase, ...] = ("reconnect_required", "mirror_full", "paused", "loading", "verifying", "live")


class FaultView(BaseModel):
    """Why the sync is stopped, and what to do about it; the members are those of a problem document."""

    code: str
    detail: str
    action: str
    at: datetime
    missing_scopes: list[str]


class LoadProgress(BaseModel):
    loaded: Annotated[int, Field(description="Records loaded so far.")]
    total: Annotated[int | None, Field(description="The vendor's count at the beginning of the load; null if unknown.")]


class Counts(BaseModel):
    vendor: Annotated[int | None, Field(description="The vendor's last count of records.")]
    mirror: Annotated[int | None, Field(description="Stored records; null if the storage does not answer.")]


class ParkedView(BaseModel):
    """A record that could not be read; each verification tries it again."""

    record_id: str
    code: str
    at: datetime


class TypeView(BaseModel):
    """The state of one object type."""

    state: Annotated[TypePhase, Field(description="`live`: kept up to date.")]
    progress: Annotated[LoadProgress | None, Field(description="Progress of the load; null when no load runs.")]
    as_of: Annotated[Time, Field(description="The stored records are at least as new as this.")]
    verified_at: Annotated[Time, Field(description="When they were last proven equal to the vendor's.")]
    counts: Counts
    missed_signals: Annotated[int, Field(description="Changes found without a signal.")]
    parked: Annotated[list[ParkedView], Field(description="The newest records that could not be read.")]
    parked_count: int
    error: FaultView | None


class RunView(BaseModel):
    """One execution."""

    run_id: str
    kind: RunKind
    object_types: list[str]
    state: Annotated[str, Field(description="`waiting`, `running`, `complete`, `incomplete`, `failed`, `cancelled`.")]
    requested: Annotated[bool, Field(description="True if it was started through the API, false if it was scheduled.")]
    started_at: Time
    ended_at: Time
    duration_s: float | None
    added: int
    changed: int
    deleted: int
    requests: Annotated[int, Field(description="Calls to the vendor.")]
    error: FaultView | None


class RunList(BaseModel):
    runs: Annotated[list[RunView], Field(description="Newest first.")]


class NextRun(BaseModel):
    kind: RunKind
    object_types: list[str]
    at: datetime


class SignalsView(BaseModel):
    """What the vendor announces by itself, by webhooks or in its journal."""

    last_at: Annotated[Time, Field(description="When signals last arrived and were processed; null for never.")]
    waiting: Annotated[int | None, Field(description="Changed records that wait to be read; null where not known.")]
    journal: Annotated[bool, Field(description="HUBSPOT_JOURNAL: the vendor's journal is read, too.")]


class BudgetView(BaseModel):
    """How much of the vendor's limit for this app and account is used in the present window."""

    limit: Annotated[int, Field(description="Calls in a window, as the vendor's answers last named it.")]
    window_s: Annotated[float, Field(description="Length of the window, in seconds.")]
    used: Annotated[int, Field(description="This service's calls in the window.")]
    others: Annotated[int, Field(description="Calls of others with the same app, as far as the vendor's answers show.")]
    left: Annotated[int, Field(description="Calls that are left in the window.")]
    paused_s: Annotated[float, Field(description="The vendor asked for a pause of this long; 0 without one.")]


class SyncView(BaseModel):
    """The state of a connection's sync."""

    provider: str
    connection_id: str
    state: Annotated[TypePhase, Field(description="The most urgent state of all object types.")]
    properties: Annotated[list[str] | str, Field(description="`default`, `all`, or names.")]
    associations: bool
    object_types: Annotated[dict[str, TypeView], Field(description="By name.")]
    as_of: Annotated[Time, Field(description="The oldest of all object types; null until all are loaded.")]
    verified_at: Annotated[Time, Field(description="The oldest of all object types; null until all are verified.")]
    running: list[RunView]
    last_run: RunView | None
    next_run: NextRun | None
    signals: Annotated[SignalsView | None, Field(description="Null for a vendor that sends none.")]
    budget: Annotated[BudgetView | None, Field(description="HubSpot's general limit; null for other vendors.")]
    error: Annotated[FaultView | None, Field(description="Why the whole sync is stopped.")]


async def view_sync(syncs: Syncs, connection: Connection, sync: Sync) -> SyncView:
    """The state with the counts of stored records."""
    try:
        stored = await syncs.count_stored(connection, sync)
    except (MirrorLostError, SyncNotEnabledError, RedisError):
        stored = {}
    try:
        waiting, usage = await syncs.count_signals(connection), await syncs.usage(connection)
    except RedisError:
        waiting, usage = None, None
    progress, wanted = sync.progress, sync.wanted
    states = {name: progress.types.get(name) or TypeState() for name in wanted.types}
    return SyncView(
        provider=connection.provider,
        connection_id=connection.connection_id,
        state=_overall(states),
        properties=_properties(wanted.properties),
        associations=wanted.associations,
        object_types={name: _view_type(state, stored.get(name)) for name, state in states.items()},
        as_of=_oldest(state.as_of_ms for state in states.values()),
        verified_at=_oldest(state.verified_at_ms for state in states.values()),
        running=[view_run(run) for run in progress.running.values()],
        last_run=view_run(progress.last_run) if progress.last_run else None,
        next_run=_next_run(sync),
        signals=_view_signals(syncs, connection, sync, waiting),
        budget=_view_budget(usage) if usage else None,
        error=_view_fault(progress.fault),
    )


def view_run(run: Run) -> RunView:
    return RunView(
        run_id=run.run_id,
        kind=run.kind,
        object_types=list(run.object_types),
        state=run.outcome or "running",
        requested=run.requested,
        started_at=_time(run.began_ms),
        ended_at=_time(run.ended_ms),
        duration_s=(run.ended_ms - run.began_ms) / 1000 if run.ended_ms else None,
        added=run.added,
        changed=run.changed,
        deleted=run.deleted,
        requests=run.requests,
        error=_view_fault(run.fault),
    )


def view_requested(request: Requested, sync: Sync) -> RunView:
    """A run that has not started."""
    names = request.object_types or sync.wanted.object_types
    waiting = Run(run_id=request.run_id, kind=request.kind, object_types=names, began_ms=0, requested=True)
    return view_run(waiting).model_copy(update={"state": "waiting"})


def _view_type(state: TypeState, stored: int | None) -> TypeView:
    return TypeView(
        state=state.phase,
        progress=LoadProgress(loaded=state.loaded, total=state.total) if state.phase == "loading" else None,
        as_of=_time(state.as_of_ms),
        verified_at=_time(state.verified_at_ms),
        counts=Counts(vendor=state.total, mirror=stored),
        missed_signals=state.missed_signals,
        parked=[
            ParkedView(record_id=entry.record_id, code=entry.code, at=_moment(entry.at_ms)) for entry in state.parked
        ],
        parked_count=state.parked_count,
        error=_view_fault(state.fault),
    )


def _overall(states: dict[str, TypeState]) -> TypePhase:
    phases = {state.phase for state in states.values()}
    return next((phase for phase in PHASES if phase in phases), "loading")


def _next_run(sync: Sync) -> NextRun | None:
    if types_in(sync.progress, "reconnect_required"):  # no run starts before the account is connected again
        return None
    at_ms = now_ms()
    step = next_step(sync, at_ms)
    if step is None or sync.progress.running:
        return None
    return NextRun(kind=step.kind, object_types=list(step.object_types), at=_moment(step.due_ms or at_ms))


def _view_signals(syncs: Syncs, connection: Connection, sync: Sync, waiting: int | None) -> SignalsView | None:
    if connection.provider != PROVIDER:
        return None
    is_read = syncs.services.settings.hubspot_journal
    return SignalsView(last_at=_time(sync.signals_at_ms), waiting=waiting, journal=is_read)


def _view_budget(usage: Usage) -> BudgetView:
    return BudgetView(
        limit=usage.calls,
        window_s=usage.window_ms / 1000,
        used=usage.used,
        others=usage.others,
        left=max(0, usage.calls - usage.used - usage.others),
        paused_s=usage.paused_s,
    )


def _view_fault(fault: Fault | None) -> FaultView | None:
    if fault is None:
        return None
    return FaultView(
        code=fault.code,
        detail=fault.detail,
        action=fault.action,
        at=_moment(fault.at_ms),
        missing_scopes=fault.missing_scopes,
    )


def _properties(wanted: tuple[str, ...] | None) -> list[str] | str:
    if wanted is None:
        return "default"
    return "all" if wanted == ("*",) else list(wanted)


def _oldest(times_ms: Iterable[int]) -> datetime | None:
    return _time(min(times_ms, default=0))


def _time(ms: int) -> datetime | None:
    return _moment(ms) if ms else None


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
