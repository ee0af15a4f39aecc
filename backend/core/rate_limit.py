"""A rolling-window limit shared by all workers: at most `calls` in any window, counted in Redis.

Order of events in `RollingWindowLimiter.acquire`: calls queue within the process (`call_queue.py`) → the first call
requests grants from Redis for itself and the calls behind it → if there is budget, Redis counts the calls and they are
made; if there is none, or it is the turn of another caller, wait as long as Redis says and request again.

Why our scripts and not `pyrate-limiter`'s RedisBucket, which is exact as well: it uses each worker's clock (workers
with different clocks exceed the limit), needs a second command from a background task to drop old entries, and has no
priorities, no turns between callers, no limit learned from answers and no pause requested by the vendor.

The count is exact only if a call is sent soon after it was counted. Therefore each request tells Redis how late its
answer may arrive (the call counts from then on), and a grant that arrives even later is requested again under the same
name. A new connection or a busy machine may delay a call further. A call answered later than its slack allows is
counted again, from the latest time at which it may have reached the vendor (`answered`).
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import metrics
from core.call_queue import CallQueues
from core.rate import Caller, Grant, Rate, Usage
from core.rate_limit_scripts import ACQUIRE, ANSWERED, LONGEST_NAP_MS, PAUSE, USAGE
from core.response_headers import LONGEST_WAIT_S
from core.store import as_service_error

# Allowed delay of Redis' answer before the call is counted again; part of every slack.
LATE_MS = 50
# Factor by which the measured delay of Redis shrinks with each answer.
LAG_DECAY = 0.9
# Growth of the vendor's assumed shortest response time with each answer, from 0.
QUICKEST_GROWTH_S = 0.005
# Maximum calls in one request to Redis, so that other callers get their turns in between.
MOST_AT_ONCE = 10
# Without Redis, interactive calls proceed up to this share of the limit in each process. Bulk calls wait for Redis.
OPEN_SHARE = 0.1
REDIS_PATIENCE_S = 15.0
REDIS_POLL_S = 0.5

_US = 1_000_000
_MS = 1_000


def _ignore(_seconds: float) -> None:
    return None


class RateLimitTimeoutError(Exception):
    """No budget in time. `retry_after_s`: when there may be some."""

    def __init__(self, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"no room for another {retry_after_s:.1f} s")


@dataclass(frozen=True, slots=True)
class _Answer:
    """Grants for the first requested calls, and the wait of the next one; 0 if all were granted."""

    grants: Sequence[Grant]
    wait_s: float = 0.0


class RollingWindowLimiter:
    """Grants calls within a window; one per process, shared by all keys."""

    def __init__(
        self,
        redis: "Redis",
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._acquire = redis.register_script(ACQUIRE)
        self._answered = redis.register_script(ANSWERED)
        self._pause = redis.register_script(PAUSE)
        self._usage = redis.register_script(USAGE)
        self._clock = clock
        self._sleep = sleep
        self._queues = CallQueues()
        self._learnt: dict[str, tuple[int, int, int]] = {}
        self._notes: dict[str, tuple[str, float]] = {}
        self._opened: dict[str, deque[float]] = {}
        self._quickest_s: dict[Rate, float] = {}
        self._lag_s = 0.0
        self.name = secrets.token_hex(4)
        self.failed_open = 0

    async def acquire(
        self, key: str, caller: Caller, rate: Rate, *, timeout_s: float, on_wait: Callable[[float], None] = _ignore
    ) -> Grant:
        """Wait until a call may be made, and count it; fail at once if the wait is known to exceed `timeout_s`.

        `rate` holds until the vendor's limit is learned; `on_wait` gets the remaining seconds before each wait.

        Raises:
            RateLimitTimeoutError: no budget within `timeout_s`; the call was not counted.
            StoreUnavailableError, StoreFullError: Redis does not answer and the call is not safe without it.
        """
        began, call = self._clock(), secrets.token_hex(8)
        with self._queues.place(key, caller, call) as queue:
            grant = await _turn(queue[call], timeout_s, rate)
            while grant is None:
                await asyncio.sleep(0)  # calls of the same moment enter the queue first
                calls = list(islice(queue, MOST_AT_ONCE))
                answer = await self._ask(key, caller, rate, calls, began)
                if answer.grants:
                    grant = queue.hand_out(calls, answer.grants)
                    break
                if self._clock() - began + answer.wait_s > timeout_s:
                    raise RateLimitTimeoutError(answer.wait_s)
                on_wait(answer.wait_s)
                await self._sleep(min(answer.wait_s, LONGEST_NAP_MS / _MS))
        return replace(grant, waited_s=self._clock() - began)

    def learn(self, key: str, *, calls: int, window_ms: int, others: int) -> None:
        """Adopt the vendor's limit; all workers get it with this process's next call.

        `others` are calls of other clients in the window; they count until the window ends.
        """
        self._learnt[key] = (calls, window_ms, others)

    def note(self, key: str, text: str, *, lifetime_s: float) -> None:
        """Replace the note about a bucket; all workers get it with each grant, from this process's next call on.

        `text` is not empty; it expires after `lifetime_s` seconds.
        """
        self._notes[key] = (text, lifetime_s)

    async def answered(self, key: str, rate: Rate, grant: Grant) -> None:
        """Count a call that has just ended, with or without an answer, from when it may have reached the vendor.

        That is at the latest its end minus the vendor's shortest response time, measured over all calls of this rate.
        Redis is called only for calls that may have arrived later than their slack allows. If Redis fails, the call
        counts from its grant; `failed_open` counts that.
        """
        took_s = self._clock() - grant.asked_at
        quickest_s = self._quickest_s.get(rate, 0.0)
        self._quickest_s[rate] = min(took_s, quickest_s + QUICKEST_GROWTH_S)
        if not grant.call or took_s - quickest_s <= rate.slack_ms / _MS:
            return
        held_us = (grant.window_ms + rate.slack_ms) * _MS
        try:
            await self._answered(keys=[key], args=[grant.call, round(quickest_s * _US), held_us])
        except RedisError:
            self._leave_open()

    async def pause(self, key: str, seconds: float) -> None:
        """Grant no calls for `key` for this long (at most an hour), in all processes.

        If Redis fails, calls are not delayed: the vendor will refuse again. `failed_open` counts that.
        """
        try:
            await self._pause(keys=[f"{key}:state"], args=[round(min(seconds, LONGEST_WAIT_S) * _US)])
        except RedisError:
            self._leave_open()

    async def usage(self, key: str, rate: Rate) -> Usage:
        """How much is used, without a change. Raises: RedisError."""
        args = [rate.calls, rate.window_ms * _MS]
        calls, window_us, used, others, paused_us = await self._usage(keys=[key, f"{key}:state"], args=args)
        return Usage(int(calls), int(window_us) // _MS, int(used), int(others), int(paused_us) / _US)

    def _leave_open(self) -> None:
        self.failed_open += 1
        metrics.budget_left_open.inc()

    async def _ask(self, key: str, caller: Caller, rate: Rate, calls: Sequence[str], began: float) -> _Answer:
        """Request grants from Redis until an answer arrives early enough to be exact."""
        while True:
            lag_s, asked_at = self._lag_s, self._clock()
            try:
                answer = await self._ask_once(key, caller, rate, calls, lag_s)
            except RedisError as exc:
                if caller.priority == "interactive" and self._may_open(key, rate):
                    self._leave_open()
                    return _Answer([Grant(0.0, 0, rate.calls, rate.window_ms, 0)])
                if caller.priority == "interactive" or self._clock() - began > REDIS_PATIENCE_S:
                    raise as_service_error(exc) from exc
                await self._sleep(REDIS_POLL_S)
                continue
            self._opened.pop(key, None)
            took_s = self._clock() - asked_at
            self._lag_s = max(took_s, self._lag_s * LAG_DECAY)
            if not answer.grants or took_s <= lag_s + LATE_MS / _MS:
                return answer

    async def _ask_once(self, key: str, caller: Caller, rate: Rate, calls: Sequence[str], lag_s: float) -> _Answer:
        learnt, noted = self._learnt.pop(key, None), self._notes.pop(key, None)
        limit, window_us, others = (learnt[0], learnt[1] * _MS, learnt[2]) if learnt else ("", "", "")
        note, lifetime_s = noted or ("", 0.0)
        asked_at = self._clock()
        try:
            wait_us, limit, window_us, others, note, *used = await self._acquire(
                keys=[key, f"{key}:state", f"{key}:waiting", f"{key}:served"],
                args=[
                    *(str(caller), rate.calls, rate.window_ms * _MS, rate.slack_ms * _MS, rate.burst),
                    *(round(lag_s * _US), limit, window_us, others),
                    *(note, round(lifetime_s * _US)),
                    *calls,
                ],
            )
        except RedisError:
            if learnt is not None:
                self._learnt.setdefault(key, learnt)
            if noted is not None:
                self._notes.setdefault(key, noted)
            raise
        state = int(limit), int(window_us) // _MS, int(others), str(note)
        grants = [Grant(0.0, int(count), *state, call, asked_at) for count, call in zip(used, calls, strict=False)]
        return _Answer(grants, int(wait_us) / _US)

    def _may_open(self, key: str, rate: Rate) -> bool:
        """Whether this process may make an interactive call without Redis; records the call."""
        opened, now = self._opened.setdefault(key, deque()), self._clock()
        while opened and opened[0] <= now - (rate.window_ms + rate.slack_ms) / _MS:
            opened.popleft()
        if len(opened) >= max(1, int(rate.calls * OPEN_SHARE)):
            return False
        opened.append(now)
        return True


async def _turn(turn: "asyncio.Future[Grant | None]", timeout_s: float, rate: Rate) -> Grant | None:
    """Raises: RateLimitTimeoutError with the window as an estimate: only the first call of the queue knows the wait."""
    try:
        async with asyncio.timeout(timeout_s):
            return await turn
    except TimeoutError:
        raise RateLimitTimeoutError(rate.window_ms / _MS) from None
