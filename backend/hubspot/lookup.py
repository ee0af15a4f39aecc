"""Look records up: by id, or by HubSpot's search with its order and total."""

from collections.abc import Sequence
from dataclasses import dataclass

from hubspot.endpoints import Filter, Search
from hubspot.mapper import Mapper
from hubspot.metadata_cache import Names
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.wire import Record
from integrations.integration_item import IntegrationItem

# Source: HubSpot CRM search, "Limits": later results are answered with 400.
MOST_RESULTS = 10_000


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some matches, the total, and where to continue; None at the end and at HubSpot's 10,000th result."""

    items: list[IntegrationItem]
    total: int | None
    after: str | None


async def read_by_ids(reader: Reader, query: Query, kind: ObjectType, ids: Sequence[str]) -> list[IntegrationItem]:
    """The live records with these ids, with names and the requested associations.

    A merged id returns its survivor.
    """
    names = await reader.names.get(reader.client, reader.key, [kind])
    asked = query.asked_properties(kind, names.of(kind))
    properties = query.read_properties(kind, asked)
    records = (await reader.client.batch_read(kind.path, ids, properties=properties)).results
    return await _to_items(reader, query, kind, names, asked, records)


async def search_page(
    reader: Reader,
    query: Query,
    kind: ObjectType,
    *,
    filters: tuple[Filter, ...],
    sort_by: str | None,
    descending: bool,
    after: str | None,
    limit: int,
) -> SearchPage:
    """Records that match all filters, sorted by a property, or in HubSpot's order."""
    names = await reader.names.get(reader.client, reader.key, [kind])
    asked = query.asked_properties(kind, names.of(kind))
    limit = min(limit, MOST_RESULTS - int(after or 0))
    search = Search(
        filters=filters,
        query=query.q,
        sort_by=sort_by,
        descending=descending,
        properties=query.read_properties(kind, asked),
        limit=limit,
        after=after,
    )
    found = await reader.client.search(kind.path, search)
    items = await _to_items(reader, query, kind, names, asked, found.results)
    is_over = found.after is None or int(found.after) >= MOST_RESULTS
    return SearchPage(items, found.total, None if is_over else found.after)


async def _to_items(
    reader: Reader, query: Query, kind: ObjectType, names: Names, asked: tuple[str, ...], records: list[Record]
) -> list[IntegrationItem]:
    mapper = Mapper(kind, portal=reader.portal, names=names, properties=asked)
    if not query.associations:
        return [mapper.to_item(record) for record in records]
    links = await reader.association_reader().links(kind, records)
    return [mapper.to_item(record, links.of(record.id), links.parent_name(record.id)) for record in records]
