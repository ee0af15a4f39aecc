"""Compare the vendor's counts with the mirror's, window by window: an alarm, not a proof.

A deletion and a creation in one window cancel each other; verification finds those.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import structlog

from sync.schedule import COUNT_EVERY_S, MS
from sync.session import Session, iso_time
from sync.source import CountWindow
from sync.state import Outcome

WINDOWS = 32
PAGE = 1_000
# Searches are few for the whole account, and people wait for them.
COUNT_EVERY_CALL_S = 1.0
DAY_MS = 86_400_000
# Records that are read again because their times of modification differ; more are left to verification.
MOST_POLLED_AGAIN = 50_000

log = structlog.get_logger(__name__)


async def run_counts(session: Session, object_types: Sequence[str]) -> Outcome:
    """Count each type; where a window differs, its verification is due now. Raises: what source and mirror raise."""
    for name in object_types:
        state = session.state(name)
        state.count_at_ms = session.clock() + COUNT_EVERY_S * MS
        if session.source.counts:
            await _look_into(session, name, [window async for window in _differing(session, name)])
    return "complete"


async def _look_into(session: Session, name: str, differing: Sequence[CountWindow]) -> None:
    """Have these windows verified now. Where only times of modification differ, poll again from before them."""
    if not differing:
        return
    state = session.state(name)
    log.info("counts differ", **session.lease.ref.identity, object_type=name, windows=len(differing))
    ranges = [(window.after, window.until) for window in differing if window.since_ms is None]
    if ranges:
        state.alarms, state.verify_at_ms = ranges, session.clock()
        return
    since_ms = min(window.since_ms or 0 for window in differing)
    days = await session.stored_days(name)
    if sum(count for day, count in days.items() if day * DAY_MS >= since_ms) <= MOST_POLLED_AGAIN:
        state.watermark, session.progress.poll_at_ms = iso_time(since_ms), session.clock()


async def _differing(session: Session, name: str) -> AsyncIterator[CountWindow]:
    windows = [*await _id_windows(session, name), *await _day_windows(session, name)]
    for window, stored in windows:
        counted = await session.source.count(session.connection, name, window)
        session.run.requests += 1
        if counted is not None and counted != stored:
            yield window
        await session.check()
        await asyncio.sleep(COUNT_EVERY_CALL_S)


async def _id_windows(session: Session, name: str) -> list[tuple[CountWindow, int]]:
    """Windows of about equal numbers of stored records, with these numbers."""
    bounds = await _bounds(session, name, await session.count_stored(name) // WINDOWS + 1)
    pairs = pairwise([None, *bounds, None])
    return [
        (CountWindow(after=after, until=until), await session.count_stored(name, after=after, until=until))
        for after, until in pairs
    ]


async def _bounds(session: Session, name: str, share: int) -> list[str]:
    """Every `share`-th id of the stored records."""
    bounds: list[str] = []
    last, passed = None, 0
    while versions := await session.stored_versions(name, after=last, until=None, limit=PAGE):
        bounds += [versions[at].record_id for at in range((-passed - 1) % share, len(versions), share)]
        passed += len(versions)
        last = versions[-1].record_id
    return bounds


async def _day_windows(session: Session, name: str) -> list[tuple[CountWindow, int]]:
    """Windows of whole days of modification with about equal numbers of stored records."""
    days = await session.stored_days(name)
    share = max(1, sum(days.values()) // WINDOWS)
    windows, since, count = [], 0, 0
    for day, stored in days.items():
        count += stored
        if count >= share:
            windows.append((CountWindow(since_ms=since, before_ms=(day + 1) * DAY_MS), count))
            since, count = (day + 1) * DAY_MS, 0
    return [*windows, (CountWindow(since_ms=since), count)]
