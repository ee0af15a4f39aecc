"""End connections and revoke unused tokens, in an order that survives a kill at any point.

Disconnect: write a note of the task → delete all data → leave the vendor's account → revoke the grant → delete the
note. Reconnect: write a note of the old tokens → replace them → revoke them → delete the note. Every step after the
note can be repeated; remaining notes are processed later, for a day.

If all connections to an account share one grant (`OAuthProvider.shares_grant`), only the last of them revokes it.
Otherwise each authorization is a separate grant, and each stored token is revoked.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import metrics, store
from core.audit import audit
from core.crypto import Context, Keyring
from errors import InternalError, ServiceError, UpstreamError
from oauth.connection import Connection
from oauth.connections import ConnectionStore
from oauth.token_endpoint import TokenEndpoint
from oauth.token_records import Tokens
from oauth.tokens import ClientRejectedError, GrantRejectedError

DeleteData = Callable[[str], Awaitable[None]]

LEASE_S = 60  # longer than one revocation with its retries
RETRY_S = 30
LONGEST_RETRY_S = 3_600
MAX_ATTEMPTS = 30  # about a day
BATCH = 20

log = structlog.get_logger(__name__)

# Claims due notes: no other worker gets them during the lease. KEYS: due, notes. ARGV: lease s, how many.
_CLAIM = """#!lua
local now_s = tonumber(redis.call('TIME')[1])
local claimed = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_s, 'LIMIT', 0, ARGV[2])) do
  redis.call('ZADD', KEYS[1], now_s + tonumber(ARGV[1]), id)
  local note = redis.call('HGET', KEYS[2], id)
  if note then claimed[#claimed + 1] = {id, note} else redis.call('ZREM', KEYS[1], id) end
end
return claimed
"""

# Writes a note, also on a full server: the next step frees memory. KEYS: due, notes. ARGV: id, note, due in s.
_NOTE = """#!lua flags=allow-oom
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], tonumber(redis.call('TIME')[1]) + tonumber(ARGV[3]), ARGV[1])
"""

# Deletes a note. KEYS: due, notes. ARGV: id.
_FORGET = """#!lua flags=allow-oom
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
"""


class _Note(msgspec.Struct, frozen=True):
    """The remaining work for a connection that ends or is replaced; sealed in Redis."""

    connection: Connection
    token: str | None  # the token that revokes the grant at the vendor
    attempts: int = 0
    refresh_token: str | None = None  # if `token` is an access token, which may have expired
    replaced: bool = False  # by a reconnect; only the old tokens are revoked

    def __repr__(self) -> str:
        return f"_Note({self.connection.connection_id!r}, attempts={self.attempts})"


class Disconnector:
    """Ends connections; one per service.

    `delete_data` deletes the other stored data of a connection, by its id. It is repeated until it succeeds.
    """

    def __init__(
        self,
        redis: Redis,
        keyring: Keyring,
        connections: ConnectionStore,
        endpoint_of: Callable[[str], TokenEndpoint],
        *,
        delete_data: DeleteData | None = None,
    ) -> None:
        self._redis = redis
        self._keyring = keyring
        self._connections = connections
        self._endpoint_of = endpoint_of
        self._delete_data = delete_data
        self._claim = redis.register_script(_CLAIM)
        self._write = redis.register_script(_NOTE)
        self._drop = redis.register_script(_FORGET)

    async def disconnect(self, connection: Connection, tokens: Tokens | None) -> None:
        """End the connection; it is deleted when this returns, at most 5 seconds later, whatever the vendor answers.

        A failed revocation is retried later. Raises a RedisError if nothing was changed.
        """
        note = self._note(connection, tokens)
        await self._remember(note, due_in_s=LEASE_S)
        await self._finish(note)

    async def replacing(self, connection: Connection, tokens: Tokens) -> Callable[[], Awaitable[None]] | None:
        """Write a note of the tokens that a reconnect will replace; call the result afterwards to revoke them.

        None if they stay valid because the new tokens belong to the same grant, or the vendor revokes none. If the
        replacement does not happen, the note is deleted later.
        """
        note = msgspec.structs.replace(self._note(connection, tokens), replaced=True)
        if note.token is None or self._endpoint_of(connection.provider).provider.shares_grant:
            return None
        await self._remember(note, due_in_s=LEASE_S)
        return lambda: self._finish(note)

    async def finish_due(self) -> int:
        """Process due notes; return their number, at most 20."""
        claimed = await self._claim(keys=[store.DISCONNECTS_DUE, store.DISCONNECTS], args=[LEASE_S, BATCH])
        for note_id, sealed in claimed:
            try:
                await self._finish(self._open(note_id, sealed))
            except (InternalError, msgspec.MsgspecError) as exc:  # an operator must act; the others continue
                log.error("a pending disconnect cannot be read", error=type(exc).__name__)
            except RedisError as exc:  # perhaps of the mirror alone, which the others may not need
                log.warning("a pending disconnect waits for storage", error=type(exc).__name__)
        return len(claimed)

    async def keep_finishing(self, every_s: float = RETRY_S) -> None:
        """Process due notes for as long as the service runs. Cancel it to stop."""
        while True:
            try:
                while await self.finish_due() == BATCH:
                    pass
                metrics.revocations_left.set(await self._redis.zcard(store.DISCONNECTS_DUE))
            except RedisError as exc:
                log.warning("pending disconnects wait for storage", error=type(exc).__name__)
            await asyncio.sleep(every_s)

    async def _finish(self, note: _Note) -> None:
        connection = note.connection
        is_over = await (self._is_replaced(connection) if note.replaced else self._end(note))
        if not is_over or note.token is None:
            return await self._forget(note)
        try:
            await self._endpoint_of(connection.provider).revoke(SecretStr(note.token))
        except GrantRejectedError:
            if note.refresh_token is not None:
                return await self._finish_by_refresh(note, SecretStr(note.refresh_token))
        except (UpstreamError, ClientRejectedError) as exc:
            return await self._postpone(note, exc)
        audit("revoke", "succeeded", **connection.identity)
        return await self._forget(note)

    async def _end(self, note: _Note) -> bool:
        """Delete the connection; False if another connection or a later reconnect still uses its grant."""
        connection = note.connection
        shares_grant = self._endpoint_of(connection.provider).provider.shares_grant
        if not await self._connections.delete(connection):
            return not shares_grant
        if self._delete_data is not None:
            await self._delete_data(connection.connection_id)
        if not note.attempts:
            audit("disconnect", "succeeded", **connection.identity)
        others = await self._connections.leave_account(connection)
        return not (shares_grant and others)

    async def _is_replaced(self, connection: Connection) -> bool:
        """False if the service was killed between the note and the replacement, so the tokens are still in use."""
        present = await self._connections.find(connection.owner, connection.provider, connection.connection_id)
        return present is None or present.connected_at != connection.connected_at

    async def _finish_by_refresh(self, note: _Note, refresh_token: SecretStr) -> None:
        """Revoke with a new access token, because the stored one may have expired while its grant is valid."""
        try:
            grant = await self._endpoint_of(note.connection.provider).refresh(refresh_token)
        except GrantRejectedError:
            return await self._forget(note)  # the grant has ended as well
        except (UpstreamError, ClientRejectedError) as exc:
            return await self._postpone(note, exc)
        renewed = msgspec.structs.replace(
            note, token=grant.access_token.get_secret_value(), refresh_token=None, attempts=note.attempts + 1
        )
        await self._remember(renewed, due_in_s=LEASE_S)
        return await self._finish(renewed)

    async def _postpone(self, note: _Note, exc: Exception) -> None:
        code = exc.code if isinstance(exc, ServiceError) else "provider_misconfigured"
        delay_s = min(RETRY_S * 2**note.attempts, LONGEST_RETRY_S)
        if note.attempts >= MAX_ATTEMPTS:
            audit("revoke", "given_up", error_code=code, **note.connection.identity)
            return await self._forget(note)
        audit("revoke", "postponed", error_code=code, **note.connection.identity)
        return await self._remember(msgspec.structs.replace(note, attempts=note.attempts + 1), due_in_s=delay_s)

    def _note(self, connection: Connection, tokens: Tokens | None) -> _Note:
        provider = self._endpoint_of(connection.provider).provider
        if tokens is None or provider.revoke_url is None:
            return _Note(connection, None)
        access, refresh = tokens.access_token, tokens.refresh_token
        refresh_token = refresh.get_secret_value() if refresh else None
        if provider.revokes == "refresh_token":
            return _Note(connection, refresh_token)
        return _Note(connection, access.get_secret_value(), refresh_token=refresh_token)

    async def _remember(self, note: _Note, *, due_in_s: int) -> None:
        note_id = _note_id(note.connection)
        sealed = self._keyring.seal(msgspec.json.encode(note), note_context(note_id))
        await self._write(keys=[store.DISCONNECTS_DUE, store.DISCONNECTS], args=[note_id, sealed, due_in_s])

    async def _forget(self, note: _Note) -> None:
        await self._drop(keys=[store.DISCONNECTS_DUE, store.DISCONNECTS], args=[_note_id(note.connection)])

    def _open(self, note_id: str, sealed: str) -> _Note:
        return msgspec.json.decode(self._keyring.open(sealed, note_context(note_id)), type=_Note)


def note_context(note_id: str) -> Context:
    return Context("disconnect", connection_id=note_id)


def _note_id(connection: Connection) -> str:
    return f"{connection.provider}:{connection.connection_id}:{connection.connected_at.isoformat()}"
