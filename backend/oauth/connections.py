"""Connections in Redis: one hash per connection, one index per owner and provider; each change is one script.

The hash contains the sealed account and scopes, the sealed tokens, and the state of their refresh (`token_records.py`).
Its other fields are plain text and are validated when read. Scripts begin with `#!lua`, so that a full or read-only
Redis refuses the whole script before its first command.
"""

import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args

import msgspec
from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from core.redis_client import scan_keys
from errors import CredentialIntegrityError, KeyUnknownError
from oauth.connection import (
    Account,
    Connection,
    ConnectionKey,
    ConnectionStatus,
    DamageReason,
    Owner,
    parse_end_reason,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The fields of a connection's hash that are read, without the sealed tokens.
_FIELDS = ["status", "details", "reason", "ended_at_ms", "connected_at_ms", "refreshed_at_ms", "expires_at_ms"]

# Writes a connection if its generation is unchanged, so that a simultaneous reconnect and refresh never mix their
# tokens. Also runs on a full server, because the tokens exist already. KEYS: index, connection.
_SAVE = """#!lua flags=allow-oom
local account_id, id, expected = ARGV[1], ARGV[2], tonumber(ARGV[3])
local indexed = redis.call('HGET', KEYS[1], account_id)
if indexed and indexed ~= id then return 'moved' end
if (tonumber(redis.call('HGET', KEYS[2], 'generation')) or 0) ~= expected then return 'moved' end
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], account_id, id)
redis.call('HSET', KEYS[2], 'status', 'connected', 'generation', expected + 1, 'sealed', ARGV[4],
  'details', ARGV[6], 'connected_at_ms', now_ms)
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[2], 'expires_at_ms', now_ms + tonumber(ARGV[5]), 'lifetime_ms', ARGV[5])
end
return 'saved'
"""

# An owner's connections in one round trip. KEYS: index. ARGV: the beginning of their keys, which has the hash tag of
# the index, and the fields to read. Answers account, id and values of each.
_LIST = """#!lua flags=no-writes
local index, found = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #index, 2 do
  found[#found + 1] = {index[i], index[i + 1], redis.call('HMGET', ARGV[1] .. index[i + 1], unpack(ARGV, 2))}
end
return found
"""

# Deletes a connection and all its data, unless it was connected again in the meantime. Also on a full server.
# KEYS: index, connection, refresh lock. ARGV: account id, connection id, connected_at_ms. Answers 1 when it is gone.
# Text that is no time was manipulated, not written by a reconnect.
_DELETE = """#!lua flags=allow-oom
local connected_at_ms = tonumber(redis.call('HGET', KEYS[2], 'connected_at_ms') or '')
if connected_at_ms and connected_at_ms < 1e15 and connected_at_ms ~= tonumber(ARGV[3]) then return 0 end
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
redis.call('DEL', KEYS[2], KEYS[3])
return 1
"""

# KEYS: account set. Counts a connection among those that share the vendor's grant.
_JOIN_ACCOUNT = """#!lua flags=allow-oom
redis.call('SADD', KEYS[1], ARGV[1])
"""

# KEYS: account set. Returns how many connections share the vendor's grant after this one left.
_LEAVE_ACCOUNT = """#!lua flags=allow-oom
redis.call('SREM', KEYS[1], ARGV[1])
return redis.call('SCARD', KEYS[1])
"""


@dataclass(frozen=True, slots=True)
class Details:
    """The account details of a connection, sealed for this connection only.

    With write access to Redis one can delete a connection, but not change its account, links or granted scopes; and a
    record copied to another owner's key cannot be opened.
    """

    account: Account
    granted_scopes: tuple[str, ...]

    def seal(self, keyring: Keyring, key: ConnectionKey) -> str:
        return keyring.seal(msgspec.json.encode(self), key.context("connection"))

    @classmethod
    def open(cls, keyring: Keyring, key: ConnectionKey, sealed: str | None) -> "Details":
        """Raises: CredentialIntegrityError (with an audit line), also for none; KeyUnknownError."""
        try:
            return msgspec.json.decode(keyring.open(sealed or "", key.context("connection")), type=cls)
        except (CredentialIntegrityError, msgspec.MsgspecError):
            key.audit_damage()
            raise CredentialIntegrityError from None


class ConnectionStore:
    """The stored connections of all owners, as ciphertext."""

    def __init__(self, redis: Redis, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring
        self._list_script = redis.register_script(_LIST)
        self._save_script = redis.register_script(_SAVE)
        self._delete_script = redis.register_script(_DELETE)
        self._join_script = redis.register_script(_JOIN_ACCOUNT)
        self._leave_script = redis.register_script(_LEAVE_ACCOUNT)

    async def list_connections(self, owner: Owner, provider: str) -> list[Connection]:
        """All connections of the owner, oldest first.

        A connection whose record cannot be opened is listed as `reconnect_required` with the reason: the user can
        reconnect or delete it. An index entry that names a different account than the record is left out.
        """
        index, records = store.connections_key(owner.tag, provider), store.connection_key(owner.tag, provider, "")
        entries = await self._list_script(keys=[index], args=[records, *_FIELDS])
        found = (
            self._parse_listed(ConnectionKey(owner, provider, connection_id), account_id, values)
            for account_id, connection_id, values in entries
        )
        connections = [connection for connection in found if connection is not None]
        return sorted(connections, key=lambda connection: connection.connected_at)

    async def find(self, owner: Owner, provider: str, connection_id: str) -> Connection | None:
        """The owner's connection, or None, also if it belongs to another owner.

        Raises: CredentialIntegrityError (with an audit line) or KeyUnknownError for a record that cannot be opened.
        """
        key = ConnectionKey(owner, provider, connection_id)
        values = await cast(Any, self._redis.hmget(key.record, _FIELDS))
        return None if values[0] is None else self._parse(key, values)

    async def find_to_end(self, owner: Owner, provider: str, connection_id: str) -> Connection | None:
        """As `find`, for deletion: the record need not be readable."""
        connections = await self.list_connections(owner, provider)
        return next((found for found in connections if found.connection_id == connection_id), None)

    async def count_by_status(self) -> dict[tuple[str, str], int]:
        """The number of connections of all owners, by provider and status. Reads all of them."""
        counts: Counter[tuple[str, str]] = Counter()
        async for keys in scan_keys(self._redis, store.CONNECTION_PREFIX):
            async with self._redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.hget(key, "status")
                statuses = await pipe.execute()
            counts.update(
                (ConnectionKey.parse(key).provider, status)
                for key, status in zip(keys, statuses, strict=True)
                if status in get_args(ConnectionStatus)
            )
        return dict(counts)

    async def reserve(self, owner: Owner, provider: str, account_id: str) -> tuple[str, int]:
        """The id and generation for saving this account's connection: the present or new ones."""
        connection_id = await cast(Any, self._redis.hget(store.connections_key(owner.tag, provider), account_id))
        if connection_id is None:
            return secrets.token_urlsafe(12), 0
        key = ConnectionKey(owner, provider, connection_id)
        generation: str | None = await cast(Any, self._redis.hget(key.record, "generation"))
        return connection_id, parse_generation(generation)

    async def save(
        self, key: ConnectionKey, details: Details, *, generation: int, sealed: str, expires_in_s: int | None
    ) -> bool:
        """Write the connection if `reserve`'s answer is still valid; False if another worker was faster.

        It is first counted as a user of the account, because otherwise another connection's disconnect could revoke its
        grant. `key` has the id from `reserve`. `expires_in_s` is None if the access token does not expire.
        """
        account_id, member = details.account.account_id, f"{key.owner.tag}:{key.connection_id}"
        account_key = store.account_key(key.provider, account_id)
        await self._join_script(keys=[account_key], args=[member])
        expires_in_ms = "" if expires_in_s is None else expires_in_s * 1000
        saved = await self._save_script(
            keys=[store.connections_key(key.owner.tag, key.provider), key.record],
            args=[
                *(account_id, key.connection_id, generation),
                *(sealed, expires_in_ms, details.seal(self._keyring, key)),
            ],
        )
        if saved != "saved" and not await self._redis.exists(key.record):
            await cast(Any, self._redis.srem(account_key, member))
        return bool(saved == "saved")

    async def leave_account(self, connection: Connection) -> int:
        """Remove this connection from its vendor account; return how many connections still use the account."""
        key = store.account_key(connection.provider, connection.account.account_id)
        member = f"{connection.owner.tag}:{connection.connection_id}"
        return int(await self._leave_script(keys=[key], args=[member]))

    async def delete(self, connection: Connection) -> bool:
        """Delete the connection with all its data. Deleting twice is not an error.

        False if it was connected again since `connection` was read; the new connection stays.
        """
        key, connected_at_ms = connection.key, (connection.connected_at - _EPOCH) // timedelta(milliseconds=1)
        deleted = await self._delete_script(
            keys=[store.connections_key(key.owner.tag, key.provider), key.record, key.lock],
            args=[connection.account.account_id, key.connection_id, connected_at_ms],
        )
        return bool(deleted)

    def _parse_listed(self, key: ConnectionKey, account_id: str, values: Sequence[str | None]) -> Connection | None:
        if values[0] is None:
            return None
        try:
            connection = self._parse(key, values)
        except (CredentialIntegrityError, KeyUnknownError) as exc:
            return _damaged(key, account_id, values, cast(DamageReason, exc.code))
        return connection if connection.account.account_id == account_id else None

    def _parse(self, key: ConnectionKey, values: Sequence[str | None]) -> Connection:
        """Raises: CredentialIntegrityError, KeyUnknownError."""
        status, sealed, reason, *times = values
        details = Details.open(self._keyring, key, sealed)
        ended_at, connected_at, refreshed_at, expires_at = _parse_times(times) or (None,) * 4
        if status not in get_args(ConnectionStatus) or connected_at is None:
            key.audit_damage()
            raise CredentialIntegrityError
        return Connection(
            connection_id=key.connection_id,
            provider=key.provider,
            owner=key.owner,
            account=details.account,
            status=cast(ConnectionStatus, status),
            reason=parse_end_reason(reason),
            ended_at=ended_at,
            granted_scopes=details.granted_scopes,
            connected_at=connected_at,
            refreshed_at=refreshed_at,
            access_token_expires_at=expires_at,
        )


def _damaged(key: ConnectionKey, account_id: str, values: Sequence[str | None], reason: DamageReason) -> Connection:
    """The visible part of a record that cannot be opened: its id, and the account named by the index."""
    connected_at = _parse_times(values[4:5])
    return Connection(
        connection_id=key.connection_id,
        provider=key.provider,
        owner=key.owner,
        account=Account(account_id=account_id),
        status="reconnect_required",
        reason=reason,
        granted_scopes=(),
        connected_at=(connected_at and connected_at[0]) or _EPOCH,
        refreshed_at=None,
        access_token_expires_at=None,
    )


def _parse_times(texts: Sequence[str | None]) -> list[datetime | None] | None:
    """The times in these fields; None if one is not a valid number."""
    try:
        return [None if text is None else from_ms(text) for text in texts]
    except (ValueError, OverflowError):
        return None


def parse_generation(text: str | None) -> int:
    """Invalid text counts as 0, as in the script that saves; no tokens are sealed for it."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,15}", text) else 0


def from_ms(text: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(text))
