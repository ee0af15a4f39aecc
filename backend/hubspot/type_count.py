"""How many records of a type a load is about, and whether it delivered fewer for a good reason."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import anyio

from core.api_client import Meter
from core.together import both
from errors import UpstreamError
from hubspot.endpoints import Filter, Search
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.refusals import REFUSALS

# A load begins with counts of at most this age: a page that has just shown them need not wait for others.
FRESH_COUNT_S = 5.0
# A shortfall is looked into again after these seconds: the counts come from the search index, which lags.
LOOK_AGAIN_AFTER_S = (0.0, 2.0, 5.0)


@dataclass(slots=True, kw_only=True)
class TypeCount:
    """The count of one type for one load.

    Args:
        meter: counts the calls.
        total, live, counted_ms: what an earlier load counted, if this one resumes it; see `RecordProgress`.
    """

    reader: Reader
    meter: Meter
    query: Query
    object_type: ObjectType
    total: int | None = None
    live: int | None = None
    counted_ms: int = 0
    _is_known: anyio.Event = field(init=False, default_factory=anyio.Event)

    async def read(self) -> int | None:
        """Count, unless it was counted or cannot be; the load is not worth failing for it."""
        is_countable = not self.query.archived and not self.reader.missing_scopes(self.object_type)
        if self.total is None and is_countable:
            with suppress(UpstreamError, *REFUSALS):
                await self._read()
        self._is_known.set()
        return self.total

    async def get(self) -> int | None:
        """The count, once it was read."""
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
        counter = self.reader.counter.metered(self.meter)
        if self.query.by_search:
            matches = self.query.search_after(self.object_type, None, properties=(), limit=1)
            self.total = (await counter.search(self.object_type.path, matches)).total
        counted = await self.reader.counts.get(counter, self.reader.key, self.object_type, newer_than_s=FRESH_COUNT_S)
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
        if self.live is None or came is None or live is None:
            return None
        return self.live + came - live

    async def _count(self, search: Search) -> int | None:
        return (await self.reader.client.metered(self.meter).search(self.object_type.path, search)).total
