"""Compare the vendor's counts with the mirror's, window by window: an alarm, not a proof.

Ranges of ids show what was created or deleted; times of modification show what was changed. A window that differs is
halved by its ids until few records are left, and these are verified next. A deletion and a creation in one window
cancel each other; verification finds those.
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
from sync.session import Session, iso_time
from sync.source import CountWindow
from sync.state import Outcome

ID_WINDOWS = 32
# The latest hour, the two before it, the four before these: ten days. What is older was verified meanwhile.
MODIFIED_WINDOWS = 8
# The vendor's search may not show later changes yet; and the next poll reads them.
SETTLED_MS = 300_000
HOUR_MS = 3_600_000
# Records that are verified when their count differs.
BLOCK = 1_000
# Blocks of a type that are verified after one look. More differences are left to the next look and to verification.
MOST_BLOCKS = 8
# The account has few searches, and people wait for them.
COUNT_EVERY_CALL_S = 1.0

log = structlog.get_logger(__name__)


async def run_counts(session: Session, object_types: Sequence[str]) -> Outcome:
    """Count each type, and have the blocks that differ verified. Raises: what source and mirror raise."""
    for name in object_types:
        state = session.state(name)
        state.count_at_ms = session.clock() + COUNT_EVERY_S * MS
        if session.source.counts:
            stored = await _read_stored(session, name)
            state.alarms = await _Comparison(session, name, stored).differing_blocks()
            if state.alarms:
                log.info("counts differ", **session.lease.ref.identity, object_type=name, blocks=len(state.alarms))
    return "complete"


@dataclass(frozen=True, slots=True)
class _Stored:
    """How many records of a type are stored, by blocks of ids and by windows of modification.

    Args:
        settled_ms: where the latest window of modification ends.
        ends: the last id of each block.
        blocks: how many records of each block belong to each window.
    """

    settled_ms: int
    ends: list[str]
    blocks: list[Counter[int]]

    def window_of(self, updated_at_ms: int) -> int:
        """0 for the latest one; -1 for what is not settled."""
        hours = (self.settled_ms - 1 - updated_at_ms) // HOUR_MS
        return -1 if hours < 0 else (hours + 1).bit_length() - 1

    def moments(self, window: int) -> tuple[int, int]:
        """Its first millisecond, and the first one after it."""
        first, end = (self.settled_ms - (2**power - 1) * HOUR_MS for power in (window + 1, window))
        return first, end


@dataclass(frozen=True, slots=True)
class _Part:
    """Blocks from `first` to before `end`; of these the records of one window of modification, or all."""

    first: int
    end: int
    window: int | None = None

    def halves(self) -> "tuple[_Part, _Part]":
        middle = (self.first + self.end) // 2
        return _Part(self.first, middle, self.window), _Part(middle, self.end, self.window)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The vendor's counts of one type beside the stored ones."""

    session: Session
    name: str
    stored: _Stored

    async def differing_blocks(self) -> list[tuple[str | None, str | None]]:
        """Ranges of ids to verify, at most `MOST_BLOCKS`."""
        counted = [(part, await self._count(part)) for part in self._windows()]
        random.shuffle(counted)  # so that many differences in some windows do not hide the others for long
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
        """Records that the vendor has modified since we looked leave their window: fewer there mean nothing."""
        stored = self._stored_in(part)
        return counted != stored if part.window is None else counted > stored

    def _stored_in(self, part: _Part) -> int:
        blocks = self.stored.blocks[part.first : part.end]
        return sum(block.total() if part.window is None else block[part.window] for block in blocks)

    async def _count(self, part: _Part) -> int:
        """By the vendor; the stored count where it does not tell. Raises: as `Session.check`, and what it raises."""
        await self.session.check()
        await asyncio.sleep(COUNT_EVERY_CALL_S)
        after, until = self._ids(part.first, part.end)
        # Records that are new since we looked have higher ids; those of a window of modification are not new.
        window = CountWindow(after=after, until=until or self.stored.ends[-1])
        if part.window is not None:
            since_ms, before_ms = self.stored.moments(part.window)
            window = CountWindow(after=after, until=until, since_ms=since_ms, before_ms=before_ms)
        self.session.run.requests += 1
        counted = await self.session.source.count(self.session.connection, self.name, window)
        return self._stored_in(part) if counted is None else counted

    def _ids(self, first: int, end: int) -> tuple[str | None, str | None]:
        """Behind which id these blocks begin, and the last one; None: at the beginning or the end of all."""
        ends = self.stored.ends
        return ends[first - 1] if first else None, ends[end - 1] if end < len(ends) else None


async def _read_stored(session: Session, name: str) -> _Stored:
    polled = datetime.fromisoformat(session.state(name).watermark or iso_time(0))
    stored = _Stored(int(polled.timestamp() * MS) - SETTLED_MS, [], [])
    last: str | None = None
    while versions := await session.stored_versions(name, after=last, until=None, limit=BLOCK):
        last = versions[-1].record_id
        stored.ends.append(last)
        stored.blocks.append(Counter(stored.window_of(version.updated_at_ms) for version in versions))
    return stored
