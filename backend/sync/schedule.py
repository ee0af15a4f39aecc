"""Decide what a sync does next, and when, from its state and the time. Pure.

Requested runs come first, then polls (they are short), the load, counts, verification. A requested run in several steps
lets due polls run between them. Within a kind, the step that has been due the longest comes first.
"""

from dataclasses import dataclass

from errors import ReconnectRequiredError
from sync.state import Fault, Progress, RunKind, Sync, TypeState

# A type with fewer records is verified as a whole, so it needs no counts.
SMALL_TYPE = 10_000
POLL_FIRST_S, POLL_LONGEST_S, POLL_WITH_SIGNALS_S = 60, 300, 900
# Without signals for this long, they may have stopped.
SIGNALS_FRESH_S = 6 * 3600
# So that a lost change is found within an hour: up to 20 minutes pass until it is polled for and settled.
COUNT_EVERY_S = 2_250
VERIFY_EVERY_S = 3_600
# Types that cannot be read because of a missing scope or memory are retried automatically.
RETRY_PAUSED_S = 3_600
# Types that the vendor does not answer for at the moment, while it answers for others.
RETRY_UNANSWERED_S = 300
BACKOFF_FIRST_S, BACKOFF_LONGEST_S = 15, 900
MS = 1_000

# The epoch of a mirror that is to begin again, empty.
ENDED = -1
# Types that are kept up to date.
CURRENT = ("live", "verifying")
# Types that wait for an action or a retry.
STOPPED = ("paused", "mirror_full", "reconnect_required")


@dataclass(frozen=True, slots=True)
class Step:
    """One step to do at or after a time. `request_id` names the request that it fulfills."""

    kind: RunKind
    object_types: tuple[str, ...]
    due_ms: int
    request_id: str | None = None


def next_step(sync: Sync, now_ms: int) -> Step | None:
    """The most urgent due step, else the next step; None if there is nothing to do."""
    requested, regular = _requested(sync), _regular(sync.progress)
    if any(step.kind in sync.progress.running for step in requested):
        requested = [*(step for step in regular if step.kind == "poll"), *requested]
    steps = [*requested, *regular]
    due = [step for step in steps if step.due_ms <= now_ms]
    return due[0] if due else min(steps, key=lambda step: step.due_ms, default=None)


def _requested(sync: Sync) -> list[Step]:
    """The oldest request that can be fulfilled: a poll or a verification waits until its types are loaded."""
    for request in sync.requested:
        known = sync.wanted.object_types if request.kind == "load" else types_in(sync.progress, *CURRENT)
        if names := tuple(name for name in known if name in (request.object_types or known)):
            return [Step(request.kind, names, request.at_ms, request.run_id)]
    return []


def _regular(progress: Progress) -> list[Step]:
    """The regular steps, in order of urgency."""
    earliest = progress.retry_at_ms
    current, steps = types_in(progress, *CURRENT), []
    if current:
        steps.append(Step("poll", current, max(progress.poll_at_ms, earliest)))
    if (load := _load(progress)) is not None:
        steps.append(Step("load", load[0], max(load[1], earliest)))
    states = [(name, progress.types[name]) for name in current]
    counts = sorted((state.count_at_ms, name) for name, state in states if not is_small(state))
    steps += [Step("counts", (name,), max(at_ms, earliest)) for at_ms, name in counts]
    verify = sorted((0 if state.alarms else state.verify_at_ms, name) for name, state in states)
    steps += [Step("verify", (name,), max(at_ms, earliest)) for at_ms, name in verify]
    return steps


def _load(progress: Progress) -> tuple[tuple[str, ...], int] | None:
    """The types to load and when: the interrupted load unless all of its types wait, else all types that need one."""
    if progress.load is not None:
        names = progress.load.left
        return names, min(progress.types[name].retry_at_ms for name in names)
    waiting = types_in(progress, "loading", *STOPPED)
    if not waiting:
        return None
    due_ms = min(progress.types[name].retry_at_ms for name in waiting)
    return tuple(name for name in waiting if progress.types[name].retry_at_ms <= due_ms), due_ms


def reconcile(sync: Sync) -> None:
    """Adopt the owner's present settings: new types are loaded, removed types are no longer read."""
    wanted, progress = sync.wanted, sync.progress
    if progress.revision == wanted.revision:
        return
    is_other_view = progress.properties != wanted.properties or progress.associations != wanted.associations
    # A custom object that was deleted and created again has its name, and another id: its former records must go.
    if any(progress.type_ids.get(name, type_id) != type_id for name, type_id in wanted.types.items()):
        is_other_view, progress.epoch = True, ENDED
    kept = {} if is_other_view else progress.types
    progress.types = {name: kept.get(name) or TypeState() for name in wanted.types}
    if is_other_view or (progress.load is not None and not set(progress.load.object_types) <= set(wanted.types)):
        progress.load = None
        progress.running.pop("load", None)
    for run in list(progress.running.values()):
        run.object_types = tuple(name for name in run.object_types if name in wanted.types)
        if not run.object_types:
            del progress.running[run.kind]
    progress.properties, progress.associations, progress.type_ids = wanted.properties, wanted.associations, wanted.types
    progress.revision, progress.retry_at_ms = wanted.revision, 0


def revive(progress: Progress, now_ms: int, *, scopes: tuple[str, ...]) -> None:
    """Resume types whose pause has ended or whose account was reconnected.

    What was deleted meanwhile is found by a verification.
    """
    was_reconnected = progress.scopes != scopes
    progress.scopes = scopes
    if progress.fault is not None and progress.fault.code == ReconnectRequiredError.code:
        progress.fault = None
    for state in progress.types.values():
        is_over = was_reconnected or state.phase == "reconnect_required" or state.retry_at_ms <= now_ms
        if state.phase in STOPPED and is_over:
            state.phase, state.fault, state.retry_at_ms = "live" if state.watermark else "loading", None, 0
            state.verify_at_ms = progress.poll_at_ms = progress.retry_at_ms = 0


def suspend(progress: Progress, fault: Fault) -> None:
    """Pause all types until the account is reconnected."""
    for state in progress.types.values():
        state.phase, state.fault = "reconnect_required", fault
    progress.fault = fault


def types_in(progress: Progress, *phases: str) -> tuple[str, ...]:
    """Names of the object types in any of these phases."""
    return tuple(name for name, state in progress.types.items() if state.phase in phases)


def is_small(state: TypeState) -> bool:
    """Whether the type is verified in one run."""
    return state.total is not None and state.total < SMALL_TYPE


def poll_interval_s(previous_s: int, *, changes: int, missed: int, signals_at_ms: int, now_ms: int) -> int:
    """Seconds until the next poll: long while signals arrive, else depending on the number of changes."""
    has_signals = now_ms - signals_at_ms < SIGNALS_FRESH_S * MS
    if has_signals and not missed:
        return POLL_WITH_SIGNALS_S
    if changes or not previous_s:
        return POLL_FIRST_S
    return min(previous_s * 2, POLL_LONGEST_S)


def backoff_s(failures: int) -> int:
    """Seconds to wait after this many consecutive failures."""
    return int(min(BACKOFF_FIRST_S * 2 ** min(failures - 1, 16), BACKOFF_LONGEST_S))
