"""Reads the parts of an object type by search, from the top downwards.

Search has a separate rate limit and returns two hundred records at a time. The newest records may not be in its index
yet, so the list reads them. If the search fails or loses its order, the list readers read everything.
"""

from dataclasses import dataclass

from errors import UpstreamError
from hubspot.client import HubSpotClient
from hubspot.endpoints import SEARCH_PAGE_MAX, Filter, Search
from hubspot.id_range import IdRange, OrderLostError, number_of
from hubspot.object_type import ObjectType
from hubspot.partitions import Partitions
from hubspot.record_batch import BatchSender
from hubspot.records import Records
from hubspot.refusals import REFUSALS

# Source: HubSpot search: new records are found after "a few moments"; connectors wait minutes.
INDEX_LAG_S = 600.0
# The list always reads this many of the newest records, because creation dates can be set by users.
TAIL = 500


@dataclass(frozen=True, slots=True)
class IdSearch:
    """Finds single ids by search. None if a search fails: it only makes a load faster."""

    client: HubSpotClient
    object_type: ObjectType

    async def above(self, part: IdRange, count: int) -> int | None:
        """The id this many records above the part's lower end; approximate."""
        filters = [Filter("hs_object_id", "GT", str(part.last))] if part.last >= 0 else []
        filters += [Filter("hs_object_id", "LT", str(part.end))] if part.end is not None else []
        return await self._find(tuple(filters), skip=count)

    async def highest_settled(self, now_s: float) -> int | None:
        """The highest id below which the search index certainly has every record."""
        settled_ms = int((now_s - INDEX_LAG_S) * 1000)
        created = Filter(self.object_type.created_property, "LTE", str(settled_ms))
        return await self._find((created,), skip=TAIL, descending=True)

    async def _find(self, filters: tuple[Filter, ...], *, skip: int, descending: bool = False) -> int | None:
        search = Search(
            filters=filters,
            sort_by="hs_object_id",
            descending=descending,
            properties=("hs_object_id",),
            limit=1,
            after=str(skip),
        )
        try:
            found = (await self.client.search(self.object_type.path, search)).results
        except (UpstreamError, *REFUSALS):
            return None
        return number_of(found[0].id) if found else None


@dataclass(frozen=True, slots=True)
class SearchReader:
    """Reads one object type, with these properties."""

    ids: IdSearch
    partitions: Partitions
    sender: BatchSender
    properties: tuple[str, ...]

    async def read(self, end: int | None) -> None:
        """Read downwards from `end` until a list reader is met, then from the ends of other parts."""
        try:
            while end is not None and self.partitions.are_exact:
                scan = self.partitions.begin_scan(end)
                while not scan.is_over and self.partitions.are_exact:
                    page = await self._page_below(scan.bottom)
                    await self.sender.send(self.partitions.take_search_page, scan, page)
                end = self.partitions.next_scan_end()
        except (UpstreamError, *REFUSALS, OrderLostError):
            return

    async def _page_below(self, id_: int) -> Records:
        search = Search(
            filters=(Filter("hs_object_id", "LT", str(id_)),),
            sort_by="hs_object_id",
            descending=True,
            properties=self.properties,
            limit=SEARCH_PAGE_MAX,
        )
        return await self.ids.client.search(self.ids.object_type.path, search)
