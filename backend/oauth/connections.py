"""Connections in Redis: one hash a connection, one index an owner and provider, each change one script.

The hash holds the account and its scopes, sealed (`connection_details.py`), the sealed tokens and the state of their
refresh (`token_records.py`). Its other fields are plain, and everything read from them is checked. Scripts begin with
`#!lua`, so that a Redis that is full or read-only refuses them whole, before their first command.
"""

import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args

from redis.asyncio import Redis

from core import store
from core.crypto import Keyring
from errors import CredentialIntegrityError, KeyUnknownError
from oauth.connection import Account, Connection, ConnectionStatus, DamageReason, Owner, parse_end_reason
from oauth.connection_details import Details, DetailsSeal, note_damage

COUNT_BATCH = 1_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What is read of a connection's hash: the sealed tokens stay where they are.
_FIELDS = [
    "status",
    "details",
    "reason",
    "ended_at_ms",
    "connected_at_ms",
    "refreshed_at_ms",
    "expires_at_ms",
]

# Writes a connection whose generation is still the expected one, so that a reconnect and a refresh that cross
# each other never mix their tokens. Also on a full server: the tokens were bought already. KEYS: index, connection.
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

# Forgets a connection and everything kept for it, unless it was connected anew meanwhile. Also on a full server.
# KEYS: index, connection, refresh lock. ARGV: account id, connection id, connected_at_ms. Answers 1 when it is gone.
_DELETE = """#!lua flags=allow-oom
local connected_at_ms = redis.call('HGET', KEYS[2], 'connected_at_ms')
if connected_at_ms and connected_at_ms ~= ARGV[3] then return 0 end
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


class ConnectionStore:
    """What an owner has connected. Holds ciphertext only."""

    def __init__(self, redis: Redis, keyring: Keyring) -> None:
        self._redis = redis
        self._seal = DetailsSeal(keyring)
        self._list_script = redis.register_script(_LIST)
        self._save_script = redis.register_script(_SAVE)
        self._delete_script = redis.register_script(_DELETE)
        self._join_script = redis.register_script(_JOIN_ACCOUNT)
        self._leave_script = redis.register_script(_LEAVE_ACCOUNT)

    async def list_connections(self, owner: Owner, provider: str) -> list[Connection]:
        """All connections of the owner, oldest first.

        One whose record cannot be opened is listed as `reconnect_required`, with the reason: its user can connect again
        or delete it. An index entry that names another account than the record is left out.
        """
        tag = store.owner_tag(owner.org_id, owner.user_id)
        answer = await self._list_script(
            keys=[store.connections_key(tag, provider)], args=[store.connection_key(tag, provider, ""), *_FIELDS]
        )
        found = [self._parse_listed(owner, provider, *entry) for entry in answer]
        return sorted((one for one in found if one is not None), key=lambda connection: connection.connected_at)

    async def find(self, owner: Owner, provider: str, connection_id: str) -> Connection | None:
        """The owner's connection, or None: another owner's looks exactly like one that does not exist.

        Raises: CredentialIntegrityError (with an audit line) or KeyUnknownError for a record that cannot be opened.
        """
        tag = store.owner_tag(owner.org_id, owner.user_id)
        values = await cast(Any, self._redis.hmget(store.connection_key(tag, provider, connection_id), _FIELDS))
        return None if values[0] is None else self._parse(owner, provider, connection_id, values)

    async def find_to_end(self, owner: Owner, provider: str, connection_id: str) -> Connection | None:
        """As `find`, for deleting the connection: its record need not be readable."""
        connections = await self.list_connections(owner, provider)
        return next((one for one in connections if one.connection_id == connection_id), None)

    async def count_by_status(self) -> dict[tuple[str, str], int]:
        """How many connections there are, of all owners, by provider and status. Reads every one."""
        counts: Counter[tuple[str, str]] = Counter()
        async for keys in _batches(self._redis.scan_iter(f"{store.CONNECTION_PREFIX}*", count=COUNT_BATCH)):
            async with self._redis.pipeline(transaction=False) as pipe:
                for key in keys:
                    pipe.hget(key, "status")
                statuses = await pipe.execute()
            counts.update(
                (store.parse_connection_key(key)[2], status)
                for key, status in zip(keys, statuses, strict=True)
                if status in get_args(ConnectionStatus)
            )
        return dict(counts)

    async def reserve(self, owner: Owner, provider: str, account_id: str) -> tuple[str, int]:
        """The id and generation to save this account's connection with: its present ones, or new ones."""
        tag = store.owner_tag(owner.org_id, owner.user_id)
        connection_id = await cast(Any, self._redis.hget(store.connections_key(tag, provider), account_id))
        if connection_id is None:
            return secrets.token_urlsafe(12), 0
        key = store.connection_key(tag, provider, connection_id)
        generation: str | None = await cast(Any, self._redis.hget(key, "generation"))
        # Text that this service did not write counts as 0, as in the script that saves.
        return connection_id, int(generation) if generation and re.fullmatch(r"[0-9]{1,15}", generation) else 0

    async def save(
        self,
        owner: Owner,
        provider: str,
        account: Account,
        *,
        connection_id: str,
        generation: int,
        sealed: str,
        expires_in_s: int | None,
        granted_scopes: tuple[str, ...],
    ) -> bool:
        """Write the connection if `reserve`'s answer still holds; False when somebody else was quicker.

        It is counted among the account's connections first: one that lives uncounted could lose its grant to
        another's disconnect.
        """
        tag = store.owner_tag(owner.org_id, owner.user_id)
        account_key, member = store.account_key(provider, account.account_id), f"{tag}:{connection_id}"
        await self._join_script(keys=[account_key], args=[member])
        saved = await self._save_script(
            keys=[store.connections_key(tag, provider), store.connection_key(tag, provider, connection_id)],
            args=[
                account.account_id,
                connection_id,
                generation,
                sealed,
                "" if expires_in_s is None else expires_in_s * 1000,
                self._seal.seal(owner, provider, connection_id, Details(account, granted_scopes)),
            ],
        )
        if saved != "saved" and generation == 0:
            await cast(Any, self._redis.srem(account_key, member))
        return bool(saved == "saved")

    async def leave_account(self, connection: Connection) -> int:
        """Note that this connection gives its vendor account up; how many connections still use that account."""
        tag = store.owner_tag(connection.owner.org_id, connection.owner.user_id)
        key = store.account_key(connection.provider, connection.account.account_id)
        return int(await self._leave_script(keys=[key], args=[f"{tag}:{connection.connection_id}"]))

    async def delete(self, connection: Connection) -> bool:
        """Forget the connection with everything kept for it. Deleting twice is no fault.

        False when it was connected anew since `connection` was read: the new one stays.
        """
        key, lock = connection_keys(connection)
        tag = store.owner_tag(connection.owner.org_id, connection.owner.user_id)
        deleted = await self._delete_script(
            keys=[store.connections_key(tag, connection.provider), key, lock],
            args=[connection.account.account_id, connection.connection_id, _to_ms(connection.connected_at)],
        )
        return bool(deleted)

    def _parse_listed(
        self, owner: Owner, provider: str, account_id: str, connection_id: str, values: Sequence[str | None]
    ) -> Connection | None:
        if values[0] is None:
            return None
        try:
            connection = self._parse(owner, provider, connection_id, values)
        except (CredentialIntegrityError, KeyUnknownError) as exc:
            account, reason = Account(account_id=account_id), cast(DamageReason, exc.code)
            return _damaged(owner, provider, connection_id, account, values, reason)
        return connection if connection.account.account_id == account_id else None

    def _parse(self, owner: Owner, provider: str, connection_id: str, values: Sequence[str | None]) -> Connection:
        """Raises: CredentialIntegrityError, KeyUnknownError."""
        status, sealed, reason, *times = values
        details = self._seal.open(owner, provider, connection_id, sealed)
        ended_at, connected_at, refreshed_at, expires_at = _parse_times(times) or (None,) * 4
        if status not in get_args(ConnectionStatus) or connected_at is None:
            note_damage(owner, provider, connection_id)
            raise CredentialIntegrityError
        return Connection(
            connection_id=connection_id,
            provider=provider,
            owner=owner,
            account=details.account,
            status=cast(ConnectionStatus, status),
            reason=parse_end_reason(reason),
            ended_at=ended_at,
            granted_scopes=details.granted_scopes,
            connected_at=connected_at,
            refreshed_at=refreshed_at,
            access_token_expires_at=expires_at,
        )


