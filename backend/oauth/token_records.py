"""The stored tokens of a connection: sealed for this connection and generation only."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.crypto import Keyring
from core.response_headers import LONGEST_WAIT_S
from errors import CredentialIntegrityError, NotConnectedError, ReconnectRequiredError
from oauth.connection import Connection, ConnectionKey, parse_end_reason
from oauth.tokens import TokenGrant

T = TypeVar("T")

log = structlog.get_logger(__name__)

# A token with a lifetime below four margins is used for three quarters of it.
MARGIN_SHARE = 0.25

# Reads a record and Redis' clock at the same time, also on a full or read-only server. KEYS: connection.
_READ = """#!lua flags=no-writes
return {redis.call('TIME'), redis.call('HMGET', KEYS[1], 'status', 'reason', 'generation', 'sealed', 'expires_at_ms',
  'lifetime_ms', 'backoff_until_ms')}
"""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The sealed value."""

    access_token: SecretStr
    refresh_token: SecretStr | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTokens:
    """An opened record; times are milliseconds of Redis' clock."""

    tokens: Tokens
    generation: int
    now_ms: int
    expires_at_ms: int | None
    lifetime_ms: int | None
    backoff_until_ms: int

    @property
    def access_token(self) -> SecretStr:
        return self.tokens.access_token

    @property
    def left_s(self) -> float:
        """Remaining lifetime of the access token in seconds; infinite if it does not expire."""
        return float("inf") if self.expires_at_ms is None else (self.expires_at_ms - self.now_ms) / 1000

    @property
    def is_cooling_down(self) -> bool:
        return 0 < self.backoff_until_ms - self.now_ms <= LONGEST_WAIT_S * 1000

    def is_within(self, margin_s: float) -> bool:
        """Whether less than the margin is left; the margin is smaller for tokens with a short lifetime."""
        if self.lifetime_ms is not None:
            margin_s = min(margin_s, self.lifetime_ms / 1000 * MARGIN_SHARE)
        return self.left_s <= margin_s


class TokenRecords:
    """Reads and seals the tokens of connections. Only the compare-and-swap scripts write them."""

    def __init__(self, redis: Redis, keyring: Keyring) -> None:
        self.keyring = keyring
        self._read = redis.register_script(_READ)

    async def read(self, connection: Connection, *, ended_too: bool = False) -> StoredTokens:
        """Raises: NotConnectedError, ReconnectRequiredError (unless `ended_too`), and as `open`."""
        (seconds, microseconds), values = await self._read(keys=[connection.key.record])
        status, reason, generation, sealed, expires_at_ms, lifetime_ms, backoff_until_ms = values
        if status is None:
            raise NotConnectedError
        if status != "connected" and not ended_too:
            raise ReconnectRequiredError(reason=parse_end_reason(reason))
        try:
            return StoredTokens(
                tokens=self.open(connection.key, int(generation or 0), sealed or ""),
                generation=int(generation or 0),
                now_ms=int(seconds) * 1000 + int(microseconds) // 1000,
                expires_at_ms=int(expires_at_ms) if expires_at_ms else None,
                lifetime_ms=int(lifetime_ms) if lifetime_ms else None,
                backoff_until_ms=int(backoff_until_ms or 0),
            )
        except (ValueError, OverflowError):  # invalid plain numbers
            connection.key.audit_damage()
            raise CredentialIntegrityError from None

    def open(self, key: ConnectionKey, generation: int, sealed: str) -> Tokens:
        """Raises: CredentialIntegrityError (with an audit line), KeyUnknownError."""
        try:
            data = self.keyring.open(sealed, key.context("tokens"), generation=generation)
        except CredentialIntegrityError:
            key.audit_damage()
            raise
        access_token, refresh_token = msgspec.json.decode(data, type=tuple[str, str | None])
        return Tokens(SecretStr(access_token), SecretStr(refresh_token) if refresh_token else None)

    def seal(self, grant: TokenGrant, key: ConnectionKey, generation: int, kept: SecretStr | None = None) -> str:
        """`kept` is the refresh token to keep if the answer has no new one."""
        refresh_token = grant.refresh_token or kept
        pair = (grant.access_token.get_secret_value(), refresh_token.get_secret_value() if refresh_token else None)
        return self.keyring.seal(msgspec.json.encode(pair), key.context("tokens"), generation=generation)


async def insist(write: Callable[[], Awaitable[T]], for_s: float) -> T:
    """Repeat an idempotent write while Redis fails, at most `for_s` seconds, because its data cannot be read again.

    Raises: the last RedisError.
    """
    clock = asyncio.get_running_loop().time
    until, pause_s = clock() + for_s, 0.05
    while True:
        try:
            return await write()
        except RedisError as exc:
            if clock() >= until:
                raise
            log.warning("new tokens wait for storage", error=type(exc).__name__)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, 1.0)
