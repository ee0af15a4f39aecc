"""HubSpot for background sync, from the first load to the verification.

load      the whole-load reader
changes   a search for modified records, all object types in parallel
window    the whole-load reader for a range of ids: records, associations and names for the price of a list
find      records that a list did not contain, by id: live, archived, merged or gone
count     a search for the number of records
"""

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from core.batches import batches
from core.rate import Priority, Usage
from errors import ScopeMissingError, ServiceError, UpstreamUnavailableError
from hubspot.catalog import DEFAULT_OBJECT_TYPES
from hubspot.custom_objects import without_schema
from hubspot.endpoints import Filter, FilterOperator, Search
from hubspot.id_range import IdRange
from hubspot.load_position import LoadPosition, RecordProgress
from hubspot.loader import load
from hubspot.lookup import FoundRecords, read_by_ids
from hubspot.missing import READ_PROPERTIES, Ending, endings
from hubspot.notices import TYPE_UNAVAILABLE
from hubspot.object_type import ObjectType
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.refusals import NAMES_FAILURES, REFUSALS
from integrations.hubspot_portal import NAME, open_cursors, open_portal, open_reader, read_usage
from integrations.integration import ItemsQuery
from integrations.integration_item import IntegrationItem
from integrations.load_events import LoadReceipt, Skipped, TypeReceipt
from integrations.sync_source import build_query
from mirror.reader import PAGE
from mirror.records import Deletion
from oauth.connection import Connection
from services.services import Services
from sync.session import now_ms
from sync.source import CountWindow, Events, Found
from sync.state import Wanted

_NOTHING_READ = LoadReceipt(
    complete=False, object_types={}, requests=0, retries=0, duration_s=0.0, watermark=None, resume=None
)


@dataclass(frozen=True, slots=True)
class HubSpotSource:
    """Reads portals for the mirror."""

    services: Services
    knows_changes: bool = True
    in_id_order: bool = True
    counts: bool = True

    def now_ms(self) -> int:
        return self.services.clocks[NAME].now_ms()

    async def resolve(self, connection: Connection, names: Sequence[str]) -> dict[str, str]:
        """A custom object whose schema is refused, beside other types, goes by its id.

        Raises: UnknownObjectTypeError; the client's errors if schemas cannot be read now, or are refused for custom
        objects alone or by another name than their id.
        """
        if not names:
            return {object_type.name: object_type.type_id for object_type in DEFAULT_OBJECT_TYPES}
        _, query = await open_portal(self.services, connection, build_query(Wanted(types={}), names))
        for object_type in query.object_types:
            if not object_type.type_id.startswith("2-"):
                object_type.check_defined()
        return {object_type.name: object_type.type_id for object_type in query.object_types}

    def load(
        self, connection: Connection, wanted: Wanted, object_types: Sequence[str], *, resume: str | None
    ) -> Events:
        return self._load(connection, wanted, object_types, resume=resume)

    def changes(self, connection: Connection, wanted: Wanted, *, since: Mapping[str, datetime]) -> Events:
        return self._load(connection, wanted, list(since), since=since, part=IdRange(), priority="bulk")

    def window(
        self, connection: Connection, wanted: Wanted, object_type: str, *, after: str | None, until: str | None
    ) -> Events:
        last = -1 if after is None else int(after)
        ids = IdRange(after=after, last=last, end=None if until is None else int(until) + 1)
        return self._load(connection, wanted, [object_type], part=ids)

    async def find(
        self,
        connection: Connection,
        wanted: Wanted,
        object_type: str,
        ids: Sequence[str],
        *,
        priority: Priority = "background",
    ) -> Found:
        """Classify records by id. Raises: ScopeMissingError and other errors of the client; then none is classified."""
        reader, query, hubspot_type = await open_type(self.services, connection, wanted, object_type, priority=priority)
        if missing := reader.missing_scopes(hubspot_type):
            raise ScopeMissingError(missing_scopes=missing)
        client, sent_at_ms = reader.client, now_ms()
        live = await client.batch_read(hubspot_type.path, ids, properties=READ_PROPERTIES)
        left = [id_ for id_ in ids if id_ not in {record.id for record in live.results}]
        archived = await client.batch_read(hubspot_type.path, left, properties=READ_PROPERTIES, archived=True)
        unreadable = {*live.unreadable, *archived.unreadable}
        found = endings(left, live.results, archived.results, unreadable=unreadable)
        known = {record.id for record in live.results} & set(ids)
        read = await read_by_ids(reader, query, hubspot_type, sorted(known)) if known else FoundRecords()
        return Found(
            items=read.items,
            deletions=[_deletion(hubspot_type, ending, sent_at_ms) for ending in found],
            unreadable=sorted({*unreadable, *read.unreadable}),
        )

    async def count(self, connection: Connection, object_type: str, window: CountWindow) -> int | None:
        wanted = Wanted(types={})
        reader, _, hubspot_type = await open_type(self.services, connection, wanted, object_type, priority="background")
        search = Search(filters=_filters(hubspot_type, window), properties=("hs_object_id",), limit=1)
        return (await reader.client.search(hubspot_type.path, search)).total

    async def usage(self, connection: Connection) -> Usage | None:
        return await read_usage(self.services, connection.account.account_id)

    async def _load(
        self,
        connection: Connection,
        wanted: Wanted,
        object_types: Sequence[str],
        *,
        since: Mapping[str, datetime] | None = None,
        part: IdRange | None = None,
        resume: str | None = None,
        priority: Priority = "background",
    ) -> Events:
        """Load everything, or a part of each type; a partial load does not count, because totals would not match."""
        earliest = min(since.values()) if since else None
        query = build_query(wanted, [wanted.types[name] for name in object_types], updated_since=earliest)
        try:
            reader, asked = await _open(self.services, connection, wanted, query, priority)
        except NAMES_FAILURES as exc:  # they are all custom objects
            yield self._add_undefined(connection, _NOTHING_READ, dict.fromkeys(object_types, exc))
            return
        undefined = {entry.name: entry.undefined for entry in asked.object_types if entry.undefined is not None}
        defined = tuple(entry for entry in asked.object_types if entry.undefined is None)
        if not defined:
            yield self._add_undefined(connection, _NOTHING_READ, undefined)
            return
        asked = dataclasses.replace(asked, object_types=defined)
        cursors = open_cursors(self.services, connection, "sync", asked)
        position = cursors.open(resume)
        moments = {wanted.types[name]: moment for name, moment in (since or {}).items()}
        if part is not None:
            types = {entry.type_id: RecordProgress(parts=[replace(part)], total=0) for entry in defined}
            position = LoadPosition(now_ms(), types)
        async with aclosing(
            load(reader, asked, position, seal=cursors.seal_place, stop=self.services.shutdown, since=moments)
        ) as events:
            async for event in events:
                yield self._add_undefined(connection, event, undefined) if isinstance(event, LoadReceipt) else event

    def _add_undefined(
        self, connection: Connection, receipt: LoadReceipt, undefined: Mapping[str, ServiceError]
    ) -> LoadReceipt:
        """The receipt with the custom objects that have no schema, and why: nothing of them was read."""
        if not undefined:
            return receipt
        reader = open_reader(self.services, connection)
        left_out = {name: _left_out(reader, name, why) for name, why in undefined.items()}
        return dataclasses.replace(receipt, complete=False, object_types={**receipt.object_types, **left_out})


