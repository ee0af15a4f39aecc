"""The kinds of runs: load, poll, verify. Each reads from the source and stores the results.

load     everything, page by page; an interrupted load resumes
poll     records modified since shortly before the last poll
verify   a window of ids: store differences, read missing records by id, and only then delete
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

from errors import InvalidCursorError, MirrorFullError
from integrations.integration_item import IntegrationItem
from integrations.load_events import Checkpoint, Items, LoadPlan, LoadReceipt, TypeReceipt
from sync.schedule import COUNT_EVERY_S, CURRENT, MS, VERIFY_EVERY_S, is_small, poll_interval_s
from sync.session import RECORD_UNREADABLE, Session, StepEndedError, by_object_type, unreadable_ids, utc_time
from sync.state import Load, Outcome, park, unpark

# Polls overlap by this much, because the vendor's search index lags.
POLL_OVERLAP = timedelta(minutes=15)
# Records per window; a large type is verified window by window.
WINDOW = 6_000
# Delay after an inconclusive pass.
RETRY_INCOMPLETE_S = 900
# Every record of a large type is verified within this time.
VERIFY_WITHIN_S = 7 * 24 * 3_600
# A pass is still conclusive about the set of records if its receipt has only these codes.
PROVEN = frozenset({RECORD_UNREADABLE, "names_unavailable"})
# Versions of stored records read from the mirror at once.
VERSIONS = 1_000


# --- load


async def run_load(session: Session, object_types: Sequence[str]) -> Outcome:
    """Load these types, or resume the interrupted load if it has all of them.

    Raises: StepEndedError at a checkpoint; RunCancelledError; the errors of source and mirror.
    """
    progress = session.progress
    if progress.load is None or not set(object_types) <= set(progress.load.object_types):
        progress.load = Load(object_types=tuple(object_types), began_ms=session.clock())
        for name in object_types:
            session.state(name).loaded = 0
            if session.state(name).phase not in CURRENT:
                session.state(name).phase = "loading"
        await session.save()
    load = progress.load
    try:
        return await _load(session, load)
    except InvalidCursorError:
        if load.resume is None:
            raise
        load.resume = None  # from an earlier version of the service: start from the beginning
        raise StepEndedError from None


async def _load(session: Session, load: Load) -> Outcome:
    sent_at_ms, requests_before = session.clock(), session.run.requests
    receipt: LoadReceipt | None = None
    if load.resume is not None and load.watermark is None:  # begun by an earlier version of the service
        load.watermark = utc_time(load.began_ms).isoformat()
    events = session.source.load(session.connection, session.wanted, load.object_types, resume=load.resume)
    async with aclosing(events):
        async for event in events:
            match event:
                case LoadPlan():
                    _keep_planned(session, load, event)
                    await _reserve(session, event)
                case Items(items=[_, *_] as items):
                    await session.apply(items, sent_at_ms)
                    for name, group in by_object_type(items).items():
                        session.state(name).loaded += len(group)
                case Checkpoint():
                    _note_position(session, load, event.resume)
                    session.run.requests = requests_before + event.requests
                    await session.checkpoint()
                case LoadReceipt():  # with `resume`: interrupted by a stop, or by the error that follows
                    _note_position(session, load, event.resume)
                    session.run.requests = requests_before + event.requests
                    receipt = event if event.resume is None else None
    if receipt is None or session.stopping():
        raise StepEndedError
    return _end_load(session, load, receipt)


def _keep_planned(session: Session, load: Load, plan: LoadPlan) -> None:
    """Leave types that cannot be read now to a later load: this one can only resume with the same types."""
    load.object_types = tuple(name for name in load.object_types if name in plan.object_types)
    session.run.object_types = load.object_types


def _note_position(session: Session, load: Load, resume: str | None) -> None:
    load.resume = resume
    load.watermark = load.watermark or session.began_at_vendor().isoformat()


async def _reserve(session: Session, plan: LoadPlan) -> None:
    """Raises: MirrorFullError."""
    for name, planned in plan.object_types.items():
        session.state(name).total = planned.total
    records = sum(state.total or 0 for state in session.progress.types.values())
    try:
        await session.mirror.epochs.reserve(session.connection.connection_id, records)
    except MirrorFullError:
        session.progress.load = None
        raise


def _end_load(session: Session, load: Load, receipt: LoadReceipt) -> Outcome:
    at_ms = session.clock()
    for name, type_receipt in receipt.object_types.items():
        if session.note_receipt(name, type_receipt):
            state = session.state(name)
            state.total = state.loaded if state.total is None else state.total
            state.phase, state.watermark = "live", load.watermark
            state.as_of_ms = max(state.as_of_ms, load.began_ms)  # polls may have run meanwhile
            state.verify_at_ms, state.count_at_ms = at_ms, at_ms + COUNT_EVERY_S * MS
            state.verify_after, state.verify_began_ms = None, 0
    session.progress.load = None
    session.progress.poll_at_ms = at_ms
    return "complete" if receipt.complete else "incomplete"


# --- poll


async def run_poll(session: Session, object_types: Sequence[str]) -> Outcome:
    """Read modified records. Raises: the errors of source and mirror."""
    if not session.source.knows_changes:
        compared = await run_verify(session, object_types)
        for state in map(session.state, object_types):
            state.as_of_ms = state.verified_at_ms or state.as_of_ms
        _plan_poll(session, changes=0)
        return compared
    sent_at_ms = session.clock()
    marks = _watermarks(session, object_types)
    since = {name: mark - POLL_OVERLAP for name, mark in marks.items()}
    changes = 0
    outcome: Outcome = "incomplete"
    events = session.source.changes(session.connection, session.wanted, since=since)
    async with aclosing(events):
        async for event in events:
            match event:
                case Items(items=[_, *_] as items):
                    changes += await _apply_found(session, items, sent_at_ms)
                case LoadReceipt(resume=None):
                    outcome = _end_poll(session, event, marks, sent_at_ms)
    _plan_poll(session, changes=changes)
    return outcome


def _watermarks(session: Session, object_types: Sequence[str]) -> dict[str, datetime]:
    """By object type; none is later than the vendor's time, which a wrong clock may have made it."""
    now = utc_time(session.source.now_ms())
    marks = {name: session.state(name).watermark for name in object_types}
    return {name: min(now, datetime.fromisoformat(mark)) if mark else now for name, mark in marks.items()}


