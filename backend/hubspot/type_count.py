"""The record count of one type for a load, and whether it explains that fewer were delivered."""

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

# Maximum age of a count at the beginning of a load, so that a count just shown on the page is used again.
FRESH_COUNT_S = 5.0
# A shortfall is checked again after these seconds, because the search index lags.
LOOK_AGAIN_AFTER_S = (0.0, 2.0, 5.0)


@dataclass(slots=True, kw_only=True)
class TypeCount:
    """The count of one type for one load.

    Args:
        total, live, counted_ms: the counts of the interrupted load that this load resumes; see `RecordProgress`.
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
        """Count once. A failed count does not fail the load."""
        is_countable = not self.query.archived and not self.reader.missing_scopes(self.object_type)
        if self.total is None and is_countable:
            with suppress(UpstreamError, *REFUSALS):
                await self._read()
        self._is_known.set()
        return self.total

    async def get(self) -> int | None:
        """The count, after it was read."""
        await self._is_known.wait()
        return self.total

    async def explains(self, delivered: int) -> bool:
        """Whether a shortfall is explained by records archived or merged since the count."""
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
            self.total = await counter.count(self.object_type.path, matches)
        counted = await self.reader.counts.get(counter, self.reader.key, self.object_type, newer_than_s=FRESH_COUNT_S)
        self.live, self.counted_ms = counted.total, counted.at_ms
        if not self.query.by_search:
            self.total = counted.total

    async def _gone(self) -> int | None:
        """The number of records gone since the count: counted plus created minus present ones."""
        client, path = self.reader.client.metered(self.meter), self.object_type.path
        created = Search(filters=(Filter(self.object_type.created_property, "GTE", str(self.counted_ms)),))
        try:
            came, live = await both(client.count(path, created), client.count(path))
        except (UpstreamError, *REFUSALS):
            return None
        if self.live is None or came is None or live is None:
            return None
        return self.live + came - live
