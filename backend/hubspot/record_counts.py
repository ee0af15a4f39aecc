"""How many records a portal has of each type: counted once for all who ask within a minute."""

import asyncio
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field

import anyio

from core.cache import TtlCache
from core.together import both
from errors import UpstreamError
from hubspot.client import HubSpotClient
from hubspot.endpoints import Filter, Search
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.refusals import REFUSALS

# A count costs a search, of which an account has five a second.
LIFETIME_S = 60.0
MAX_CACHED = 2_000
# A load begins with counts of at most this age: a page that has just shown them need not wait for others.
FRESH_COUNT_S = 5.0
# A shortfall is looked into again after these seconds: the counts come from the search index, which lags.
LOOK_AGAIN_AFTER_S = (0.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Counted:
    """Live records, as the search index had them at `at_ms`; None where HubSpot did not return a count."""

    total: int | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class RecordCounts:
    """Counts of all portals. One for the process; `now_s` are seconds since the epoch."""

    now_s: Callable[[], float] = time.time
    _counts: TtlCache[Hashable, Counted] = field(
        default_factory=lambda: TtlCache(ttl_s=LIFETIME_S, max_entries=MAX_CACHED)
    )

    async def get(
        self, client: HubSpotClient, key: Hashable, object_type: ObjectType, *, newer_than_s: float = LIFETIME_S
    ) -> Counted:
        """A count of at most that age, or one that is under way; `key` is the portal and what may be read there.

        Raises: whatever the search raises.
        """
        entry = (key, object_type.type_id)
        kept = self._counts.peek(entry)
        if kept is not None and kept.at_ms < (self.now_s() - newer_than_s) * 1000:
            self._counts.discard(entry)
        return await self._counts.get(entry, lambda: self._count(client, object_type))

    async def _count(self, client: HubSpotClient, object_type: ObjectType) -> Counted:
        at_ms = int(self.now_s() * 1000)
        return Counted(await client.count(object_type.path), at_ms)


@dataclass(slots=True, kw_only=True)
class TypeCount:
    """How many records of a type a load is about, and whether it was fewer for a good reason.

    Args:
        client: asks again when records are missing.
        counter: asks for the count that the plan waits for.
        counts: of the process, under `key`.
        query: what the load reads.
        progress: what an earlier load counted, if this one resumes it.
    """

    client: HubSpotClient
    counter: HubSpotClient
    counts: RecordCounts
    key: Hashable
    query: Query
    object_type: ObjectType
    total: int | None = None
    live: int | None = None
    counted_ms: int = 0
    _is_known: anyio.Event = field(init=False, default_factory=anyio.Event)

    async def read(self) -> int | None:
        """Count, unless it was counted or cannot be; the load is not worth failing for it."""
        if self.total is None and not self.query.archived:
            with suppress(UpstreamError, *REFUSALS):
                await self._read()
        return self.settle()

    def settle(self) -> int | None:
        """Leave the count as it is."""
        self._is_known.set()
        return self.total

    async def get(self) -> int | None:
        """The count, once `read` or `settle` was called."""
        await self._is_known.wait()
        return self.total

    async def explains(self, delivered: int) -> bool:
        """Whether, when fewer records came than HubSpot counted, as many were archived or merged since."""
        total = await self.get()
        if total is None or total <= delivered:
            return True
        for wait_s in LOOK_AGAIN_AFTER_S:
            await asyncio.sleep(wait_s)
            gone = await self._gone()
            if gone is not None and gone >= total - delivered:
                return True
        return False

    async def _read(self) -> None:
        if self.query.by_search:
            matches = self.query.search_after(self.object_type, None, properties=(), limit=1)
            self.total = (await self.counter.search(self.object_type.path, matches)).total
        counted = await self.counts.get(self.counter, self.key, self.object_type, newer_than_s=FRESH_COUNT_S)
        self.live, self.counted_ms = counted.total, counted.at_ms
        if not self.query.by_search:
            self.total = counted.total

    async def _gone(self) -> int | None:
        """How many left the type since they were counted: those there were and those created, less those there are."""
        created = Filter(self.object_type.created_property, "GTE", str(self.counted_ms))
        try:
            came, live = await both(self._count(Search(filters=(created,), limit=1)), self._count(Search(limit=1)))
        except (UpstreamError, *REFUSALS):
            return None
        return None if None in {self.live, came, live} else (self.live or 0) + (came or 0) - (live or 0)

    async def _count(self, search: Search) -> int | None:
        return (await self.client.search(self.object_type.path, search)).total
