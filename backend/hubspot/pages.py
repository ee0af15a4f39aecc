"""One page for somebody who waits for it: records of one type after another until it is full.

Order of events for each type: records with their associations (`inline_associations.py`) and the names of the type, in
parallel → associations that did not come with them → items.
"""

from dataclasses import dataclass, field

from core.together import both
from errors import InvalidCursorError
from hubspot.associations import AssociationReader
from hubspot.endpoints import LIST_PAGE_MAX
from hubspot.histories import add_histories
from hubspot.mapper import Mapper
from hubspot.metadata_cache import Names
from hubspot.notices import (
    histories_missing,
    odd_records,
    properties_unknown,
    type_left_out,
    type_names_left_out,
    without_carried,
)
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.record_pages import RecordPages
from hubspot.records import Records
from hubspot.refusals import REFUSALS
from hubspot.search_results import search_after
from hubspot.wire import Record
from integrations.integration_item import IntegrationItem, Notice

# A page that filters what it lists (archived records by time) ends, shorter, after so many requests.
MAX_LISTS_A_PAGE = 10

# Which of the query's types, and where in it: HubSpot's cursor in a list, the last id in a search, None to begin with.
Position = tuple[int, str | None]


@dataclass(slots=True)
class Page:
    """At most `limit` items. `next` is None at the end; a page may be short, or empty, before that."""

    items: list[IntegrationItem] = field(default_factory=list)
    next: Position | None = None
    notices: list[Notice] = field(default_factory=list)


async def read_page(reader: Reader, query: Query, position: object = None, *, limit: int = LIST_PAGE_MAX) -> Page:
    """The items after `position`, which is an earlier page's `next`, as it was or read back from JSON.

    Raises:
        ScopeMissingError: none of the object types may be read.
        InvalidCursorError: the position is none of ours.
    """
    page = Page(notices=reader.opening_notices(query) if position is None else [])
    association_reader = reader.association_reader()
    index, after = _position(position, len(query.object_types))
    for _ in range(len(query.object_types) + MAX_LISTS_A_PAGE):
        if index >= len(query.object_types) or len(page.items) >= limit:
            break
        kind = query.object_types[index]
        after = await _add(page, reader, association_reader, query, kind, after, limit - len(page.items))
        if after is None:
            index += 1
    page.next = (index, after) if index < len(query.object_types) else None
    if position is None:
        page.notices += reader.owners_notices(await reader.names.get(reader.client, reader.key, ()))
    return page


async def _add(
    page: Page,
    reader: Reader,
    association_reader: AssociationReader,
    query: Query,
    kind: ObjectType,
    after: str | None,
    limit: int,
) -> str | None:
    """Add some records of a type to the page; where to go on, None at the type's end."""
    if reader.missing_scopes(kind):
        return None
    try:
        names, (records, following, asked) = await _read(reader, association_reader, query, kind, after, limit)
    except REFUSALS as exc:
        scopes = reader.scopes_to_grant(exc, kind)
        page.notices.append(type_left_out(kind, scopes, archived=query.archived))
        return None
    accepted = [record for record in records.results if query.accepts(record)]
    if after is None:
        page.notices += reader.content_notices(kind)
        page.notices += type_names_left_out(kind, names.of(kind).left_out)
    page.notices += odd_records(kind, records.results, len(records.without_id), records.unreadable)
    if await add_histories(reader.client, query, kind, accepted):
        page.notices.append(histories_missing(kind))
    if after is None:
        undefined = query.undefined_properties(names.of(kind))
        page.notices += properties_unknown(kind, without_carried(undefined, records.results))
    mapper = Mapper(kind, portal=reader.portal, names=names, properties=asked)
    page.items += await _items(page, association_reader if query.associations else None, mapper, kind, accepted)
    return following


async def _items(
    page: Page, association_reader: AssociationReader | None, mapper: Mapper, kind: ObjectType, records: list[Record]
) -> list[IntegrationItem]:
    if association_reader is None:
        return [mapper.to_item(record) for record in records]
    links = await association_reader.links(kind, records)
    page.notices += links.notices
    page.notices += type_names_left_out(kind, ["parents"]) if links.parents_left_out else []
    return [mapper.to_item(record, links.of(record.id), links.parent_name(record.id)) for record in records]


async def _read(
    reader: Reader, association_reader: AssociationReader, query: Query, kind: ObjectType, after: str | None, limit: int
) -> tuple[Names, tuple[Records, str | None, tuple[str, ...]]]:
    """The type's names, and beside them the records, where to go on, and the properties that were asked for."""
    names = reader.names.peek(reader.key, [kind])  # kept ones cost no task
    if names is None and query.needs_definitions:
        names = await reader.names.get(reader.client, reader.key, [kind])
    if names is not None:
        return names, await _records(association_reader, query, kind, names, after, limit)
    return await both(
        reader.names.get(reader.client, reader.key, [kind]),
        _records(association_reader, query, kind, Names(), after, limit),
    )


async def _records(
    association_reader: AssociationReader, query: Query, kind: ObjectType, names: Names, after: str | None, limit: int
) -> tuple[Records, str | None, tuple[str, ...]]:
    asked = query.asked_properties(kind, names.of(kind))
    properties = query.read_properties(kind, asked)
    if not query.by_search:
        listed = await RecordPages(association_reader.client).list(
            kind.path,
            limit=limit,
            after=after,
            properties=properties,
            archived=query.archived,
            associations=association_reader.inline_types(kind, query),
        )
        return listed, listed.after, asked
    found = await search_after(
        RecordPages(association_reader.client), query, kind, after, properties=properties, limit=limit
    )
    return found, found.last_id if found.after is not None else None, asked


def _position(position: object, types: int) -> Position:
    match position:
        case None:
            return 0, None
        case [int() as index, (None | str()) as after] if 0 <= index < types:
            return index, after
        case _:
            raise InvalidCursorError
