"""The lifecycle of a connection's mirror: it begins empty with a new key, and ends when the key is deleted.

Drop: write a note → delete the key (the data becomes unreadable) → delete the data → delete the note. The rest of an
interrupted drop is deleted later (`finish_drops`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import store
from core.data_keys import DataKey, DataKeys
from errors import CredentialIntegrityError, MirrorFullError, MirrorLostError, SyncNotEnabledError
from mirror import scripts

# Planned memory of a record with its feed entry; real records are larger than the measured ones.
RECORD_BYTES = 1_000
# Of bytes and epochs.
MOST_DIGITS = 18

log = structlog.get_logger(__name__)

# Replaces a connection's reserved memory. KEYS: reserved. ARGV: connection, bytes, most bytes.
# Answers the bytes that are free without this connection; negative if it does not fit.
_RESERVE = """#!lua
local used, fields = 0, redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  if fields[i] ~= ARGV[1] then used = used + (tonumber(fields[i + 1]) or 0) end
end
local free = tonumber(ARGV[3]) - used
if tonumber(ARGV[2]) > free then return {0, math.max(free, 0)} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return {1, free}
"""


class Epochs:
    """Begins, finds and drops mirrors.

    Args:
        main: the Redis of connections and keys.
        redis: the Redis of the mirror, returning bytes.
        max_bytes: limit for all connections together.
    """

    def __init__(self, main: Redis, redis: Redis, keys: DataKeys, *, max_bytes: int) -> None:
        self._main = main
        self._keys = keys
        self._max_bytes = max_bytes
        self._reserve = main.register_script(_RESERVE)
        self._reset = redis.register_script(scripts.RESET)

    async def find(self, connection_id: str) -> DataKey | None:
        """The present key and epoch; None if the connection is not synced."""
        return await self._keys.find(connection_id)

    async def get(self, connection_id: str) -> DataKey:
        """Raises: SyncNotEnabledError."""
        key = await self._keys.find(connection_id)
        if key is None:
            raise SyncNotEnabledError
        return key

    async def begin(self, connection_id: str) -> int:
        """Begin an empty mirror with a new key; earlier cursors expire and earlier writers are refused.

        Returns the epoch, for `Fence`.
        """
        key = await self._keys.begin(connection_id)
        await cast(Any, self._main.hdel(store.MIRROR_DROPPED, connection_id))
        await self._clear(connection_id, key.epoch, begins=True)
        return key.epoch

    async def reserve(self, connection_id: str, records: int) -> None:
        """Reserve memory for this many records. Call it before a load, and again when the number grows.

        Raises: MirrorFullError if they do not fit next to the other connections' records.
        """
        needed = records * RECORD_BYTES
        args: list[str | int] = [connection_id, needed, self._max_bytes]
        fits, free = await self._reserve(keys=[store.MIRROR_RESERVED], args=args)
        if not fits:
            raise MirrorFullError(needed_bytes=needed, free_bytes=free)

    async def count_reserved(self) -> tuple[int, int]:
        """Bytes reserved for all connections, and the limit; manipulated values do not count."""
        reserved = await cast(Any, self._main.hgetall(store.MIRROR_RESERVED))
        return sum(int(value) for value in reserved.values() if _is_number(value)), self._max_bytes

    @asynccontextmanager
    async def opening(self, connection_id: str, epoch: int) -> AsyncIterator[None]:
        """Treat a mirror as lost when a record of it cannot be opened: its data is deleted, and loaded again.

        What else is broken is not known, and a deletion that cannot be read must not be missing in the feed.

        Raises: MirrorLostError.
        """
        try:
            yield
        except CredentialIntegrityError as exc:
            log.error("a stored record cannot be opened; all are loaded again", connection_id=connection_id)
            await self._clear(connection_id, epoch, begins=False)
            raise MirrorLostError from exc

    async def drop(self, connection_id: str) -> None:
        """Delete the key, then all data. Dropping twice, or a mirror that does not exist, is not an error.

        Raises: a RedisError of the main Redis if nothing was changed. If the mirror's Redis does not answer, its data
        is already unreadable and is deleted later.
        """
        epoch = await self._keys.find_epoch(connection_id)
        if epoch is None:
            return
        await cast(Any, self._main.hset(store.MIRROR_DROPPED, connection_id, str(epoch)))
        await self._keys.delete(connection_id)
        await self._finish(connection_id, epoch)

    async def finish_drops(self) -> int:
        """Finish interrupted drops; return their number."""
        noted = await cast(Any, self._main.hgetall(store.MIRROR_DROPPED))
        for connection_id, epoch in noted.items():
            if await self._keys.find_epoch(connection_id) is not None:
                continue  # it was not dropped, or the note is manipulated
            if _is_number(epoch):
                await self._finish(connection_id, int(epoch))
            else:
                log.error("a manipulated note of a dropped mirror is ignored", connection_id=connection_id)
                await cast(Any, self._main.hdel(store.MIRROR_DROPPED, connection_id))
        return len(noted)

    async def _finish(self, connection_id: str, epoch: int) -> None:
        try:
            is_cleared = await self._clear(connection_id, epoch, begins=False)
        except RedisError as exc:
            log.warning("a dropped mirror is deleted later", connection_id=connection_id, error=type(exc).__name__)
            return
        if is_cleared:
            await cast(Any, self._main.hdel(store.MIRROR_RESERVED, connection_id))
        await cast(Any, self._main.hdel(store.MIRROR_DROPPED, connection_id))

    async def _clear(self, connection_id: str, epoch: int, *, begins: bool) -> bool:
        """Delete the data of this epoch and earlier ones; False if a later one has begun."""
        keys = [store.sequence_key(connection_id), store.feed_key(connection_id), store.tombstones_key(connection_id)]
        prefixes = [store.records_prefix(connection_id), store.record_ids_prefix(connection_id)]
        return bool(await self._reset(keys=keys, args=[epoch, "1" if begins else "", *prefixes]))


def _is_number(text: str) -> bool:
    """Whether it is a number of bytes or an epoch, and not manipulated."""
    return text.isdecimal() and len(text) <= MOST_DIGITS
