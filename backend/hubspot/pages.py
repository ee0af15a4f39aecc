"""Read one page of items: records of one type after another until the page is full.

Order of events for each type: records with their associations (`inline_associations.py`) and the names of the type, in
parallel → the remaining associations → items.
"""

from dataclasses import dataclass, field

from core.together import both
from errors import InvalidCursorError
from hubspot.associations import AssociationReader
from hubspot.endpoints import LIST_PAGE_MAX
from hubspot.histories import add_histories
from hubspot.mapper import Mapper
from hubspot.metadata_cache import Names
from hubspot.notices import histories_missing, odd_records, type_left_out, type_names_left_out
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.record_pages import RecordPages
from hubspot.records import Records
from hubspot.refusals import REFUSALS
from hubspot.search_results import search_after
from hubspot.wire import Record
from integrations.integration_item import IntegrationItem, Notice

# A page that filters its list (archived records by time) ends early after this many requests.
MAX_LISTS_A_PAGE = 10
# So does one whose records are large.
MOST_PAGE_BYTES = 8 * 1024 * 1024

# Index of the type in the query, and its cursor: HubSpot's in a list, the last id in a search, None at the beginning.
PageCursor = tuple[int, str | None]


@dataclass(slots=True)
class Page:
    """At most `limit` items. `next` is None at the end; a page may be short, or empty, before that.

    `size_bytes` is that of the answers with its records.
    """

    items: list[IntegrationItem] = field(default_factory=list)
    next: PageCursor | None = None
    notices: list[Notice] = field(default_factory=list)
    size_bytes: int = 0


async def read_page(reader: Reader, query: Query, cursor: object = None, *, limit: int = LIST_PAGE_MAX) -> Page:
    """The items after `cursor`, the `next` of an earlier page (also after a round trip through JSON).

    Raises:
        ScopeMissingError: none of the object types may be read.
        InvalidCursorError: the cursor belongs to another query.
    """
    page = Page(notices=reader.opening_notices(query) if cursor is None else [])
    page_reader = _PageReader(reader, query, page, reader.association_reader())
    index, after = _parse_cursor(cursor, len(query.object_types))
    for _ in range(len(query.object_types) + MAX_LISTS_A_PAGE):
        if index >= len(query.object_types) or len(page.items) >= limit or page.size_bytes > MOST_PAGE_BYTES:
            break
        after = await page_reader.add(query.object_types[index], after, limit - len(page.items))
        if after is None:
            index += 1
    page.next = (index, after) if index < len(query.object_types) else None
    if cursor is None:
        page.notices += reader.owners_notices(await reader.read_names())
    return page


@dataclass(frozen=True, slots=True)
class _Read:
    """Records of one type, the next cursor, and the requested properties."""

    records: Records
    after: str | None
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _PageReader:
    """Reads the page's records, type by type."""

    reader: Reader
    query: Query
    page: Page
    associations: AssociationReader

    async def add(self, object_type: ObjectType, after: str | None, limit: int) -> str | None:
        """Add records of a type to the page; return the next cursor, or None at the end of the type."""
        if self.reader.missing_scopes(object_type):
            return None
        try:
            object_type.check_defined()
            names, read = await self._read(object_type, after, limit)
        except REFUSALS as exc:
            scopes = self.reader.scopes_to_grant(exc, object_type)
            self.page.notices.append(type_left_out(object_type, scopes, archived=self.query.archived))
            return None
        self.page.size_bytes += read.records.size_bytes
        accepted = [record for record in read.records.results if self.query.accepts(record)]
        histories_missed = await add_histories(self.reader.client, self.query, object_type, accepted)
        self._report(object_type, read.records, names, is_first=after is None)
        if histories_missed:
            self.page.notices.append(histories_missing(object_type))
        mapper = Mapper(object_type, portal=self.reader.portal, names=names, properties=read.properties)
        self.page.items += await self._items(mapper, object_type, accepted)
        return read.after

    def _report(self, object_type: ObjectType, records: Records, names: Names, *, is_first: bool) -> None:
        notices = self.page.notices
        if is_first:
            notices += self.reader.type_notices(self.query, object_type, names, records.results)
        notices += odd_records(object_type, records.results, len(records.without_id), records.unreadable)

    async def _items(self, mapper: Mapper, object_type: ObjectType, records: list[Record]) -> list[IntegrationItem]:
        if not self.query.associations:
            return [mapper.to_item(record) for record in records]
        links = await self.associations.links(object_type, records)
        self.page.notices += links.notices
        self.page.notices += type_names_left_out(object_type, ["parents"]) if links.parents_left_out else []
        return links.to_items(mapper, records)

    async def _read(self, object_type: ObjectType, after: str | None, limit: int) -> tuple[Names, _Read]:
        """Read the records and, in parallel, the type's names, unless the request depends on the names."""
        reader = self.reader
        names = reader.names.peek(reader.key, [object_type])  # cached names need no task
        if names is None and self.query.needs_definitions:
            names = await reader.read_names([object_type])
        if names is not None:
            return names, await self._read_records(object_type, names, after, limit)
        return await both(
            reader.read_names([object_type]),
            self._read_records(object_type, Names(), after, limit),
        )

    async def _read_records(self, object_type: ObjectType, names: Names, after: str | None, limit: int) -> _Read:
        query, pages = self.query, RecordPages(self.reader.client)
        asked = query.asked_properties(object_type, names.of(object_type))
        properties = query.read_properties(object_type, asked)
        if query.by_search:
            found = await search_after(pages, query, object_type, after, properties=properties, limit=limit)
            return _Read(found, found.last_id if found.after is not None else None, asked)
        listed = await pages.list(
            object_type.path,
            limit=limit,
            after=after,
            properties=properties,
            archived=query.archived,
            associations=self.associations.inline_types(object_type, query),
        )
        return _Read(listed, listed.after, asked)


def _parse_cursor(cursor: object, types: int) -> PageCursor:
    match cursor:
        case None:
            return 0, None
        case [int() as index, (None | str()) as after] if 0 <= index < types:
            return index, after
        case _:
            raise InvalidCursorError
