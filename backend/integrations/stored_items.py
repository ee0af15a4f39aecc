"""Answer queries from the mirror: decide whether it can, then read pages and streams of items.

Items are delivered by object type in the order of the query, each type in the order of record ids.
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from core.cursor import Cursors
from errors import InvalidCursorError
from hubspot.signals import type_id_of
from hubspot.skipped import MOST_IDS
from integrations.integration import Integration, ItemsQuery
from integrations.load_events import Items, LoadEvent, LoadPlan, LoadReceipt, Skipped, TypePlan, TypeReceipt
from mirror.mirror import Mirror
from mirror.records import format_ms, item_id_of
from sync.polls import POLL_OVERLAP
from sync.receipts import RECORD_UNREADABLE
from sync.state import Sync, TypeState, Wanted

CURSOR_PREFIX = "m1."
ALL_PROPERTIES = "*"

# Index of the type, and the last record id; None at its beginning.
Position = tuple[int, str | None]
Shape = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItems:
    """The items of some object types.

    Args:
        types: their ids by name.
        as_of_ms: the oldest of them.
        watermark: the `updated_since` of a later load, ISO 8601; None if the vendor knows no such times.
    """

    mirror: Mirror
    connection_id: str
    types: Mapping[str, str]
    as_of_ms: int
    watermark: str | None
    states: Mapping[str, TypeState]

    async def check(self) -> None:
        """Raises: MirrorLostError, or a RedisError when the mirror's Redis does not answer."""
        await self.mirror.feed.version(self.connection_id)

    async def etag(self, query: ItemsQuery, *further: object) -> str:
        """Changes when data of the connection or the query changes."""
        version = await self.mirror.feed.version(self.connection_id)
        state = msgspec.json.encode((version, query, further))
        return f'"{blake2b(state, digest_size=12).hexdigest()}"'

    async def page(self, position: Position, limit: int) -> tuple[list[bytes], Position | None]:
        """At most `limit` items as JSON, and the position after them; None at the end."""
        index, after = position
        found: list[bytes] = []
        type_ids = list(self.types.values())
        while index < len(type_ids):
            room = limit - len(found)
            if not room:
                return found, (index, after)
            stored = await self.mirror.reader.page(self.connection_id, type_ids[index], after=after, limit=room)
            found += [item.json for item in stored]
            if len(stored) < room:
                index, after = index + 1, None
            else:
                after = stored[-1].record_id
        return found, None

    async def load(self, shape: Shape) -> AsyncGenerator[LoadEvent, None]:
        """All items; `shape` projects the JSON of each item."""
        reader = self.mirror.reader
        # Before the first record is read: no change is missed.
        cursor = await self.mirror.feed.head_cursor(self.connection_id)
        totals = {name: await reader.count(self.connection_id, type_id) for name, type_id in self.types.items()}
        as_of = format_ms(self.as_of_ms)
        yield LoadPlan(
            object_types={name: TypePlan(total) for name, total in totals.items()},
            requests=0,
            seconds=0,
            source="mirror",
            as_of=as_of,
            changes_after=cursor,
        )
        receipts = {}
        for name, type_id in self.types.items():
            delivered = 0
            async for page in reader.pages(self.connection_id, type_id):
                delivered += len(page)
                yield Items([shape(item.json) for item in page])
            receipts[name] = _receipt_of_type(self.states[name], totals[name], delivered, self.watermark)
        complete = all(receipt.complete for receipt in receipts.values())
        yield LoadReceipt(
            complete=complete,
            object_types=receipts,
            requests=0,
            retries=0,
            duration_s=0.0,
            watermark=self.watermark if complete else None,
            resume=None,
        )


@dataclass(frozen=True, slots=True)
class StoredCursors:
    """Cursors of stored pages; they look different from those of live ones."""

    cursors: Cursors

    def seal(self, position: Position | None) -> str | None:
        return None if position is None else CURSOR_PREFIX + self.cursors.seal_place(position)

    def open(self, cursor: str | None) -> Position:
        """Raises: InvalidCursorError."""
        if cursor is None:
            return 0, None
        try:
            position: Position = msgspec.convert(self.cursors.open(cursor.removeprefix(CURSOR_PREFIX)), Position)
        except msgspec.ValidationError:
            raise InvalidCursorError from None
        return position


