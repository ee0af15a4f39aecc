"""Write items and deletions to the mirror. Each batch is one script.

An item is stored if its modification time (for equal times, the time of its request) is not older than the stored one;
it enters the feed if its content differs. After a deletion it must come from a later request.

Readers of the feed keep records by item id, which changes with the label of an object type. A record that gets another
item id leaves a tombstone for the former one. That is its place instead of the record id, so that both are in the feed.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from types import MappingProxyType

import msgspec
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from core import metrics, store
from core.batches import batches
from core.data_keys import DataKey
from errors import MirrorFullError, UpstreamMalformedError
from integrations.integration_item import IntegrationItem
from mirror import scripts
from mirror.epochs import Epochs
from mirror.fence import Fence, StaleWriterError, check_status
from mirror.records import (
    Applied,
    Deletion,
    format_ms,
    item_id_of,
    item_json,
    updated_at_ms,
)
from mirror.sealing import TOMBSTONE, Sealer

# A script blocks other Redis clients for about 5 µs per record.
BATCH = 1_000
# No known vendor has longer record ids; the length is one byte in the index.
MAX_ID_BYTES = 255
_DAY_MS = 86_400_000
_MODES = {"privacy": "2", "merged": "1"}
_EXPIRE_AT_LEAST = 100
# The largest time of a request that a header can hold: no answer replaces what was deleted for privacy.
_NEVER_MS = 2**48 - 1


class MirrorWriter:
    """Stores and deletes records."""

    def __init__(
        self, redis: Redis, epochs: Epochs, *, tombstone_days: int, now: Callable[[], float] = time.time
    ) -> None:
        self._epochs = epochs
        self._tombstone_ms = tombstone_days * _DAY_MS
        self._now = now
        self._apply = redis.register_script(scripts.APPLY)
        self._delete = redis.register_script(scripts.DELETE)
        self._stored = redis.register_script(scripts.STORED)
        self._expire = redis.register_script(scripts.EXPIRE)

    async def apply(
        self,
        connection_id: str,
        type_id: str,
        items: Sequence[IntegrationItem],
        *,
        sent_at_ms: int,
        fence: Fence,
        sent_before: Mapping[str, int] = MappingProxyType({}),
        lag_ms: int = 0,
    ) -> Applied:
        """Store the items of one object type from one response.

        `sent_before` has earlier times of records that are partly from an earlier response, by record id. The response
        may be `lag_ms` older than its request: a record that was deleted since then comes back only if it was modified
        after that.

        Raises:
            StaleWriterError: the fence has an earlier epoch or lease.
            MirrorFullError: Redis has no memory left; earlier batches of 1,000 are stored.
            SyncNotEnabledError, MirrorLostError: there is no mirror.
        """
        key = await self._open(connection_id, fence)
        sealer, total = Sealer(key), Applied()
        for batch in batches(items, BATCH):
            sealed = [_seal_item(sealer, type_id, item, sent_before.get(item.record_id, sent_at_ms)) for item in batch]
            pairs = [(item.record_id, body) for item, body in zip(batch, sealed, strict=True)]
            applied, replaced = await self._store(connection_id, type_id, fence, pairs, lag_ms=lag_ms)
            total += applied
            if not replaced:
                continue
            ids = await self._item_ids(connection_id, type_id, key, replaced)
            checked = [
                (id_, body, *_seal_former(sealer, type_id, item, ids[id_], sent_at_ms))
                for item, (id_, body) in zip(batch, pairs, strict=True)
                if id_ in ids
            ]
            total += (await self._store(connection_id, type_id, fence, checked, lag_ms=lag_ms, is_checked=True))[0]
        metrics.mirror_written(added=total.added, changed=total.changed, unchanged=total.unchanged, stale=total.stale)
        return total

    async def delete(self, connection_id: str, type_id: str, deletions: Sequence[Deletion], *, fence: Fence) -> int:
        """Delete records of one object type and leave tombstones; return how many were stored. Raises: as `apply`.

        A record is deleted by the item id under which it is stored. Also deletes some tombstones older than
        TOMBSTONE_DAYS.
        """
        key = await self._open(connection_id, fence)
        sealer, deleted = Sealer(key), 0
        for batch in batches(deletions, BATCH):
            keys = [store.sequence_key(connection_id), store.records_key(connection_id, type_id)]
            status, *entries = await self._stored(keys=keys, args=[key.epoch, *(entry.record_id for entry in batch)])
            check_status(status)
            ids = await self._item_ids(connection_id, type_id, key, entries[0])
            named = [replace(entry, item_id=ids.get(entry.record_id, entry.item_id)) for entry in batch]
            sealed = [
                (id_ := entry.record_id, _seal_deletion(sealer, place_of(type_id, id_), entry), _mode_of(entry))
                for entry in named
            ]
            [count] = await self._run(self._delete, connection_id, type_id, fence, chain.from_iterable(sealed))
            deleted += int(count)
        metrics.mirror_written(deleted=deleted)
        await self.expire_tombstones(connection_id, fence.epoch, at_most=max(_EXPIRE_AT_LEAST, 2 * len(deletions)))
        return deleted

    async def expire_tombstones(self, connection_id: str, epoch: int, *, at_most: int = BATCH) -> int:
        """Delete tombstones older than TOMBSTONE_DAYS; return their number. Older cursors expire."""
        keys = [store.sequence_key(connection_id), store.feed_key(connection_id), store.tombstones_key(connection_id)]
        before_ms = int(self._now() * 1000) - self._tombstone_ms
        return int(await self._expire(keys=keys, args=[epoch, before_ms, at_most, store.records_prefix(connection_id)]))

    async def _open(self, connection_id: str, fence: Fence) -> DataKey:
        key = await self._epochs.get(connection_id)
        if key.epoch != fence.epoch:
            raise StaleWriterError("epoch")
        return key

    async def _store(
        self,
        connection_id: str,
        type_id: str,
        fence: Fence,
        records: Iterable[tuple[str | bytes, ...]],
        *,
        lag_ms: int,
        is_checked: bool = False,
    ) -> tuple[Applied, bytes]:
        """What was stored, and the entries of stored records that were not replaced because they were not checked."""
        mode = "1" if is_checked else ""
        *counts, entries = await self._run(
            self._apply, connection_id, type_id, fence, [mode, str(lag_ms), *chain.from_iterable(records)]
        )
        added, changed, unchanged, stale, renamed = map(int, counts)
        return Applied(added=added, changed=changed, unchanged=unchanged, stale=stale, renamed=renamed), entries

    async def _item_ids(self, connection_id: str, type_id: str, key: DataKey, entries: bytes) -> dict[str, str]:
        """The item ids of stored records and tombstones, by record id."""
        sealer = Sealer(key)
        async with self._epochs.opening(connection_id, key.epoch):
            return {
                id_: item_id_of(sealer.open(place_of(type_id, id_), stored))
                for id_, stored in scripts.parse_entries(entries)
            }

    async def _run(
        self,
        script: Callable[..., Awaitable[list[bytes]]],
        connection_id: str,
        type_id: str,
        fence: Fence,
        records: Iterable[str | bytes],
    ) -> list[bytes]:
        keys = [
            store.sequence_key(connection_id),
            store.records_key(connection_id, type_id),
            store.record_ids_key(connection_id, type_id),
            store.feed_key(connection_id),
            store.tombstones_key(connection_id),
        ]
        try:
            status, *answer = await script(keys=keys, args=[*fence.args(), store.mirror_type(type_id), *records])
        except OutOfMemoryError as exc:
            raise MirrorFullError from exc
        check_status(status)
        return answer


def _mode_of(deletion: Deletion) -> str:
    return _MODES.get(deletion.reason, "0")


def _seal_item(sealer: Sealer, type_id: str, item: IntegrationItem, sent_at_ms: int) -> bytes:
    return sealer.seal(
        place_of(type_id, item.record_id),
        item_json(item),
        updated_at_ms=updated_at_ms(item),
        sent_at_ms=sent_at_ms,
    )


def _seal_former(
    sealer: Sealer, type_id: str, item: IntegrationItem, former_id: str, sent_at_ms: int
) -> tuple[str, bytes]:
    """The item id under which the record is stored, and a tombstone for it; empty if it stays the same."""
    if former_id == item.id:
        return "", b""
    deletion = Deletion(
        record_id=item.record_id,
        item_id=former_id,
        object_type=item.object_type,
        reason="renamed",
        at_ms=sent_at_ms,
        sent_at_ms=sent_at_ms,
        into=item.id,
    )
    return former_id, _seal_deletion(sealer, f"{store.mirror_type(type_id)}:{former_id}", deletion)


def _seal_deletion(sealer: Sealer, place: str, deletion: Deletion) -> bytes:
    """Two deletions are equal if their reason is the same; the time of detection does not count."""
    content = {
        "id": deletion.item_id,
        "object_type": deletion.object_type,
        "last_modified_time": format_ms(deletion.at_ms),
        "reason": deletion.reason,
        "into": deletion.into,
    }
    return sealer.seal(
        place,
        msgspec.json.encode(content),
        updated_at_ms=deletion.at_ms,
        sent_at_ms=_NEVER_MS if deletion.reason == "privacy" else deletion.sent_at_ms,
        kind=TOMBSTONE,
        identity=msgspec.json.encode((deletion.reason, deletion.into)),
    )


def place_of(type_id: str, record_id: str) -> str:
    """The place to which a sealed record is bound; also its name in the feed.

    Raises: UpstreamMalformedError for an id that is empty or longer than 255 bytes.
    """
    if not 0 < len(record_id.encode()) <= MAX_ID_BYTES:
        raise UpstreamMalformedError("The connected service named a record by an id that cannot be stored.")
    return f"{store.mirror_type(type_id)}:{record_id}"
