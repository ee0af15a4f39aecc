"""Verification, window of ids by window: store differences, read missing records by id, and only then delete."""

from collections.abc import Sequence
from contextlib import aclosing

from integrations.load_events import Items, LoadReceipt, TypeReceipt
from sync.receipts import RECORD_UNREADABLE, note_receipt, unreadable_ids
from sync.schedule import MS, VERIFY_EVERY_S, is_small
from sync.session import Session
from sync.state import Outcome, park, unpark

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


async def run_verify(session: Session, object_types: Sequence[str]) -> Outcome:
    """Prove that the mirror equals the vendor: whole small types, one window of a large one.

    A requested run verifies all windows. Raises: StepEndedError between windows, or if the service stops;
    RunCancelledError; the errors of source and mirror.
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
    session.has_proven = True
    unpark(state, state.verify_began_ms)
    state.total = await session.count_stored(name)
    await session.expire_tombstones()
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
    if receipt is None or not note_receipt(session, name, receipt) or not _is_proof(receipt):
        return False
    await _find_missing(session, name, after, until, seen, sent_at_ms)
    return True


def _is_proof(receipt: TypeReceipt) -> bool:
    """Whether the receipt proves which records exist and that they were read completely.

    An unreadable record without its id could be any of the stored ones.
    """
    return all(
        entry["code"] in PROVEN and (entry["code"] != RECORD_UNREADABLE or "ids" in entry) for entry in receipt.skipped
    )


async def _read_window(
    session: Session, name: str, after: str | None, until: str | None, sent_at_ms: int
) -> tuple[set[str], TypeReceipt | None]:
    """Store differences; return the ids read, and the receipt (None if reading ended early)."""
    seen = set[str]()
    receipt: TypeReceipt | None = None
    events = session.source.window(session.connection, session.wanted, name, after=after, until=until)
    async with aclosing(events):
        async for event in events:
            await session.check()
            match event:
                case Items(items=[_, *_] as items):
                    await session.apply_found(items, sent_at_ms)
                    seen.update(item.record_id for item in items)
                case LoadReceipt(resume=None):
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
        await session.apply_found(found.items, sent_at_ms)
    await session.delete_found(name, found.deletions)
    park(state, [(record_id, RECORD_UNREADABLE) for record_id in found.unreadable], sent_at_ms)
