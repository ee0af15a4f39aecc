"""Read records of the mirror by id, in the order of ids, or only their versions; and count them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, cast

from redis.asyncio import Redis

from core import store
from mirror import scripts
from mirror.epochs import Epochs
from mirror.fence import check_read
from mirror.records import StoredItem, Version
from mirror.sealing import CREATED_BYTES, HEADER_BYTES, Sealer, parse_header
from mirror.writer import place_of

PAGE = 1_000


class MirrorReader:
    """Reads stored records. Every method raises SyncNotEnabledError or MirrorLostError if there is no mirror."""

    def __init__(self, redis: Redis, epochs: Epochs) -> None:
        self._redis = redis
        self._epochs = epochs
        self._find = redis.register_script(scripts.FIND)
        self._range = redis.register_script(scripts.RANGE)

    async def read(self, connection_id: str, type_id: str, record_ids: Sequence[str]) -> dict[str, StoredItem]:
        """Records by id, at most 1,000; missing records are left out."""
        key = await self._epochs.get(connection_id)
        keys = [store.sequence_key(connection_id), store.records_key(connection_id, type_id)]
        status, *entries = await self._find(keys=keys, args=[key.epoch, *record_ids])
        check_read(status)
        sealer = Sealer(key)
        async with self._epochs.opening(connection_id, key.epoch):
            return {
                record_id: _open(sealer, type_id, record_id, stored)
                for record_id, stored in scripts.parse_entries(entries[0])
            }

    async def page(
        self, connection_id: str, type_id: str, *, after: str | None = None, limit: int = PAGE
    ) -> list[StoredItem]:
        """The records after an id, in numeric order of ids."""
        key = await self._epochs.get(connection_id)
        sealer = Sealer(key)
        entries = await self._read_range(connection_id, type_id, key.epoch, after=after, limit=limit)
        async with self._epochs.opening(connection_id, key.epoch):
            return [_open(sealer, type_id, record_id, stored) for record_id, stored in entries]

    async def pages(self, connection_id: str, type_id: str, *, limit: int = PAGE) -> AsyncIterator[list[StoredItem]]:
        """All records of a type, page by page."""
        after: str | None = None
        while page := await self.page(connection_id, type_id, after=after, limit=limit):
            yield page
            after = page[-1].record_id

    async def versions(
        self,
        connection_id: str,
        type_id: str,
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int = PAGE,
    ) -> list[Version]:
        """Versions of the records with ids after `after` up to `until` (inclusive), in order, without decryption."""
        key = await self._epochs.get(connection_id)
        entries = await self._read_range(
            connection_id, type_id, key.epoch, after=after, until=until, limit=limit, header_only=True
        )
        async with self._epochs.opening(connection_id, key.epoch):
            headers = [(record_id, parse_header(stored)) for record_id, stored in entries]
        return [Version(record_id, head.updated_at_ms, head.sent_at_ms) for record_id, head in headers]

    async def count(self, connection_id: str, type_id: str) -> int:
        """How many records of a type there are."""
        await self._epochs.get(connection_id)
        return int(await cast(Any, self._redis).zcard(store.record_ids_key(connection_id, type_id)))

    async def _read_range(
        self,
        connection_id: str,
        type_id: str,
        epoch: int,
        *,
        after: str | None,
        limit: int,
        until: str | None = None,
        header_only: bool = False,
    ) -> Iterator[tuple[str, bytes]]:
        keys = [
            store.sequence_key(connection_id),
            store.records_key(connection_id, type_id),
            store.record_ids_key(connection_id, type_id),
        ]
        bytes_each = CREATED_BYTES + HEADER_BYTES if header_only else 0
        status, *entries = await self._range(keys=keys, args=[epoch, *_bounds(after, until), limit, bytes_each])
        check_read(status)
        return scripts.parse_entries(entries[0])


def _bounds(after: str | None, until: str | None) -> tuple[bytes, bytes]:
    """Bounds for ZRANGEBYLEX: after `after`, up to `until`."""
    return (
        b"-" if after is None else b"(" + _member(after),
        b"+" if until is None else b"[" + _member(until),
    )


def _member(record_id: str) -> bytes:
    """The id with its length before it, which sorts numbers by value."""
    encoded = record_id.encode()
    return bytes([min(len(encoded), 255)]) + encoded


def _open(sealer: Sealer, type_id: str, record_id: str, stored: bytes) -> StoredItem:
    json, header = sealer.open(place_of(type_id, record_id), stored), parse_header(stored)
    return StoredItem(record_id=record_id, sent_at_ms=header.sent_at_ms, json=json)