def _end_poll(session: Session, receipt: LoadReceipt, marks: Mapping[str, datetime], sent_at_ms: int) -> Outcome:
    session.run.requests += receipt.requests
    for name, type_receipt in receipt.object_types.items():
        if session.note_receipt(name, type_receipt):
            state = session.state(name)
            state.watermark = max(marks[name], session.began_at_vendor()).isoformat()
            state.as_of_ms = sent_at_ms
    return "complete" if receipt.complete else "incomplete"


async def _apply_found(session: Session, items: Sequence[IntegrationItem], sent_at_ms: int) -> int:
    """Store found records; return how many differed without a signal."""
    differed = 0
    for name, group in by_object_type(items).items():
        applied = await session.apply(group, sent_at_ms)
        differed += applied.added + applied.changed
        if session.sync.signals_at_ms:
            session.state(name).missed_signals += applied.added + applied.changed
    return differed


def _plan_poll(session: Session, *, changes: int) -> None:
    progress, now_ms, signals_at_ms = session.progress, session.clock(), session.sync.signals_at_ms
    progress.poll_every_s = poll_interval_s(
        progress.poll_every_s,
        changes=changes,
        missed=changes if signals_at_ms else 0,
        signals_at_ms=signals_at_ms,
        now_ms=now_ms,
    )
    progress.poll_at_ms = now_ms + progress.poll_every_s * MS


# --- verify


async def run_verify(session: Session, object_types: Sequence[str]) -> Outcome:
    """Prove that the mirror equals the vendor: whole small types, one window of a large one.

    A requested run verifies all windows. Raises: StepEndedError between windows; RunCancelledError; the errors of
    source and mirror.
    """
    outcomes = set()
    for name in object_types:
        state = session.state(name)
        if state.verified_at_ms >= session.run.began_ms:
            continue  # by an earlier step of this run
        if session.run.requested and state.verify_began_ms < session.run.began_ms:
            state.verify_after, state.alarms = None, []
        if state.alarms:
            return await _verify_alarms(session, name)
        while (outcome := await _verify_window(session, name)) is None:
            if not session.run.requested:
                return "complete"  # one window of a large type
            await session.checkpoint()
        outcomes.add(outcome)
        if name == object_types[-1]:
            break  # the run is over, also if the step's time is
        if outcomes == {"complete"}:
            await session.checkpoint()
        else:
            await session.check()  # a later step would begin again with the inconclusive type
    return "complete" if outcomes <= {"complete"} else "incomplete"


async def _verify_alarms(session: Session, name: str) -> Outcome:
    """Verify the ranges whose counts differed. It says nothing about other ranges; the next counts find the rest."""
    state, outcomes = session.state(name), set[Outcome]()
    while state.alarms:
        after, until = state.alarms[0]
        is_proven = await _compare(session, name, after, until, session.clock())
        outcomes.add("complete" if is_proven else "incomplete")
        state.alarms.pop(0)
        if state.alarms:
            await session.checkpoint()
    return "complete" if outcomes <= {"complete"} else "incomplete"


