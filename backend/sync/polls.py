"""Poll: read the records that were modified since shortly before the last poll, and store them.

A vendor that cannot tell what was modified is verified instead.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

from integrations.load_events import Items, LoadReceipt
from sync.receipts import note_receipt
from sync.schedule import MS, poll_interval_s
from sync.session import LAG_MS, Session, utc_time
from sync.state import Outcome
from sync.verification import run_verify

# Polls overlap by this much, because the vendor's search index lags.
POLL_OVERLAP = timedelta(minutes=15)


async def run_poll(session: Session, object_types: Sequence[str]) -> Outcome:
    """Read modified records. Raises: as `Session.check`; the errors of source and mirror."""
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
            await session.check()
            match event:
                case Items(items=[_, *_] as items):
                    changes += await session.apply_found(items, sent_at_ms, lag_ms=LAG_MS)
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
        if note_receipt(session, name, type_receipt):
            state = session.state(name)
            state.watermark = max(marks[name], session.began_at_vendor()).isoformat()
            state.as_of_ms = sent_at_ms
    return "complete" if receipt.complete else "incomplete"


def _plan_poll(session: Session, *, changes: int) -> None:
    progress, now_ms = session.progress, session.clock()
    progress.poll_every_s = poll_interval_s(
        progress.poll_every_s,
        changes=changes,
        missed=session.missed,
        signals_at_ms=session.sync.signals_at_ms,
        now_ms=now_ms,
    )
    progress.poll_at_ms = now_ms + progress.poll_every_s * MS