def find_stored_items(
    mirror: Mirror, integration: Integration, connection_id: str, sync: Sync, query: ItemsQuery
) -> StoredItems | None:
    """None if the stored items lack requested data or are not fully loaded."""
    types = _types_of(integration, sync.wanted, query)
    if types is None or not _has_all(integration, sync.wanted, query, types):
        return None
    states = {name: state for name in types if (state := sync.progress.types.get(name)) and state.as_of_ms}
    if len(states) < len(types):
        return None
    return StoredItems(
        mirror=mirror,
        connection_id=connection_id,
        types=types,
        as_of_ms=min(state.as_of_ms for state in states.values()),
        watermark=_watermark(states.values()) if integration.knows_changes else None,
        states=states,
    )


def _watermark(states: Iterable[TypeState]) -> str:
    """Where the next poll begins, because the vendor's search index may have lacked later changes."""
    marks = [datetime.fromisoformat(state.watermark) for state in states if state.watermark]
    return format_ms(int((min(marks) - POLL_OVERLAP).timestamp() * 1000))


async def find_stored_by_ids(
    mirror: Mirror,
    integration: Integration,
    connection_id: str,
    sync: Sync,
    query: ItemsQuery,
    ids: Sequence[str],
    *,
    since_ms: int,
) -> tuple[dict[str, bytes], int] | None:
    """The items with these ids as JSON, and the oldest `as_of_ms` of their types, at or after `since_ms`.

    None if one of them is not stored with all requested data; but where the vendor cannot be asked by id and all object
    types are stored, it does not exist.
    """
    record_ids = [item_id.rpartition("_")[0] for item_id in ids]
    found: dict[str, bytes] = {}
    read_ms: list[int] = []
    found_ms: list[int] = []
    for name, type_id in sync.wanted.types.items():
        state = sync.progress.types.get(name)
        if state is None or not state.as_of_ms or state.as_of_ms < since_ms:
            continue
        if not _has_all(integration, sync.wanted, query, [name]):
            continue
        stored = await mirror.reader.read(connection_id, type_id, record_ids)
        of_type = {item_id: value.json for value in stored.values() if (item_id := item_id_of(value.json)) in ids}
        found |= of_type
        read_ms.append(state.as_of_ms)
        found_ms += [state.as_of_ms] if of_type else []
    if len(found) == len(set(ids)):
        return found, min(found_ms)
    if integration.find_items is None and len(read_ms) == len(integration.object_types):
        return found, min(read_ms)
    return None


def _types_of(integration: Integration, wanted: Wanted, query: ItemsQuery) -> dict[str, str] | None:
    """The object types by name; None if one is not synced. A type may be given by its id or another standard name."""
    names_by_id = {type_id: name for name, type_id in wanted.types.items()}
    chosen = query.object_types or tuple(
        object_type.name for object_type in integration.object_types if object_type.default
    )
    names = [names_by_id.get(type_id_of(name) or name, name) for name in chosen]
    if not all(name in wanted.types for name in names):
        return None
    return {name: wanted.types[name] for name in names}


def _has_all(integration: Integration, wanted: Wanted, query: ItemsQuery, names: Iterable[str]) -> bool:
    """Whether records of these types are stored with all requested data, and the query is not a search."""
    is_search = query.archived or query.updated_since is not None or query.q is not None or query.is_search
    is_special = bool(query.associated_types or query.property_history)
    if is_search or is_special or (query.associations and not wanted.associations):
        return False
    return all(_has_properties(integration, wanted.properties, query.properties, name) for name in names)


def _has_properties(
    integration: Integration, stored: tuple[str, ...] | None, asked: tuple[str, ...] | None, name: str
) -> bool:
    if stored is not None and ALL_PROPERTIES in stored:
        return True
    if asked is None:
        return stored is None
    return set(asked) <= (integration.default_properties.get(name, frozenset()) if stored is None else set(stored))


def _receipt_of_type(state: TypeState, total: int, delivered: int, watermark: str | None) -> TypeReceipt:
    """Incomplete if there are parked records: they are missing, or older than the rest."""
    parked = [entry.record_id for entry in state.parked]
    skipped: list[Skipped] = []
    if parked:
        skipped.append({"code": RECORD_UNREADABLE, "count": state.parked_count, "ids": parked[:MOST_IDS]})
    return TypeReceipt(
        complete=not skipped,
        total=total,
        delivered=delivered,
        requests=0,
        retries=0,
        watermark=None if skipped else watermark,
        skipped=skipped,
    )
