"""Compare the vendor's counts with the mirror's, window by window: an alarm, not a proof.

Windows of ids detect created and deleted records; windows of modification time detect changed records. A window that
differs is halved by ids until few records are left, which are then verified. A deletion and a creation in the same
window cancel each other out; only verification finds those.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import structlog

from sync.schedule import COUNT_EVERY_S, MS
from sync.session import Session, StepEndedError
from sync.source import CountWindow
from sync.state import Outcome

ID_WINDOWS = 32
# Doubling windows: the last hour, the two hours before, and so on, ten days in total. Older changes were verified.
MODIFIED_WINDOWS = 8
# Newer changes may be missing in the vendor's search index; the next poll reads them.
SETTLED_MS = 300_000
HOUR_MS = 3_600_000
# Maximum records of a block that is verified if its count differs.
BLOCK = 1_000
# Maximum blocks of a type verified after one run of counts. More differences are left to the next runs.
MOST_BLOCKS = 8
# The account has few searches, and people wait for them.
COUNT_EVERY_CALL_S = 1.0

log = structlog.get_logger(__name__)


async def run_counts(session: Session, object_types: Sequence[str]) -> Outcome:
    """Count each type and schedule the verification of blocks that differ.

    Raises: StepEndedError if the service stops; RunCancelledError; the errors of source and mirror.
    """
    for name in object_types:
        state = session.state(name)
        state.count_at_ms = session.clock() + COUNT_EVERY_S * MS
        if session.source.counts:
            stored = await _read_stored(session, name)
            try:
                state.alarms = await _Comparison(session, name, stored).differing_blocks()
            except StepEndedError:
                state.count_at_ms = 0  # the next step begins again
                raise
            if state.alarms:
                log.info("counts differ", **session.lease.ref.identity, object_type=name, blocks=len(state.alarms))
    return "complete"


@dataclass(frozen=True, slots=True)
class _Stored:
    """The stored records of a type, counted by blocks of ids and windows of modification time.

    Args:
        settled_ms: end of the latest window of modification time.
        ends: the last id of each block.
        blocks: for each block, the number of records in each window.
    """

    settled_ms: int
    ends: list[str]
    blocks: list[Counter[int]]

    def window_of(self, updated_at_ms: int) -> int:
        """The window of a modification time: 0 is the latest; -1 is newer than `settled_ms`."""
        hours = (self.settled_ms - 1 - updated_at_ms) // HOUR_MS
        return -1 if hours < 0 else (hours + 1).bit_length() - 1

    def moments(self, window: int) -> tuple[int, int]:
        """The first millisecond of a window, and the first one after it."""
        first, end = (self.settled_ms - (2**power - 1) * HOUR_MS for power in (window + 1, window))
        return first, end


@dataclass(frozen=True, slots=True)
class _Part:
    """Blocks from `first` to before `end`: their records in one window of modification time, or all."""

    first: int
    end: int
    window: int | None = None

    def halves(self) -> "tuple[_Part, _Part]":
        middle = (self.first + self.end) // 2
        return _Part(self.first, middle, self.window), _Part(middle, self.end, self.window)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares the vendor's counts of one type with the stored ones."""

    session: Session
    name: str
    stored: _Stored

    async def differing_blocks(self) -> list[tuple[str | None, str | None]]:
        """Ranges of ids to verify, at most `MOST_BLOCKS`."""
        counted = [(part, await self._count(part)) for part in self._windows()]
        random.shuffle(counted)  # so that many differences in some windows do not always come before the others
        found: dict[int, None] = {}
        for part, count in counted:
            async for block in self._narrow(part, count):
                found[block] = None
                if len(found) == MOST_BLOCKS:
                    return [self._ids(block, block + 1) for block in found]
        return [self._ids(block, block + 1) for block in found]

    def _windows(self) -> list[_Part]:
        if not (blocks := len(self.stored.blocks)):
            return []
        bounds = sorted({blocks * index // ID_WINDOWS for index in range(ID_WINDOWS + 1)})
        by_id = [_Part(first, end) for first, end in pairwise(bounds)]
        return [*by_id, *(_Part(0, blocks, window) for window in range(MODIFIED_WINDOWS))]

    async def _narrow(self, part: _Part, counted: int) -> AsyncIterator[int]:
        """The blocks of a part whose counts differ."""
        if not self._differs(part, counted):
            return
        if part.end - part.first == 1:
            yield part.first
            return
        lower, upper = part.halves()
        counted_lower = await self._count(lower)
        for half, count in ((lower, counted_lower), (upper, counted - counted_lower)):
            async for block in self._narrow(half, count):
                yield block

    def _differs(self, part: _Part, counted: int) -> bool:
        """Whether counts differ. Fewer records in a window of modification time are normal: later changes leave it."""
        stored = self._stored_in(part)
        return counted != stored if part.window is None else counted > stored

    def _stored_in(self, part: _Part) -> int:
        blocks = self.stored.blocks[part.first : part.end]
        return sum(block.total() if part.window is None else block[part.window] for block in blocks)

    async def _count(self, part: _Part) -> int:
        """The vendor's count, or the stored one if it returns none. Raises: as `Session.check`; the vendor's errors."""
        await self.session.check()
        await asyncio.sleep(COUNT_EVERY_CALL_S)
        after, until = self._ids(part.first, part.end)
        # Records created since have higher ids, so an id window ends at the last stored id.
        window = CountWindow(after=after, until=until or self.stored.ends[-1])
        if part.window is not None:
            since_ms, before_ms = self.stored.moments(part.window)
            window = CountWindow(after=after, until=until, since_ms=since_ms, before_ms=before_ms)
        self.session.run.requests += 1
        counted = await self.session.source.count(self.session.connection, self.name, window)
        return self._stored_in(part) if counted is None else counted

    def _ids(self, first: int, end: int) -> tuple[str | None, str | None]:
        """The id before these blocks, and their last id; None at the beginning or end of the type."""
        ends = self.stored.ends
        return ends[first - 1] if first else None, ends[end - 1] if end < len(ends) else None


async def _read_stored(session: Session, name: str) -> _Stored:
    watermark = session.state(name).watermark
    polled_ms = int(datetime.fromisoformat(watermark).timestamp() * MS) if watermark else 0
    stored = _Stored(polled_ms - SETTLED_MS, [], [])
    last: str | None = None
    while versions := await session.stored_versions(name, after=last, until=None, limit=BLOCK):
        last = versions[-1].record_id
        stored.ends.append(last)
        stored.blocks.append(Counter(stored.window_of(version.updated_at_ms) for version in versions))
    return stored
