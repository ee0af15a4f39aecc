"""Buys new access tokens: one task in this process, one holder across processes, stored by compare-and-swap.

One refresh: ask for the lock → spend the refresh token at the vendor → store at once. When the vendor refuses the
grant: somebody else's new tokens are used if there are any, else one more try, and only then the connection has ended.
"""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import metrics
from core.audit import audit
from errors import (
    AccountMismatchError,
    NotConnectedError,
    ProviderMisconfiguredError,
    ReconnectRequiredError,
    ServiceError,
    TokenRefreshBackoffError,
    UpstreamError,
    UpstreamTimeoutError,
)
from oauth.connection import Connection
from oauth.connections import connection_keys
from oauth.refresh_scripts import ACQUIRE, BACK_OFF, COMMIT, END
from oauth.token_records import TokenRecords, Tokens, token_context
from oauth.tokens import (
    ClientRejectedError,
    GrantRejectedError,
    TokenEndpoint,
    TokenGrant,
    may_have_acted,
    verify_account,
)

T = TypeVar("T")

MAX_REFRESHES = 10
QUIET_S = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTimes:
    """How long things take, in seconds."""

    hard_margin_s: float = 60.0  # below this the access token is not handed out any more
    soft_margin_s: float = 300.0  # below this it is refreshed ahead, in the background
    soft_jitter_s: float = 60.0
    lock_s: float = 15.0  # longer than a token call with its retries
    turn_s: float = 20.0  # longer than the lock of a worker that died
    poll_s: tuple[float, float] = (0.05, 0.25)
    committer_s: float = 3.0  # how long a refused worker waits for another one to store its tokens
    store_s: float = 60.0  # how long bought tokens are held while Redis refuses them
    backoff_s: tuple[float, float] = (1.0, 300.0)
    client_backoff_s: float = 300.0
    mismatch_backoff_s: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """The right to refresh: what to spend, and whether another worker's attempt was never resolved."""

    holder: str
    generation: int
    tokens: Tokens
    interrupted: bool