async def open_type(
    services: Services,
    connection: Connection,
    wanted: Wanted,
    name: str,
    *,
    priority: Priority = "interactive",
) -> tuple[Reader, Query, ObjectType]:
    """Open the portal to read one object type; `name` may also be its id. Raises: why it has no schema."""
    query = build_query(wanted, [wanted.types.get(name, name)])
    reader, asked = await _open(services, connection, wanted, query, priority)
    (object_type,) = asked.object_types
    object_type.check_defined()
    return reader, asked, object_type


async def _open(
    services: Services, connection: Connection, wanted: Wanted, query: ItemsQuery, priority: Priority
) -> tuple[Reader, Query]:
    """Open the portal to store what is read. Each type has the name under which the sync knows it.

    A custom object that HubSpot does not list is undefined: that alone does not prove that its records have ended.
    """
    reader, asked = await open_portal(services, connection, query, priority=priority, keep_unknown=True)
    names = {type_id: name for name, type_id in wanted.types.items()}
    known = (dataclasses.replace(entry, name=names.get(entry.type_id, entry.name)) for entry in asked.object_types)
    asked = dataclasses.replace(asked, object_types=tuple(known))

    async def read_stored(object_type: ObjectType, ids: Sequence[str]) -> Mapping[str, IntegrationItem]:
        parts = [
            await services.mirror.reader.read(connection.connection_id, object_type.type_id, batch)
            for batch in batches(ids, PAGE)
        ]
        return {record_id: entry.item() for stored in parts for record_id, entry in stored.items()}

    return dataclasses.replace(reader, read_stored=read_stored), asked


def _left_out(reader: Reader, name: str, why: ServiceError) -> TypeReceipt:
    entry: Skipped = {"code": UpstreamUnavailableError.code}
    if isinstance(why, REFUSALS):
        scopes = reader.scopes_to_grant(why, without_schema(name, why))
        entry = {"code": "scope_missing", "missing_scopes": scopes} if scopes else {"code": TYPE_UNAVAILABLE}
    return TypeReceipt(complete=False, total=None, delivered=0, requests=0, retries=0, watermark=None, skipped=[entry])


def _deletion(object_type: ObjectType, ending: Ending, sent_at_ms: int) -> Deletion:
    return Deletion(
        record_id=ending.record_id,
        item_id=object_type.item_id(ending.record_id),
        object_type=object_type.name,
        reason=ending.reason,
        at_ms=ending.at_ms or sent_at_ms,
        sent_at_ms=sent_at_ms,
        into=None if ending.into is None else object_type.item_id(ending.into),
    )


def _filters(object_type: ObjectType, window: CountWindow) -> tuple[Filter, ...]:
    bounds: list[tuple[str, FilterOperator, str | int | None]] = [
        ("hs_object_id", "GT", window.after),
        ("hs_object_id", "LTE", window.until),
        (object_type.modified_property, "GTE", window.since_ms),
        (object_type.modified_property, "LT", window.before_ms),
    ]
    return tuple(Filter(name, operator, str(bound)) for name, operator, bound in bounds if bound is not None)
