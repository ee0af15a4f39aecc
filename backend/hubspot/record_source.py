"""The first stage of a load: all records of one object type, each once, as fast as HubSpot allows.

A small type is read as one list. A large type is read in several places at once, by list readers from below
(`list_reader.py`) and a search reader from the top (`search_reader.py`), over the same partitions. A query that only
search can answer is read by search alone (`search_results.py`). At the end the number of records is compared with
HubSpot's count; if the search may have missed some, the list is read again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.together import task_group
from hubspot.associations import AssociationReader
from hubspot.client import HubSpotClient
from hubspot.endpoints import LIST_PAGE_MAX
from hubspot.id_range import IdRange
from hubspot.list_reader import LIST_READERS, ListReader
from hubspot.object_type import ObjectType
from hubspot.partitions import Partitions
from hubspot.query import Query
from hubspot.record_batch import BatchSender
from hubspot.record_pages import RecordPages
from hubspot.records import Records
from hubspot.search_reader import IdSearch, SearchReader
from hubspot.search_results import read_search_results
from hubspot.type_count import TypeCount

# Below this number of records, a single list is about as fast.
LARGE = 3_000


@dataclass(slots=True, kw_only=True)
class RecordSource:
    """Reads one object type for one load.

    Args:
        now_s: seconds since the epoch.
    """

    client: HubSpotClient
    associations: AssociationReader
    query: Query
    object_type: ObjectType
    count: TypeCount
    now_s: Callable[[], float]
    partitions: Partitions = field(init=False, default_factory=Partitions)
    _pages: RecordPages = field(init=False)
    _properties: tuple[str, ...] = field(init=False, default=())
    _associations_refused: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._pages = RecordPages(self.client)

    async def read(
        self,
        parts: list[IdRange],
        sender: BatchSender,
        *,
        properties: tuple[str, ...],
        accounted: int = 0,
        without_id: int = 0,
    ) -> None:
        """Send every record of these parts.

        Earlier loads delivered, or reported as skipped, `accounted` records; `without_id` of these had no id.
        """
        self._properties = properties
        if self.query.by_search:
            await read_search_results(
                self._pages, self.query, self.object_type, properties=properties, parts=parts, sender=sender
            )
            return
        self.partitions = Partitions(parts, without_id=without_id)
        ids = IdSearch(self.client, self.object_type)
        lists = ListReader(list_page=self._list_page, ids=ids, partitions=self.partitions, sender=sender)
        await self._read_in_parts(lists, accounted, is_one=len(parts) == 1)
        if not await self._is_complete(accounted):
            await lists.read_as_one_list()

    async def _read_in_parts(self, lists: ListReader, accounted: int, *, is_one: bool) -> None:
        async with task_group() as group:
            group.start_soon(lists.read)
            lists.total = (await self.count.get() or 0) - accounted
            if lists.total >= LARGE:
                for _ in range(LIST_READERS - 1):
                    group.start_soon(lists.read)
                if is_one:
                    group.start_soon(self._search_from_top, lists)

    async def _search_from_top(self, lists: ListReader) -> None:
        """Search for records older than the index's lag; newer records become a part for the list readers."""
        top = await lists.ids.highest_settled(self.now_s())
        if top is None or (tail := await lists.enter(at=top + 1, first=top)) is None:
            return
        lists.release(tail)
        await SearchReader(lists.ids, self.partitions, lists.sender, self._properties).read(top + 1)

    async def _is_complete(self, accounted: int) -> bool:
        """Whether no record can have been missed: the list kept its order, and the search missed nothing."""
        if not self.partitions.are_exact or not self.partitions.relied_on_search:
            return self.partitions.are_exact
        return await self.count.explains(accounted + self.partitions.accounted)

    async def _list_page(self, after: str | None) -> Records:
        """Read a page of the list.

        The first page includes its associations, so that its items are ready at once. Later pages do as well if a batch
        read of associations may count against the general limit.
        """
        is_inline = not self._associations_refused and (after is None or self.client.budget.associations != "exempt")
        page = await self._pages.list(
            self.object_type.path,
            limit=LIST_PAGE_MAX,
            after=after,
            properties=self._properties,
            archived=self.query.archived,
            associations=self.associations.inline_types(self.object_type, self.query) if is_inline else (),
        )
        self._associations_refused |= page.came_alone
        return page