class Refresher:
    """Refreshes tokens. A refresh is a task of its own: a caller that goes away never stops it half-way.

    `orphaned` is told of tokens that were bought for a connection deleted meanwhile.
    """

    def __init__(
        self,
        redis: Redis,
        records: TokenRecords,
        endpoint_of: Callable[[str], TokenEndpoint],
        orphaned: Callable[[Connection, Tokens], Awaitable[None]],
        *,
        times: RefreshTimes,
        rng: random.Random,
    ) -> None:
        self._records = records
        self._endpoint_of = endpoint_of
        self._orphaned = orphaned
        self._times = times
        self._rng = rng
        self._flights: dict[tuple[str, str, bool, int], asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(MAX_REFRESHES)
        self._quiet_until = 0.0
        # Providers whose vendor refused the client id or secret that this process runs with.
        self._refused: set[str] = set()
        self._acquire = redis.register_script(ACQUIRE)
        self._commit = redis.register_script(COMMIT)
        self._end_script = redis.register_script(END)
        self._back_off_script = redis.register_script(BACK_OFF)

    def refresh(self, connection: Connection, generation: int, *, forced: bool, margin_s: float) -> asyncio.Task[None]:
        """The one task that refreshes this generation in this process; await it shielded.

        It returns when newer tokens are stored, by us or by another worker. It raises NotConnectedError,
        ReconnectRequiredError, ProviderMisconfiguredError, an UpstreamError for what may pass, or a RedisError.
        `forced`: the vendor refused this generation's access token; otherwise it is left alone while it lives for
        `margin_s` and more.
        """
        flight = (connection.provider, connection.connection_id, forced, generation)
        task = self._flights.get(flight)
        if task is None:
            rejected = generation if forced else None
            task = asyncio.create_task(self._run(connection, rejected, margin_s), name="token refresh")
            self._flights[flight] = task
            task.add_done_callback(lambda done: self._landed(flight, done))
        return task

    def refresh_ahead(self, connection: Connection, generation: int) -> None:
        """Refresh in the background what still lives; not while Redis refuses to take new tokens."""
        if asyncio.get_running_loop().time() >= self._quiet_until:
            margin_s = self._times.soft_margin_s + self._times.soft_jitter_s
            _ = self.refresh(connection, generation, forced=False, margin_s=margin_s)

    async def aclose(self, within_s: float) -> None:
        """Wait for refreshes in flight, at most so long: their refresh token may already be spent."""
        deadline = asyncio.get_running_loop().time() + within_s
        while self._flights and (left_s := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._flights.values(), timeout=left_s)
        for task in self._flights.values():
            task.cancel()
        await asyncio.gather(*self._flights.values(), return_exceptions=True)

    def _landed(self, flight: tuple[str, str, bool, int], task: asyncio.Task[None]) -> None:
        del self._flights[flight]
        error = None if task.cancelled() else task.exception()
        metrics.token_refreshed(provider=flight[0], outcome=_outcome(error, cancelled=task.cancelled()))
        if isinstance(error, RedisError):
            self._quiet_until = asyncio.get_running_loop().time() + QUIET_S
        if error is not None and not isinstance(error, TokenRefreshBackoffError):
            provider, connection_id, *_ = flight
            outcome = _outcome(error)
            log.warning("token refresh failed", provider=provider, connection_id=connection_id, error_code=outcome)

    async def _run(self, connection: Connection, rejected_generation: int | None, margin_s: float) -> None:
        clock = asyncio.get_running_loop().time
        holder = secrets.token_urlsafe(16)
        until = clock() + self._times.turn_s
        while True:
            async with self._places:
                asked_at = clock()
                turn = await self._ask(connection, holder, rejected_generation, margin_s)
                if turn == "fresh":
                    return
                # A process that was paused here may have lost its lock: it asks again.
                if turn != "wait" and clock() - asked_at < self._times.lock_s:
                    await self._take(connection, turn)
                    return
            if clock() >= until:
                raise UpstreamTimeoutError
            await asyncio.sleep(self._rng.uniform(*self._times.poll_s))

    async def _ask(
        self, connection: Connection, holder: str, rejected_generation: int | None, margin_s: float
    ) -> _Turn | Literal["fresh", "wait"]:
        rejected = "" if rejected_generation is None else str(rejected_generation)
        # A pause that a process with other settings was given must not outlast their correction.
        skipped = "" if connection.provider in self._refused else ProviderMisconfiguredError.code
        arguments: list[str | int] = [holder, rejected, _ms(margin_s), _ms(self._times.lock_s), skipped]
        answer = await self._acquire(keys=connection_keys(connection), args=arguments)
        match answer:
            case ["gone"]:
                raise NotConnectedError
            case ["ended", reason]:
                raise ReconnectRequiredError(reason=reason)
            case ["cooldown", _, code] if code == ProviderMisconfiguredError.code:
                raise ProviderMisconfiguredError
            case ["cooldown", _, code] if code == AccountMismatchError.code:
                raise AccountMismatchError
            case ["cooldown", wait_ms, _]:
                raise TokenRefreshBackoffError(retry_after_s=int(wait_ms) / 1000)
            case ["acquired", interrupted, generation, sealed]:
                tokens = self._records.open(connection, int(generation), sealed)
                return _Turn(holder=holder, generation=int(generation), tokens=tokens, interrupted=bool(interrupted))
        return "fresh" if answer == ["fresh"] else "wait"

    async def _take(self, connection: Connection, turn: _Turn) -> None:
        try:
            await self._spend(connection, turn)
        except ClientRejectedError:
            self._refused.add(connection.provider)
            log.error("the vendor refuses our client id or secret", provider=connection.provider)
            await self._back_off(connection, turn, ProviderMisconfiguredError(), self._times.client_backoff_s)
            raise ProviderMisconfiguredError from None
        except AccountMismatchError as exc:
            audit("integrity_failure", "refused", error_code=exc.code, **connection.identity)
            await self._back_off(connection, turn, exc, self._times.mismatch_backoff_s)
            raise
        except UpstreamError as exc:
            await self._back_off(connection, turn, exc, exc.retry_after_s or 0.0)
            raise

    async def _spend(self, connection: Connection, turn: _Turn) -> None:
        endpoint, refresh_token = self._endpoint_of(connection.provider), turn.tokens.refresh_token
        if refresh_token is None:
            return await self._end(connection, turn, "revoked")
        try:
            grant = await endpoint.refresh(refresh_token)
        except GrantRejectedError as first:
            if await self._moved_on(connection, turn.generation):
                return None
            try:  # the one confirmation: a single refused answer does not end a connection
                grant = await endpoint.refresh(refresh_token)
            except GrantRejectedError as again:
                in_doubt = turn.interrupted or first.in_doubt or again.in_doubt
                return await self._end(connection, turn, "refresh_interrupted" if in_doubt else "revoked")
        return await self._store(connection, turn, grant)

    async def _store(self, connection: Connection, turn: _Turn, grant: TokenGrant) -> None:
        verify_account(connection.account, grant)
        context = token_context(connection.owner, connection.provider, connection.connection_id)
        arguments: list[str | int] = [
            turn.holder,
            turn.generation,
            self._records.seal(grant, context, turn.generation + 1, kept=turn.tokens.refresh_token),
            "" if grant.expires_in_s is None else _ms(grant.expires_in_s),
            " ".join(grant.scopes or ()),
        ]
        keys = connection_keys(connection)
        outcome = await insist(lambda: self._commit(keys=keys, args=arguments), self._times.store_s)
        log.info("token refreshed", outcome=outcome, **connection.identity)
        if outcome == "gone":
            await self._orphaned(connection, Tokens(grant.access_token, grant.refresh_token))

    async def _moved_on(self, connection: Connection, generation: int) -> bool:
        """True when another worker stored newer tokens; waits for one that may be about to."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._times.committer_s
        while (await self._records.read(connection)).generation == generation:
            if clock() >= until:
                return False
            await asyncio.sleep(self._rng.uniform(*self._times.poll_s))
        return True

    async def _end(self, connection: Connection, turn: _Turn, reason: str) -> None:
        """Raises: ReconnectRequiredError, unless newer tokens were stored at the last moment."""
        keys, arguments = connection_keys(connection), [turn.holder, str(turn.generation), reason]
        outcome = await self._end_script(keys=keys, args=arguments)
        if outcome == "ended":
            audit("refresh", "failed", reason=reason, **connection.identity)
            raise ReconnectRequiredError(reason=reason)

    async def _back_off(self, connection: Connection, turn: _Turn, error: ServiceError, at_least_s: float) -> None:
        base_s, longest_s = self._times.backoff_s
        arguments: list[str | int | float] = [
            *(turn.holder, turn.generation),
            *(_ms(at_least_s), _ms(base_s), _ms(longest_s), self._rng.random()),
            *(error.code, int(may_have_acted(error))),
        ]
        wait_ms = await self._back_off_script(keys=connection_keys(connection), args=arguments)
        audit("refresh", "postponed", error_code=error.code, wait_ms=wait_ms, **connection.identity)


async def insist(write: Callable[[], Awaitable[T]], for_s: float) -> T:
    """Repeat an idempotent write while Redis fails, at most `for_s` seconds: what it holds cannot be had again.

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


def _outcome(error: BaseException | None, *, cancelled: bool = False) -> str:
    """In the metrics and the log: `ok`, `cancelled`, or what went wrong."""
    if error is None:
        return "cancelled" if cancelled else "ok"
    return error.code if isinstance(error, ServiceError) else type(error).__name__


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
