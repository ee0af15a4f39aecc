"""A random key for the stored data of each connection, sealed like a token: one value in Redis.

Key rotation seals only this value again, not the data. Deleting it makes the data unreadable at once.
"""

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from redis.asyncio import Redis

from core.crypto import Context, Keyring
from core.store import data_key_key
from errors import CredentialIntegrityError, InternalError

SECRET_BYTES = 32
_EPOCH_BYTES = 8
_KEPT = 1_000

# Replaces the value if it is still the expected one. KEYS: the key. ARGV: text as read ('' for none), new text.
_REPLACE = """#!lua
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A connection's key. `epoch` is larger for each later key of the connection, also after a deletion."""

    epoch: int
    secret: bytes = field(repr=False)


class DataKeys:
    """The data keys of all connections."""

    def __init__(self, redis: Redis, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring
        self._replace = redis.register_script(_REPLACE)
        # By sealed text, so that a deleted or replaced key is never used again. Opening takes 50 µs.
        self._opened = lru_cache(maxsize=_KEPT)(self._open)

    async def find(self, connection_id: str) -> DataKey | None:
        """The present key. Raises: CredentialIntegrityError or KeyUnknownError when it cannot be opened."""
        sealed = await self._redis.get(data_key_key(connection_id))
        return None if sealed is None else self._opened(connection_id, cast(str, sealed))

    async def begin(self, connection_id: str) -> DataKey:
        """Replace the key with a new one of a new epoch; data sealed by the old key becomes unreadable.

        Simultaneous callers all get the key that is finally stored. Raises: KeyUnknownError for the present key.
        """
        key = data_key_key(connection_id)
        present = cast(str | None, await self._redis.get(key))
        last = self._epoch_of(connection_id, present)
        epoch, secret = max(int(time.time() * 1000), last + 1), secrets.token_bytes(SECRET_BYTES)
        data = epoch.to_bytes(_EPOCH_BYTES, "big") + secret
        sealed = self._keyring.seal(data, data_key_context(connection_id))
        if await self._replace(keys=[key], args=[present or "", sealed]):
            return DataKey(epoch, secret)
        found = await self.find(connection_id)
        return found if found is not None else await self.begin(connection_id)

    def _epoch_of(self, connection_id: str, sealed: str | None) -> int:
        """0 without a key, or for a manipulated one: the time makes the next epoch later all the same."""
        with suppress(CredentialIntegrityError):
            return self._opened(connection_id, sealed).epoch if sealed else 0
        return 0

    async def find_epoch(self, connection_id: str) -> int | None:
        """The epoch to delete; for a key that cannot be opened, a later epoch than its own."""
        try:
            key = await self.find(connection_id)
        except InternalError:
            return int(time.time() * 1000)
        return None if key is None else key.epoch

    async def delete(self, connection_id: str) -> None:
        """Make all data sealed by this key unreadable. Deleting twice is not an error."""
        await cast(Any, self._redis.delete(data_key_key(connection_id)))

    def _open(self, connection_id: str, sealed: str) -> DataKey:
        data = self._keyring.open(sealed, data_key_context(connection_id))
        if len(data) != _EPOCH_BYTES + SECRET_BYTES:
            raise CredentialIntegrityError
        return DataKey(int.from_bytes(data[:_EPOCH_BYTES], "big"), data[_EPOCH_BYTES:])


def data_key_context(connection_id: str) -> Context:
    return Context("data_key", connection_id=connection_id)
