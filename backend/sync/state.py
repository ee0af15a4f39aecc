"""The settings and state of a connection's sync. Values only; `sync_store.py` stores them in Redis."""

from typing import Literal

from msgspec import Struct, field

from errors import Action, ServiceError

RunKind = Literal["load", "poll", "counts", "verify"]
TypePhase = Literal["loading", "live", "verifying", "paused", "mirror_full", "reconnect_required"]
Outcome = Literal["complete", "incomplete", "failed", "cancelled"]

# Maximum number of unreadable records that are named; others are only counted.
MOST_PARKED = 100


class Wanted(Struct, frozen=True, kw_only=True):
    """The owner's settings.

    Args:
        types: names of object types, in the caller's order, each with its vendor id.
        properties: None for a default set per type; `*` means all.
        revision: increases with each change of the settings.
    """

    types: dict[str, str]
    properties: tuple[str, ...] | None = None
    associations: bool = True
    revision: int = 0

    @property
    def object_types(self) -> tuple[str, ...]:
        return tuple(self.types)


class Fault(Struct, frozen=True, kw_only=True):
    """Why the sync is stopped, and what to do about it."""

    code: str
    detail: str
    action: Action
    at_ms: int
    missing_scopes: list[str] = field(default_factory=list)

    @classmethod
    def from_error(cls, error: ServiceError, at_ms: int) -> "Fault":
        missing = error.extra.get("missing_scopes") or []
        return cls(code=error.code, detail=error.detail, action=error.action, at_ms=at_ms, missing_scopes=missing)


class Parked(Struct, frozen=True):
    """A record that could not be read, by id."""

    record_id: str
    code: str
    at_ms: int


class TypeState(Struct, kw_only=True):
    """The state of one object type. Times are milliseconds since 1970, 0 for never.

    Args:
        phase: shown as `state`.
        total: the vendor's last count.
        loaded: records delivered by the running load.
        watermark: modifications up to this time of the vendor's clock have been read, ISO 8601; None if never loaded.
        as_of_ms: the stored records are at least as new as this time of our clock.
        verified_at_ms: when completeness was last proven.
        verify_after: a verification in several steps continues after this record id.
        verify_began_ms: when that verification began; 0 if none runs.
        alarms: ranges of ids whose counts differed, each behind its first id up to its second; verified first.
        verify_at_ms, count_at_ms, retry_at_ms: when each is due next.
        missed_signals: changes that a poll or verification found and no signal had announced.
    """

    phase: TypePhase = "loading"
    total: int | None = None
    loaded: int = 0
    watermark: str | None = None
    as_of_ms: int = 0
    verified_at_ms: int = 0
    verify_after: str | None = None
    verify_began_ms: int = 0
    alarms: list[tuple[str | None, str | None]] = field(default_factory=list)
    verify_at_ms: int = 0
    count_at_ms: int = 0
    retry_at_ms: int = 0
    missed_signals: int = 0
    fault: Fault | None = None
    parked: list[Parked] = field(default_factory=list)
    parked_count: int = 0


class Load(Struct, kw_only=True):
    """A load in several steps.

    Args:
        began_ms: by our clock.
        watermark: the same by the vendor's clock, ISO 8601; None until an answer has shown it.
        resume: the position; None at the beginning.
        ended: types that it has read, although it failed for others.
    """

    object_types: tuple[str, ...]
    began_ms: int
    watermark: str | None = None
    resume: str | None = None
    ended: list[str] = field(default_factory=list)

    @property
    def left(self) -> tuple[str, ...]:
        """The types that it has not read; all if only its end is missing."""
        return tuple(name for name in self.object_types if name not in self.ended) or self.object_types


class Run(Struct, kw_only=True):
    """One execution of a sync and its result. `requested`: started through the API."""

    run_id: str
    kind: RunKind
    object_types: tuple[str, ...]
    began_ms: int
    ended_ms: int = 0
    added: int = 0
    changed: int = 0
    deleted: int = 0
    requests: int = 0
    requested: bool = False
    outcome: Outcome | None = None
    fault: Fault | None = None

    @property
    def is_uneventful(self) -> bool:
        """Whether the run is left out of the history: not requested, no changes, no error."""
        return not (self.requested or self.added or self.changed or self.deleted or self.kind == "load") and (
            self.outcome == "complete"
        )


class Requested(Struct, frozen=True, kw_only=True):
    """A requested run that has not started. Without object types it is for all."""

    run_id: str
    kind: RunKind
    at_ms: int
    object_types: tuple[str, ...] = ()

    def is_void(self, wanted: Wanted) -> bool:
        """Whether none of its types is kept any more, so that it can never start."""
        return bool(self.object_types) and not {*self.object_types} & {*wanted.types}


class Progress(Struct, kw_only=True):
    """The worker's state of a sync. Only the holder of the lease writes it.

    Args:
        revision, properties, associations, type_ids: of the settings that were applied last.
        scopes: granted when the types were last checked.
        epoch: of the mirror that the types describe; 0 before the first one; -1 if an empty one is to begin.
        load: the running or interrupted load.
        running: running runs, possibly in several steps, by kind.
        last_run: the latest finished run, also an uneventful one.
        failures: failed runs since the last success.
        retry_at_ms: nothing is tried before this time.
    """

    revision: int = -1
    properties: tuple[str, ...] | None = None
    associations: bool = True
    type_ids: dict[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    epoch: int = 0
    types: dict[str, TypeState] = field(default_factory=dict)
    load: Load | None = None
    running: dict[RunKind, Run] = field(default_factory=dict)
    poll_at_ms: int = 0
    poll_every_s: int = 0
    last_run: Run | None = None
    failures: int = 0
    retry_at_ms: int = 0
    fault: Fault | None = None


class Sync(Struct, kw_only=True):
    """The stored data of a sync.

    Args:
        requested: requested runs, oldest first.
        cancelled: ids of runs that were cancelled while they ran.
        signals_at_ms: when signals were last processed; 0 for never.
        parked: records of signals that could not be read, by object type; those of runs are in `progress`.
    """

    wanted: Wanted
    progress: Progress
    requested: list[Requested] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    signals_at_ms: int = 0
    parked: dict[str, list[Parked]] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Requested]:
        """Requests whose runs have not started, oldest first."""
        begun = {run.run_id for run in self.progress.running.values()}
        return [request for request in self.requested if request.run_id not in begun]


def park(state: TypeState, records: list[tuple[str, str]], at_ms: int) -> None:
    """Add unreadable records (id and code), each once; the newest are kept."""
    fresh = {record_id: Parked(record_id, code, at_ms) for record_id, code in records}
    others = [entry for entry in state.parked if entry.record_id not in fresh]
    state.parked_count += len(others) + len(fresh) - len(state.parked)
    state.parked = [*others, *fresh.values()][-MOST_PARKED:]


def unpark(state: TypeState, before_ms: int) -> None:
    """Forget records that were parked before this: they have been read since."""
    kept = [entry for entry in state.parked if entry.at_ms >= before_ms]
    if len(kept) < MOST_PARKED:
        state.parked, state.parked_count = kept, len(kept)
