"""Decide who may refresh a connection now. Redis decides by the tokens' age, a back-off and the present holder.

The holder renews its right while it runs. The lock lives slightly longer than three renewals: if a worker dies or is
paused, others may continue after two to three seconds. Before a holder sends its refresh token again, it checks that it
still has the right.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from redis.asyncio import Redis
from redis.exceptions import RedisError

from errors import (
    AccountMismatchError,
    CredentialIntegrityError,
    NotConnectedError,
    ProviderMisconfiguredError,
    ReconnectRequiredError,
    ServiceError,
    TokenRefreshBackoffError,
)
from oauth.connection import Account, Connection, parse_end_reason
from oauth.connections import Details, from_ms
from oauth.refresh_scripts import ACQUIRE, RENEW
from oauth.token_endpoint import TokenEndpoint
from oauth.token_records import TokenRecords, Tokens

# Acquire the right only if the holder died without finishing its refresh.
UNRESOLVED = "unresolved"
RENEWALS_A_LIFETIME = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTimes:
    """How long things take, in seconds."""

    hard_margin_s: float = 60.0  # with less left, the access token is no longer returned
    soft_margin_s: float = 300.0  # with less left, it is refreshed in the background
    soft_jitter_s: float = 60.0
    lock_s: float = 2.0  # renewed three times in it; others wait this long for a worker that died
    reuse_s: float = 15.0  # the same if using a refresh token twice ends the grant: longer than a token call
    turn_s: float = 20.0  # longer than a token call with its retries, and than both of the above
    poll_s: tuple[float, float] = (0.05, 0.25)
    committer_s: float = 3.0  # a refused worker waits this long for another one to store its tokens
    store_s: float = 60.0  # new tokens are held this long while Redis refuses them
    backoff_s: tuple[float, float] = (1.0, 300.0)
    client_backoff_s: float = 300.0
    mismatch_backoff_s: float = 300.0


def to_ms(seconds: float) -> int:
    return int(seconds * 1000)


class LeaseLostError(Exception):
    """Another worker may have taken over."""


class Lease:
    """The right of one holder. It is lost if another worker took it, or if it was not renewed in time.

    Args:
        renew: prolongs it in Redis; returns False if another worker has the right.
        lifetime_s: duration of the right after a renewal.
        taken_at: time of the request to Redis, on the clock of the event loop.
    """

    def __init__(self, renew: Callable[[], Awaitable[bool]], lifetime_s: float, taken_at: float) -> None:
        self._renew = renew
        self._lifetime_s = lifetime_s
        self._until = taken_at + lifetime_s
        self._is_taken = False

    def check(self) -> None:
        """Raises: LeaseLostError if the refresh token may no longer be sent."""
        if self._is_taken or asyncio.get_running_loop().time() >= self._until:
            raise LeaseLostError

    async def keep(self) -> None:
        """Renew until it is lost to another worker. Cancel it to stop."""
        while not self._is_taken:
            await asyncio.sleep(self._lifetime_s / RENEWALS_A_LIFETIME)
            asked_at = asyncio.get_running_loop().time()
            try:
                self._is_taken = not await self._renew()
            except RedisError:
                continue  # while Redis does not answer, no other worker can take it
            self._until = asked_at + self._lifetime_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The right to refresh: the refresh token, its account, and whether an earlier worker's attempt was interrupted.

    The caller may have read the connection before it was connected again, so all of it is from the present record.
    """

    holder: str
    generation: int
    tokens: Tokens
    account: Account
    interrupted: bool
    connected_at_ms: str
    lease: Lease


class RefreshRights:
    """Acquires the right to refresh, each time under a new name."""

    def __init__(
        self,
        redis: Redis,
        records: TokenRecords,
        endpoint_of: Callable[[str], TokenEndpoint],
        times: RefreshTimes,
    ) -> None:
        self._records = records
        self._endpoint_of = endpoint_of
        self._times = times
        # Providers whose vendor refused this process's client id or secret.
        self._refused: set[str] = set()
        self._acquire = redis.register_script(ACQUIRE)
        self._renew = redis.register_script(RENEW)

    def refuse(self, provider: str) -> None:
        """Obey the back-off for a wrong client id or secret from now on."""
        self._refused.add(provider)

    async def ask(self, connection: Connection, purpose: str, margin_s: float) -> Turn | Literal["fresh", "wait"]:
        """The right, `fresh` if there is nothing to do, or `wait` while another worker has it.

        `purpose`: empty (the access token expires within the margin), the generation that the vendor rejected, or
        `UNRESOLVED`.

        Raises: NotConnectedError, ReconnectRequiredError, CredentialIntegrityError; during a back-off
        TokenRefreshBackoffError, ProviderMisconfiguredError or AccountMismatchError.
        """
        asked_at, holder = asyncio.get_running_loop().time(), secrets.token_urlsafe(16)
        answer = await self._acquire(
            keys=[connection.key.record, connection.key.lock],
            args=self._arguments(connection, holder, purpose, margin_s),
        )
        match answer:
            case ["gone"]:
                raise NotConnectedError
            case ["ended", reason]:
                raise ReconnectRequiredError(reason=parse_end_reason(reason))
            case ["cooldown", wait_ms, code]:
                raise _back_off_error(code, int(wait_ms) / 1000)
            case ["acquired", interrupted, generation_text, sealed, connected_at_ms, details]:
                generation = _check_plain_fields(connection, generation_text, connected_at_ms)
                return Turn(
                    holder=holder,
                    generation=generation,
                    tokens=self._records.open(connection.key, generation, sealed),
                    account=Details.open(self._records.keyring, connection.key, details).account,
                    interrupted=bool(interrupted),
                    connected_at_ms=connected_at_ms,
                    lease=self._lease(connection, holder, asked_at),
                )
        return "fresh" if answer == ["fresh"] else "wait"

    def _arguments(self, connection: Connection, holder: str, purpose: str, margin_s: float) -> list[str | int]:
        # A back-off caused by a process with wrong settings must end when the settings are corrected.
        skipped = "" if connection.provider in self._refused else ProviderMisconfiguredError.code
        reuse_ends_grant = self._endpoint_of(connection.provider).provider.reuse_ends_grant
        reuse_ms = to_ms(self._times.reuse_s) if reuse_ends_grant else 0
        return [holder, purpose, to_ms(margin_s), to_ms(self._times.lock_s), skipped, reuse_ms]

    def _lease(self, connection: Connection, holder: str, asked_at: float) -> Lease:
        keys = [connection.key.record, connection.key.lock]
        arguments: list[str | int] = [holder, to_ms(self._times.lock_s)]

        async def renew() -> bool:
            return bool(await self._renew(keys=keys, args=arguments))

        return Lease(renew, self._times.lock_s, asked_at)


def _check_plain_fields(connection: Connection, generation: str | None, connected_at_ms: str | None) -> int:
    """Return the generation.

    Raises: CredentialIntegrityError (with an audit line) if one of the two was manipulated.
    """
    try:
        from_ms(connected_at_ms or "")
        return int(generation or "")
    except (ValueError, OverflowError):
        connection.key.audit_damage()
        raise CredentialIntegrityError from None


def _back_off_error(code: str, wait_s: float) -> ServiceError:
    match code:
        case ProviderMisconfiguredError.code:
            return ProviderMisconfiguredError()
        case AccountMismatchError.code:
            return AccountMismatchError()
    return TokenRefreshBackoffError(retry_after_s=wait_s)
