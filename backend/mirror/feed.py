"""The change feed of a connection: every record once, at its newest sequence number, deletions as tombstones.

Without a cursor a reader first gets the snapshot: all present records, without earlier deletions.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from core.data_keys import DataKey
from errors import CursorExpiredError
from mirror import scripts
from mirror.cursors import NOT_BEGUN, FeedCursors, Position
from mirror.epochs import Epochs
from mirror.fence import check_read
from mirror.sealing import CREATED_BYTES, RECORD, Sealer, parse_header

# Maximum entries that a page for certain types may examine: at most 20 ms of Redis' time.
MOST_LOOKED_AT = 20_000
_LENGTHS = struct.Struct(">HI")  # of the place and the stored value; a sequence number comes before them

Op = Literal["created", "updated", "deleted"]


class _Content(msgspec.Struct):
    """The part of the sealed content that an entry shows; the rest is not parsed."""

    id: str
    object_type: str
    last_modified_time: str | None = None
    reason: str | None = None
    into: str | None = None


class Change(msgspec.Struct, frozen=True):
    """One entry of the feed. `json` is the item as JSON; None for a deletion."""

    seq: int
    op: Op
    object_type: str
    id: str
    reason: str | None
    into: str | None
    at: str | None
    json: bytes | None


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of the feed, in order; `next` is the next `after`. If not `up_to_date`, more changes are available."""

    changes: list[Change]
    next: str
    up_to_date: bool
    reached: int
    """The last sequence number that need not be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The script's result; see `scripts.FEED`. `reached` is the last number that need not be read again."""

    head: int
    floor: int
    base: int
    reached: int
    entries: bytes = field(repr=False)


class ChangeFeed:
    """Reads changes."""

    def __init__(self, redis: Redis, epochs: Epochs, keyring: Keyring) -> None:
        self._epochs = epochs
        self._cursors = FeedCursors(keyring)
        self._feed = redis.register_script(scripts.FEED)

    async def changes(self, connection_id: str, *, after: str | None, limit: int, types: Sequence[str] = ()) -> Changes:
        """At most `limit` changes after a cursor, of these object types (ids), or of all types if none are given.

        A page for certain types can be short or empty before the end.

        Raises:
            CursorExpiredError: the cursor belongs to an earlier epoch, or tombstones after it have expired.
            InvalidCursorError: it does not belong to this connection and these types.
            SyncNotEnabledError, MirrorLostError: there is no mirror.
        """
        key = await self._epochs.get(connection_id)
        position = Position() if after is None else self._cursors.open(after, connection_id, types, key.epoch)
        answer = await self._read(connection_id, key, position, limit, types)
        _check_age(position, answer)
        sealer = Sealer(key)
        async with self._epochs.opening(connection_id, key.epoch):
            found = [_open(sealer, position.reached, *entry) for entry in _entries(answer.entries)]
        return Changes(
            changes=found,
            next=self._cursors.seal(connection_id, types, key.epoch, Position(answer.reached, answer.base)),
            up_to_date=answer.reached >= answer.head,
            reached=answer.reached,
        )

    def nothing_yet(self, connection_id: str, *, after: str | None, types: Sequence[str] = ()) -> Changes:
        """The page while no mirror has begun: empty. Raises: CursorExpiredError, InvalidCursorError."""
        if after is not None:
            self._cursors.open(after, connection_id, types, NOT_BEGUN)
        cursor = self._cursors.seal(connection_id, types, NOT_BEGUN, Position())
        return Changes(changes=[], next=cursor, up_to_date=True, reached=0)

    async def version(self, connection_id: str) -> tuple[int, int]:
        """Epoch and last sequence number; they change whenever a record changes. Raises: as `changes`."""
        key = await self._epochs.get(connection_id)
        answer = await self._read(connection_id, key, Position(), 0, ())
        return key.epoch, answer.head

    async def head_cursor(self, connection_id: str) -> str:
        """A cursor after all present changes, for all object types. Raises: as `changes`."""
        key = await self._epochs.get(connection_id)
        answer = await self._read(connection_id, key, Position(), 0, ())
        return self._cursors.seal(connection_id, (), key.epoch, Position(answer.head, answer.head))

    async def _read(
        self, connection_id: str, key: DataKey, position: Position, limit: int, types: Sequence[str]
    ) -> _Answer:
        keys = [store.sequence_key(connection_id), store.feed_key(connection_id)]
        wanted = [store.mirror_type(type_id) for type_id in types]
        args: list[str | int] = [
            key.epoch,
            position.reached,
            position.base,
            limit,
            MOST_LOOKED_AT,
            store.records_prefix(connection_id),
        ]
        status, *answer = await self._feed(keys=keys, args=[*args, *wanted])
        check_read(status)
        head, floor, base, reached, more, entries = answer
        end = int(reached) if more else max(int(head), int(reached))
        return _Answer(head=int(head), floor=int(floor), base=int(base), reached=end, entries=entries)


def _check_age(position: Position, answer: _Answer) -> None:
    """Raises: CursorExpiredError if a deletion may be missing, or the newest numbers were lost."""
    misses_deletions = 0 < position.reached < answer.floor and position.base < answer.floor
    if misses_deletions or position.reached > answer.head:
        raise CursorExpiredError


def _entries(entries: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Sequence number, place and stored value of each entry of a script's answer."""
    at = 0
    while at < len(entries):
        seq = int.from_bytes(entries[at : at + CREATED_BYTES], "big")
        place_bytes, stored_bytes = _LENGTHS.unpack_from(entries, at + CREATED_BYTES)
        place_at = at + CREATED_BYTES + _LENGTHS.size
        at = place_at + place_bytes + stored_bytes
        yield seq, entries[place_at : place_at + place_bytes].decode(errors="replace"), entries[at - stored_bytes : at]


def _open(sealer: Sealer, after: int, seq: int, place: str, stored: bytes) -> Change:
    """Raises: CredentialIntegrityError for a value that was not sealed for this place."""
    json = sealer.open(place, stored)
    content = msgspec.json.decode(json, type=_Content)
    header = parse_header(stored)
    is_record = header.kind == RECORD
    return Change(
        seq=seq,
        op=("created" if header.created > after else "updated") if is_record else "deleted",
        object_type=content.object_type,
        id=content.id,
        reason=content.reason,
        into=content.into,
        at=content.last_modified_time,
        json=json if is_record else None,
    )
