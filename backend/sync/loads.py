"""Load: read everything, page by page, and store it. An interrupted load resumes."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing

from errors import InvalidCursorError, MirrorFullError
from integrations.load_events import Checkpoint, Items, LoadPlan, LoadReceipt, TypeReceipt
from sync.receipts import note_receipt
from sync.schedule import COUNT_EVERY_S, CURRENT, MS
from sync.session import LAG_MS, Session, StepEndedError, by_object_type, utc_time
from sync.state import Load, Outcome


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
        await session.join_signals()
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
                    await session.apply(items, sent_at_ms, lag_ms=LAG_MS)
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
                    complete = {name: entry for name, entry in event.object_types.items() if entry.complete}
                    _end_types(session, load, complete)
                    session.run.object_types = load.left
    if receipt is None or session.stopping():
        raise StepEndedError
    _end_types(session, load, receipt.object_types)
    session.run.object_types = load.object_types
    session.progress.load = None
    session.progress.poll_at_ms = session.clock()
    return "complete" if receipt.complete else "incomplete"


def _keep_planned(session: Session, load: Load, plan: LoadPlan) -> None:
    """Leave types that cannot be read now to a later load: this one can only resume with the same types."""
    load.object_types = tuple(name for name in load.object_types if name in plan.object_types)
    session.run.object_types = load.left


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


def _end_types(session: Session, load: Load, receipts: Mapping[str, TypeReceipt]) -> None:
    at_ms = session.clock()
    for name, receipt in receipts.items():
        if name in load.ended or not note_receipt(session, name, receipt):
            continue
        state = session.state(name)
        state.total = state.loaded if state.total is None else state.total
        state.phase, state.watermark = "live", load.watermark
        state.as_of_ms = max(state.as_of_ms, load.began_ms)  # polls may have run meanwhile
        state.verify_at_ms, state.count_at_ms = at_ms, at_ms + COUNT_EVERY_S * MS
        state.verify_after, state.verify_began_ms = None, 0
        session.loaded.append(name)
        load.ended.append(name)
