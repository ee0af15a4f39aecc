"""Look records up: by id, or by HubSpot's search with its order and total."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from hubspot.endpoints import Search
from hubspot.histories import add_histories
from hubspot.mapper import Mapper
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMapper:
    """Maps records of one type to items, with names and the requested associations.

    Args:
        properties: to request from HubSpot for the items.
    """

    reader: Reader
    query: Query
    object_type: ObjectType
    mapper: Mapper
    properties: tuple[str, ...]

    @classmethod
    async def open(cls, reader: Reader, query: Query, object_type: ObjectType) -> Self:
        names = await reader.names.get(reader.client, reader.key, [object_type])
        asked = query.asked_properties(object_type, names.of(object_type))
        return cls(
            reader=reader,
            query=query,
            object_type=object_type,
            mapper=Mapper(object_type, portal=reader.portal, names=names, properties=asked),
            properties=query.read_properties(object_type, asked),
        )

    async def to_items(self, records: Sequence[Record]) -> list[IntegrationItem]:
        if not self.query.associations:
            return [self.mapper.to_item(record) for record in records]
        links = await self.reader.association_reader().links(self.object_type, records)
        return links.to_items(self.mapper, records)


async def read_by_ids(
    reader: Reader, query: Query, object_type: ObjectType, ids: Sequence[str]
) -> list[IntegrationItem]:
    """The live records with these ids, with names and the requested associations and histories.

    A merged id returns its survivor.
    """
    mapper = await ItemMapper.open(reader, query, object_type)
    records = (await reader.client.batch_read(object_type.path, ids, properties=mapper.properties)).results
    await add_histories(reader.client, query, object_type, records)
    return await mapper.to_items(records)


async def search_page(reader: Reader, query: Query, object_type: ObjectType, search: Search) -> SearchPage:
    """The records that a search finds, with the query's text, properties and associations."""
    mapper = await ItemMapper.open(reader, query, object_type)
    limit = min(search.limit, MOST_RESULTS - int(search.after or 0))
    search = replace(search, query=query.q, properties=mapper.properties, limit=limit)
    found = await reader.client.search(object_type.path, search)
    is_over = found.after is None or int(found.after) >= MOST_RESULTS
    return SearchPage(await mapper.to_items(found.results), found.total, None if is_over else found.after)