async def _batches(keys: AsyncIterator[str]) -> AsyncIterator[list[str]]:
    batch: list[str] = []
    async for key in keys:
        batch.append(key)
        if len(batch) == COUNT_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def connection_keys(connection: Connection) -> tuple[str, str]:
    """The keys of its hash and of its refresh lock."""
    tag = store.owner_tag(connection.owner.org_id, connection.owner.user_id)
    return (
        store.connection_key(tag, connection.provider, connection.connection_id),
        store.refresh_lock_key(tag, connection.provider, connection.connection_id),
    )


def _damaged(
    owner: Owner,
    provider: str,
    connection_id: str,
    account: Account,
    values: Sequence[str | None],
    reason: DamageReason,
) -> Connection:
    """What can be shown of a record that cannot be opened: its id, and the account that the index names."""
    moments = _parse_times(values[3:])
    return Connection(
        connection_id=connection_id,
        provider=provider,
        owner=owner,
        account=account,
        status="reconnect_required",
        reason=reason,
        granted_scopes=(),
        connected_at=(moments and moments[1]) or _EPOCH,
        refreshed_at=None,
        access_token_expires_at=None,
    )


def _parse_times(texts: Sequence[str | None]) -> list[datetime | None] | None:
    """The moments in these fields; None when one is no number that this service wrote."""
    try:
        return [None if text is None else from_ms(text) for text in texts]
    except (ValueError, OverflowError):
        return None


def from_ms(text: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(text))


def _to_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