async def _verify_window(session: Session, name: str) -> Outcome | None:
    """Verify the next window of a type; None if more windows follow."""
    state, sent_at_ms = session.state(name), session.clock()
    after = state.verify_after if session.source.in_id_order else None
    if after is None:
        state.verify_began_ms = sent_at_ms
    state.phase = "verifying"
    await session.save()
    whole = is_small(state) or not session.source.in_id_order
    until = None if whole else await _end_of_window(session, name, after)
    if not await _compare(session, name, after, until, sent_at_ms):
        _plan_verify(session, name, RETRY_INCOMPLETE_S)
        return "incomplete"
    if until is not None:
        state.verify_after = until
        _plan_verify(session, name, await _pace(session, name))
        return None
    state.verify_after, state.verified_at_ms = None, state.verify_began_ms
    unpark(state, state.verify_began_ms)
    state.total = await session.count_stored(name)
    _plan_verify(session, name, VERIFY_EVERY_S)
    return "complete"


def _plan_verify(session: Session, name: str, in_s: float) -> None:
    state = session.state(name)
    state.phase = "live" if state.phase == "verifying" else state.phase
    state.verify_at_ms = session.clock() + int(in_s * MS)


async def _pace(session: Session, name: str) -> float:
    """Seconds until the next window, so that all windows are verified in time."""
    windows = -(-(await session.count_stored(name)) // WINDOW)
    return min(VERIFY_EVERY_S, VERIFY_WITHIN_S / max(1, windows))


async def _end_of_window(session: Session, name: str, after: str | None) -> str | None:
    """The last id of the window; None for the last window."""
    last, count = after, 0
    while count < WINDOW:
        versions = await session.stored_versions(name, after=last, until=None, limit=VERSIONS)
        if len(versions) < VERSIONS:
            return None
        last, count = versions[-1].record_id, count + len(versions)
    return last


async def _compare(session: Session, name: str, after: str | None, until: str | None, sent_at_ms: int) -> bool:
    """Make the stored records of a range equal to the vendor's; False if the pass was inconclusive."""
    seen, receipt = await _read_window(session, name, after, until, sent_at_ms)
    if receipt is None or not session.note_receipt(name, receipt) or not _is_proof(receipt):
        return False
    await _find_missing(session, name, after, until, seen, sent_at_ms)
    return True


def _is_proof(receipt: TypeReceipt) -> bool:
    """Whether the receipt proves which records exist and that they were read completely."""
    return all(entry["code"] in PROVEN for entry in receipt.skipped)


async def _read_window(
    session: Session, name: str, after: str | None, until: str | None, sent_at_ms: int
) -> tuple[set[str], TypeReceipt | None]:
    """Store differences; return the ids read, and the receipt (None if reading ended early)."""
    seen = set[str]()
    receipt: TypeReceipt | None = None
    events = session.source.window(session.connection, session.wanted, name, after=after, until=until)
    async with aclosing(events):
        async for event in events:
            match event:
                case Items(items=[_, *_] as items):
                    await _apply_found(session, items, sent_at_ms)
                    seen.update(item.record_id for item in items)
                case LoadReceipt(resume=None) if not session.stopping():
                    session.run.requests += event.requests
                    receipt = event.object_types[name]
                    seen.update(unreadable_ids(receipt))
    return seen, receipt


async def _find_missing(
    session: Session, name: str, after: str | None, until: str | None, seen: set[str], sent_at_ms: int
) -> None:
    """Read stored but unlisted records by id, and delete those that no longer exist.

    If the vendor has no reads by id, delete records that the last complete pass did not contain either.
    """
    last = after
    before_ms = sent_at_ms if session.source.in_id_order else session.state(name).verified_at_ms
    while True:
        versions = await session.stored_versions(name, after=last, until=until, limit=VERSIONS)
        missing = [version for version in versions if version.record_id not in seen and version.sent_at_ms < before_ms]
        if missing:
            await _settle(session, name, [version.record_id for version in missing])
        if len(versions) < VERSIONS:
            return
        last = versions[-1].record_id


async def _settle(session: Session, name: str, ids: Sequence[str]) -> None:
    """Park a record that cannot be read: its stored copy stays unchanged."""
    state, sent_at_ms = session.state(name), session.clock()
    found = await session.source.find(session.connection, session.wanted, name, ids)
    if found.items:
        await _apply_found(session, found.items, sent_at_ms)
    deleted = await session.delete(name, found.deletions)
    if session.sync.signals_at_ms:
        state.missed_signals += deleted
    park(state, [(record_id, RECORD_UNREADABLE) for record_id in found.unreadable], sent_at_ms)
