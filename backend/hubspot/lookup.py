"""Look records up: by id, or by HubSpot's search with its order and total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Self

from errors import RepeatedPageError, UpstreamMalformedError, ValidationFailedError
from hubspot.endpoints import Filter, Search
from hubspot.histories import add_histories
from hubspot.id_range import number_of
from hubspot.mapper import Mapper
from hubspot.metadata_cache import Definition, Names
from hubspot.missing import READ_PROPERTIES, merged_ids
from hubspot.notices import MAX_NAME_LENGTH, odd_records, type_names_left_out
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.record_pages import RecordPages
from hubspot.refusals import RefusedError
from hubspot.wire import Record
from integrations.integration_item import IntegrationItem, Notice

# Source: HubSpot CRM search, "Limits": later results are answered with 400.
MOST_RESULTS = 10_000


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some matches, the total, and where to continue; None at the end and at HubSpot's 10,000th result."""

    items: list[IntegrationItem]
    total: int | None
    after: str | None
    notices: list[Notice]


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """Items, the ids of records that exist and could not be read, and the record that each merged id leads to."""

    items: list[IntegrationItem] = field(default_factory=list)
    unreadable: Sequence[str] = ()
    notices: list[Notice] = field(default_factory=list)
    survivors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMapper:
    """Maps records of one type to items, with names and the requested associations.

    Args:
        properties: to request from HubSpot for the items.
    """

    reader: Reader
    query: Query
    object_type: ObjectType
    names: Names
    mapper: Mapper
    properties: tuple[str, ...]

    @classmethod
    async def open(cls, reader: Reader, query: Query, object_type: ObjectType) -> Self:
        names = await reader.read_names([object_type])
        asked = query.asked_properties(object_type, names.of(object_type))
        return cls(
            reader=reader,
            query=query,
            object_type=object_type,
            names=names,
            mapper=Mapper(object_type, portal=reader.portal, names=names, properties=asked),
            properties=query.read_properties(object_type, asked),
        )

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """Of the type's properties, by name."""
        return self.names.of(self.object_type).definitions

    async def to_items(self, records: Sequence[Record]) -> tuple[list[IntegrationItem], list[Notice]]:
        """The items, and notices about missing associations and parents' names."""
        if not self.query.associations:
            return [self.mapper.to_item(record) for record in records], []
        links = await self.reader.association_reader().links(self.object_type, records)
        left_out = type_names_left_out(self.object_type, ["parents"]) if links.parents_left_out else []
        return links.to_items(self.mapper, records), [*links.notices, *left_out]


async def read_by_ids(
    reader: Reader, query: Query, object_type: ObjectType, ids: Sequence[str], *, most_bytes: int | None = None
) -> FoundRecords:
    """The live records with these ids, with names and the requested associations and histories.

    A merged id returns its survivor. Raises: UpstreamResponseTooLargeError if they have more than `most_bytes`.
    """
    mapper = await ItemMapper.open(reader, query, object_type)
    found = await reader.client.batch_read(object_type.path, ids, properties=mapper.properties, most_bytes=most_bytes)
    await add_histories(reader.client, query, object_type, found.results)
    items, notices = await mapper.to_items(found.results)
    notices += reader.names_notices(object_type, mapper.names)
    notices += odd_records(object_type, found.results, len(found.without_id))
    return FoundRecords(items, found.unreadable, notices, await _survivors(reader, object_type, ids, found.results))


async def _survivors(
    reader: Reader, object_type: ObjectType, ids: Sequence[str], records: Sequence[Record]
) -> dict[str, str]:
    """The id of the record that each merged id leads to: HubSpot does not say which record answers which id."""
    found = [record.id for record in records]
    if not found or not (left := {*ids} - {*found}):
        return {}
    merges = await reader.client.batch_read(object_type.path, found, properties=READ_PROPERTIES)
    return {id_: record.id for record in merges.results for id_ in merged_ids(record) if id_ in left}


async def search_page(reader: Reader, query: Query, object_type: ObjectType, search: Search) -> SearchPage:
    """The records that a search finds, with the query's text, properties and associations.

    Raises:
        ScopeMissingError: the object type may not be read.
        ValidationFailedError: HubSpot does not accept the filters or the sort.
        UpstreamMalformedError, RepeatedPageError: HubSpot's cursor leads nowhere, or back.
    """
    opening = reader.opening_notices(query)
    mapper = await ItemMapper.open(reader, query, object_type)
    offset = int(search.after or 0)
    limit = min(search.limit, MOST_RESULTS - offset)
    filters = tuple(_as_indexed(condition, mapper.definitions) for condition in search.filters)
    search = replace(search, filters=filters, query=query.q, properties=mapper.properties, limit=limit)
    try:
        found = await RecordPages(reader.client).search(object_type.path, search)
    except RefusedError as exc:
        if exc.upstream is None or exc.upstream.status != HTTPStatus.BAD_REQUEST:
            raise
        raise ValidationFailedError(_why_refused(search, object_type, mapper.definitions)) from exc
    after = _next_offset(found.after, offset)
    items, notices = await mapper.to_items(found.results)
    notices += odd_records(object_type, found.results, len(found.without_id), found.unreadable)
    if search.after is None:
        notices[:0] = [*opening, *reader.type_notices(query, object_type, mapper.names, found.results)]
        notices += reader.owners_notices(mapper.names)
    return SearchPage(items, found.total, after, notices)


def _next_offset(after: str | None, offset: int) -> str | None:
    """The cursor of the next page; None at the end and at HubSpot's 10,000th result."""
    if after is None:
        return None
    if (reached := number_of(after)) is None:
        raise UpstreamMalformedError("HubSpot's search sent an invalid cursor. Try again.")
    if reached <= offset:
        raise RepeatedPageError
    return after if reached < MOST_RESULTS else None


def _as_indexed(condition: Filter, definitions: Mapping[str, Definition]) -> Filter:
    """Texts of `IN` and `NOT_IN` in lower case: HubSpot finds no others. Source: HubSpot search, operators."""
    definition = definitions.get(condition.property_name)
    if definition is None or definition.type != "string":
        return condition
    return replace(condition, values=tuple(value.lower() for value in condition.values))


def _why_refused(search: Search, object_type: ObjectType, definitions: Mapping[str, Definition]) -> str:
    """HubSpot also has properties that it does not list, so only a refusal shows that a name is wrong."""
    named = [*(condition.property_name for condition in search.filters), *([search.sort_by] if search.sort_by else [])]
    unknown = [name for name in named if name not in definitions]
    if definitions and unknown:
        return f"{object_type.label} have no property “{unknown[0][:MAX_NAME_LENGTH]}” to sort or filter by."
    return "HubSpot does not accept the conditions of `filter` or `sort`. Check that each value fits its property."
