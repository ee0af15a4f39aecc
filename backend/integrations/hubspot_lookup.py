"""Look up HubSpot records by item id, or by sort and filters."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import msgspec

from core.cursor import Cursors
from core.http import MAX_BODY_BYTES
from core.together import together
from errors import InvalidCursorError, ScopeMissingError, UnknownObjectTypeError, ValidationFailedError
from hubspot.catalog import CATALOG
from hubspot.endpoints import Filter, FilterOperator, Search
from hubspot.id_range import number_of
from hubspot.lookup import read_by_ids, search_page
from hubspot.object_type import ObjectType
from hubspot.query import EARLIEST_MS, Query
from hubspot.reader import Reader
from integrations.hubspot_portal import custom_types, open_portal, open_reader, resolve
from integrations.integration import FoundById, ItemFilter, ItemsPage, ItemsQuery
from integrations.integration_item import Notice
from oauth.connection import Connection
from services.services import Services

OPERATORS: MappingProxyType[str, FilterOperator] = MappingProxyType(
    {
        "eq": "EQ",
        "neq": "NEQ",
        "lt": "LT",
        "lte": "LTE",
        "gt": "GT",
        "gte": "GTE",
        "in": "IN",
        "not_in": "NOT_IN",
        "has": "HAS_PROPERTY",
        "has_not": "NOT_HAS_PROPERTY",
    }
)
_BY_SUFFIX = {object_type.id_suffix: object_type for object_type in CATALOG}
_EPOCH, _MS = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


async def find_items_hubspot(
    services: Services, connection: Connection, query: ItemsQuery, ids: Sequence[str]
) -> FoundById:
    """The records with these item ids, in their order; missing records are left out. A merged id gives its survivor.

    Raises: ScopeMissingError if one of the types may not be read, and the errors of HubSpot.
    """
    reader = open_reader(services, connection)
    by_type, notices = await _by_type(services, reader, ids)
    found = await together(
        _read(services, reader, replace(query, object_types=(object_type.type_id,)), record_ids)
        for object_type, record_ids in by_type.items()
    )
    if found:
        notices += reader.owners_notices(await reader.read_names())
    items = {item.id: item for part in found for item in part.items}
    survivors = {item_id: survivor for part in found for item_id, survivor in part.survivors.items()}
    leads_to = dict.fromkeys(survivors.get(item_id, item_id) for item_id in ids)
    return FoundById(
        items=[items[item_id] for item_id in leads_to if item_id in items],
        unreadable=[item_id for part in found for item_id in part.unreadable],
        notices=[*notices, *(notice for part in found for notice in part.notices)],
        survivors=survivors,
    )


async def search_items_hubspot(services: Services, connection: Connection, query: ItemsQuery) -> ItemsPage:
    """A page of the records that match all filters, in the caller's order.

    Raises: ValidationFailedError if HubSpot's search cannot answer the query; else as `get_items_hubspot`.
    """
    reader, asked = await open_portal(services, connection, query)
    _check(asked)
    [object_type] = asked.object_types
    bound_to = ("search", object_type.type_id, replace(query, after=None, limit=0, object_types=()))
    cursors = Cursors(services.keyring, connection.connection_id, msgspec.json.encode(bound_to).decode())
    sort = query.sort or ""
    search = Search(
        filters=tuple(map(_filter, query.filters)),
        sort_by=sort.removeprefix("-") or None,
        descending=sort.startswith("-"),
        limit=query.limit,
        after=_offset(cursors.open(query.after)),
    )
    page = await search_page(reader, asked, object_type, search)
    return ItemsPage(items=page.items, next=cursors.seal(page.after), warnings=page.notices, total=page.total)


async def _read(services: Services, reader: Reader, query: ItemsQuery, ids: Sequence[str]) -> FoundById:
    """The records of the query's one type."""
    asked = await resolve(services, reader, query)
    [object_type] = asked.object_types
    if missing := reader.missing_scopes(object_type):
        raise ScopeMissingError(missing_scopes=missing)
    found = await read_by_ids(reader, asked, object_type, ids, most_bytes=MAX_BODY_BYTES)
    item_id = object_type.item_id
    return FoundById(
        items=found.items,
        unreadable=[item_id(id_) for id_ in found.unreadable],
        notices=found.notices,
        survivors={item_id(id_): item_id(survivor) for id_, survivor in found.survivors.items()},
    )


async def _by_type(
    services: Services, reader: Reader, ids: Sequence[str]
) -> tuple[dict[ObjectType, list[str]], list[Notice]]:
    """Record ids by object type, and a notice if HubSpot refuses custom types.

    Custom types are read only if an id belongs to no standard type. Raises: the errors of HubSpot that may pass.
    """
    found: defaultdict[ObjectType, list[str]] = defaultdict(list)
    parts = [item_id.partition("_")[::2] for item_id in dict.fromkeys(ids)]
    suffixes, notices = dict(_BY_SUFFIX), list[Notice]()
    if any(suffix not in suffixes for _, suffix in parts):
        custom, notices = await custom_types(services, reader, may_fail=False)
        suffixes |= {object_type.id_suffix: object_type for object_type in custom}
    for record_id, suffix in parts:
        if number_of(record_id) and suffix in suffixes:  # for other ids HubSpot would refuse the whole batch
            found[suffixes[suffix]].append(record_id)
    return dict(found), notices


def _check(query: Query) -> None:
    if len(query.object_types) != 1:
        raise UnknownObjectTypeError("`sort` and `filter` are for one object type: name it with `object_types`.")
    if query.archived or query.updated_since is not None or query.property_history:
        raise ValidationFailedError(
            "`sort` and `filter` do not go with `archived`, `updated_since` or `property_history`: "
            "HubSpot's search answers them. Filter by a date property instead of `updated_since`."
        )


def _filter(condition: ItemFilter) -> Filter:
    """Raises: ValidationFailedError."""
    operator = OPERATORS.get(condition.operator)
    if operator is None:
        raise ValidationFailedError(f"`filter` has no such operator. There are: {', '.join(OPERATORS)}.")
    if operator in {"IN", "NOT_IN"}:
        return Filter(condition.name, operator, values=tuple(map(_value, condition.value.split(","))))
    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return Filter(condition.name, operator)
    return Filter(condition.name, operator, _value(condition.value))


def _value(text: str) -> str:
    """An ISO 8601 time in the form of HubSpot's search: milliseconds since 1970; UTC if it has no time zone."""
    if not _MOMENT.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    since_epoch = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    return str(since_epoch // _MS or EARLIEST_MS)


def _offset(position: object) -> str | None:
    match position:
        case None:
            return None
        case str() if position.isdecimal():
            return position
        case _:
            raise InvalidCursorError
