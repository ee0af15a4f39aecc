"""Refresh access tokens: one task per process, one holder across processes, stored by compare-and-swap.

One refresh: acquire the right → keep it renewed → list the refresh as open → send the refresh token → store the new
tokens at once → remove the refresh from the list. If the vendor refuses the grant: use another worker's new tokens if
there are any, else try once more, and only then end the connection. The janitor repeats the refresh of a worker that
died.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import metrics
from core.audit import audit
from core.crypto import Keyring
from core.tasks import running
from errors import (
    AccountMismatchError,
    InternalError,
    NotConnectedError,
    ProviderMisconfiguredError,
    ReconnectRequiredError,
    ServiceError,
    TokenRefreshBackoffError,
    UpstreamError,
    UpstreamTimeoutError,
)
from oauth.connection import Connection, EndReason
from oauth.connections import Details, from_ms
from oauth.refresh_janitor import OpenRefreshes
from oauth.refresh_rights import UNRESOLVED, LeaseLostError, RefreshRights, RefreshTimes, Turn, to_ms
from oauth.refresh_scripts import BACK_OFF, COMMIT, END
from oauth.token_endpoint import TokenEndpoint, may_have_acted
from oauth.token_records import TokenRecords, Tokens, insist
from oauth.tokens import ClientRejectedError, GrantRejectedError, TokenGrant, verify_account

# Of one vendor and process: a vendor that does not answer must not hold up the others.
MAX_REFRESHES = 10
QUIET_S = 1.0

# Provider, connection, purpose, generation.
_TaskKey = tuple[str, str, str, int]

log = structlog.get_logger(__name__)


class Refresher:
    """Refreshes tokens. Each refresh is a separate task, so a client that disconnects cannot cancel it.

    `orphaned` gets new tokens of a connection that was deleted or connected again in the meantime.
    """

    def __init__(
        self,
        redis: Redis,
        keyring: Keyring,
        endpoint_of: Callable[[str], TokenEndpoint],
        orphaned: Callable[[Connection, Tokens], Awaitable[None]],
        *,
        times: RefreshTimes,
        rng: random.Random,
    ) -> None:
        self._keyring = keyring
        self._records = TokenRecords(redis, keyring)
        self._endpoint_of = endpoint_of
        self._orphaned = orphaned
        self._times = times
        self._rng = rng
        self._tasks: dict[_TaskKey, asyncio.Task[None]] = {}
        self._slots = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(MAX_REFRESHES))
        self._quiet_until = 0.0
        self._rights = RefreshRights(redis, self._records, endpoint_of, times)
        self.open_refreshes = OpenRefreshes(redis)
        self._commit = redis.register_script(COMMIT)
        self._end_script = redis.register_script(END)
        self._back_off_script = redis.register_script(BACK_OFF)

    def refresh(self, connection: Connection, generation: int, *, forced: bool, margin_s: float) -> asyncio.Task[None]:
        """The one task that refreshes this generation in this process; await it shielded.

        It returns when newer tokens are stored, by this or another worker. It raises NotConnectedError,
        ReconnectRequiredError, ProviderMisconfiguredError, an UpstreamError for temporary failures, or a RedisError.
        `forced`: the vendor rejected this generation's access token; otherwise a token that is valid for at least
        `margin_s` is not refreshed.
        """
        return self._start(connection, str(generation) if forced else "", generation, margin_s)

    def resolve(self, connection: Connection) -> asyncio.Task[None]:
        """Repeat a refresh whose holder died; does nothing if there is none."""
        return self._start(connection, UNRESOLVED, 0, 0.0)

    def _start(self, connection: Connection, purpose: str, generation: int, margin_s: float) -> asyncio.Task[None]:
        task_key = (connection.provider, connection.connection_id, purpose, generation)
        task = self._tasks.get(task_key)
        if task is None:
            task = asyncio.create_task(self._run(connection, purpose, margin_s), name="token refresh")
            self._tasks[task_key] = task
            task.add_done_callback(lambda done: self._finished(task_key, done))
        return task

    def refresh_ahead(self, connection: Connection, generation: int) -> None:
        """Refresh in the background before the token expires, but not while Redis refuses writes."""
        if asyncio.get_running_loop().time() >= self._quiet_until:
            margin_s = self._times.soft_margin_s + self._times.soft_jitter_s
            _ = self.refresh(connection, generation, forced=False, margin_s=margin_s)

    async def aclose(self, within_s: float) -> None:
        """Wait at most `within_s` for running refreshes, because their refresh tokens may already be used."""
        deadline = asyncio.get_running_loop().time() + within_s
        while self._tasks and (left_s := deadline - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._tasks.values(), timeout=left_s)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _finished(self, task_key: _TaskKey, task: asyncio.Task[None]) -> None:
        del self._tasks[task_key]
        error = None if task.cancelled() else task.exception()
        metrics.token_refreshes.labels(task_key[0], _outcome(error, cancelled=task.cancelled())).inc()
        if isinstance(error, RedisError):
            self._quiet_until = asyncio.get_running_loop().time() + QUIET_S
        if error is not None and not isinstance(error, TokenRefreshBackoffError):
            provider, connection_id, *_ = task_key
            outcome = _outcome(error)
            log.warning("token refresh failed", provider=provider, connection_id=connection_id, error_code=outcome)

    async def _run(self, connection: Connection, purpose: str, margin_s: float) -> None:
        """Try until the tokens are fresh; only once for the janitor, which repeats by itself."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._times.turn_s
        while True:
            async with self._slots[connection.provider]:
                outcome = await self._try(connection, purpose, margin_s)
            if outcome == "fresh" or (outcome == "wait" and purpose == UNRESOLVED):
                return
            if outcome == "lost":  # this process was paused, or Redis did not answer: start over
                until = clock() + self._times.turn_s
            if clock() >= until:
                raise UpstreamTimeoutError
            await asyncio.sleep(self._rng.uniform(*self._times.poll_s))

    async def _try(self, connection: Connection, purpose: str, margin_s: float) -> Literal["fresh", "wait", "lost"]:
        try:
            turn = await self._rights.ask(connection, purpose, margin_s)
            if turn == "wait":
                return "wait"
            if turn != "fresh":
                async with running(turn.lease.keep):
                    await self._take(connection, turn)
        except (NotConnectedError, ReconnectRequiredError, InternalError):  # another attempt would fail as well
            await self._close(connection)
            raise
        except LeaseLostError:
            return "lost"
        if turn != "fresh" or purpose == UNRESOLVED:
            await self._close(connection)
        return "fresh"

    async def _take(self, connection: Connection, turn: Turn) -> None:
        # Before the refresh token is sent, so that the janitor finds the refresh if this worker dies.
        await self.open_refreshes.add(connection, due_in_s=self._times.lock_s)
        try:
            await self._spend(connection, turn)
        except ClientRejectedError:
            self._rights.refuse(connection.provider)
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

    async def _spend(self, connection: Connection, turn: Turn) -> None:
        endpoint, refresh_token = self._endpoint_of(connection.provider), turn.tokens.refresh_token
        if refresh_token is None:
            return await self._end(connection, turn, "revoked")
        try:
            grant = await endpoint.refresh(refresh_token, before_each=turn.lease.check)
        except GrantRejectedError as first:
            if await self._moved_on(connection, turn.generation):
                return None
            try:  # one confirmation: a single refusal does not end a connection
                grant = await endpoint.refresh(refresh_token, before_each=turn.lease.check)
            except GrantRejectedError as again:
                turn.lease.check()
                in_doubt = turn.interrupted or first.in_doubt or again.in_doubt
                return await self._end(connection, turn, "refresh_interrupted" if in_doubt else "revoked")
        return await self._store(connection, turn, grant)

    async def _store(self, connection: Connection, turn: Turn, grant: TokenGrant) -> None:
        verify_account(turn.account, grant)
        details = Details(turn.account, grant.scopes) if grant.scopes else None
        arguments: list[str | int] = [
            turn.holder,
            turn.generation,
            self._records.seal(grant, connection.key, turn.generation + 1, kept=turn.tokens.refresh_token),
            "" if grant.expires_in_s is None else to_ms(grant.expires_in_s),
            details.seal(self._keyring, connection.key) if details else "",
            turn.connected_at_ms,
        ]
        keys = [connection.key.record, connection.key.lock]
        outcome = await insist(lambda: self._commit(keys=keys, args=arguments), self._times.store_s)
        log.info("token refreshed", outcome=outcome, **connection.identity)
        if outcome in {"gone", "replaced"}:
            refreshed = replace(connection, connected_at=from_ms(turn.connected_at_ms))
            await self._orphaned(refreshed, Tokens(grant.access_token, grant.refresh_token))

    async def _moved_on(self, connection: Connection, generation: int) -> bool:
        """True if another worker stored newer tokens; waits for a worker that may be about to."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._times.committer_s
        while (await self._records.read(connection)).generation == generation:
            if clock() >= until:
                return False
            await asyncio.sleep(self._rng.uniform(*self._times.poll_s))
        return True

    async def _end(self, connection: Connection, turn: Turn, reason: EndReason) -> None:
        """End the connection. Raises: ReconnectRequiredError, unless newer tokens were just stored."""
        keys, arguments = [connection.key.record, connection.key.lock], [turn.holder, str(turn.generation), reason]
        outcome = await self._end_script(keys=keys, args=arguments)
        if outcome == "ended":
            audit("refresh", "failed", reason=reason, **connection.identity)
            raise ReconnectRequiredError(reason=reason)

    async def _back_off(self, connection: Connection, turn: Turn, error: ServiceError, at_least_s: float) -> None:
        base_s, longest_s = self._times.backoff_s
        arguments: list[str | int | float] = [
            *(turn.holder, turn.generation),
            *(to_ms(at_least_s), to_ms(base_s), to_ms(longest_s), self._rng.random()),
            *(error.code, int(may_have_acted(error))),
        ]
        wait_ms = await self._back_off_script(keys=[connection.key.record, connection.key.lock], args=arguments)
        if wait_ms < 0:  # the record moved on: the janitor sees whether anything is left to be refreshed
            return
        audit("refresh", "postponed", error_code=error.code, wait_ms=wait_ms, **connection.identity)
        if may_have_acted(error):
            await self.open_refreshes.add(connection, due_in_s=wait_ms / 1000)
        else:
            await self._close(connection)

    async def _close(self, connection: Connection) -> None:
        """Remove a finished refresh from the list. If Redis fails, the janitor notices that it is finished."""
        try:
            await self.open_refreshes.remove(connection.key.record)
        except RedisError as exc:
            log.debug("a finished refresh stays listed", error=type(exc).__name__)


def _outcome(error: BaseException | None, *, cancelled: bool = False) -> str:
    """The outcome for metrics and log: `ok`, `cancelled`, or the error."""
    if error is None:
        return "cancelled" if cancelled else "ok"
    return error.code if isinstance(error, ServiceError) else type(error).__name__
