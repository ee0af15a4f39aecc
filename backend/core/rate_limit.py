"""A rolling-window limit shared by all workers: at most so many calls in any window, counted in Redis.

Order of events in `RollingWindowLimiter.acquire`: a line within the process, first come first served → the first asks
Redis, for those behind it as well → room: the calls are noted and made; no room, or another's turn: sleep as long as
Redis says, ask again.

Why our own scripts and not `pyrate-limiter`'s RedisBucket, which measured exact too: it takes the time from each
worker's clock (workers that differ let too much through), wants a second command from a background task to drop old
entries, and knows no priorities, no turns between loads, no limit learnt on the way and no pause the vendor asked
for.

What is exact needs the call to leave soon after it was noted. A slow Redis is therefore told beforehand how late its
answer may be (the call counts from then on), and a grant that arrives later still is asked for again, under the same
name. A call may be held up behind that, too, by a connection that opens or a busy machine: one that was answered later
than its slack allows for is noted anew, as late as it may have reached the vendor (`answered`).
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import metrics
from core.rate_limit_scripts import ACQUIRE, ANSWERED, LONGEST_NAP_MS, PAUSE
from core.response_headers import LONGEST_WAIT_S
from core.store import as_service_error

Priority = Literal["interactive", "bulk"]

# How much later than expected Redis' answer may come before the call is noted anew; part of every slack.
LATE_MS = 50
# How fast a slow answer of Redis is forgotten, an answer.
LAG_DECAY = 0.9
# By how much what the vendor is held to take at the least grows with each answer, from nothing.
QUICKEST_GROWTH_S = 0.005
# For how many calls Redis is asked at most in one go: others want their turn there.
MOST_AT_ONCE = 10
# Without Redis an interactive call goes ahead, at most this share of the limit in each process. Bulk waits for Redis.
OPEN_SHARE = 0.1
REDIS_PATIENCE_S = 15.0
REDIS_POLL_S = 0.5

_US = 1_000_000
_MS = 1_000


def _ignore(_seconds: float) -> None:
    return None


class RateLimitTimeoutError(Exception):
    """There is no room in time. `retry_after_s`: when there may be."""

    def __init__(self, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"no room for another {retry_after_s:.1f} s")


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf a call is made: interactive goes before bulk, and those of one priority take turns."""

    priority: Priority
    name: str

    def __str__(self) -> str:
        return f"{self.priority[0]}:{self.name}"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `window_ms`, as long as nothing else was learnt.

    Args:
        slack_ms: added to the window for calls that arrive at the vendor closer together than they left.
        burst: share of the calls that bulk may make at once; the rest it spreads over the window.
    """

    calls: int
    window_ms: int
    slack_ms: int
    burst: float


@dataclass(frozen=True, slots=True)
class Grant:
    """One call may be made, now.

    Args:
        waited_s: how long it took.
        used: calls in the window (without its slack) with this one, of all workers; those of others are not among them.
        calls: the limit as last learnt by any worker.
        window_ms: its window.
        others: calls in the window that were not ours, as last learnt.
        note: what a worker has noted about the bucket for all of them; empty without a note, or when it has expired.
        call: its name among the noted ones; empty when it could not be noted.
        asked_at: when Redis was asked for it, on the limiter's clock.
    """

    waited_s: float
    used: int
    calls: int
    window_ms: int
    others: int
    note: str = ""
    call: str = ""
    asked_at: float = 0.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """The calls that may be made, first ones first, and how long the next has to wait; 0 when there is none."""

    grants: Sequence[Grant]
    wait_s: float = 0.0


class _Line(dict[str, "asyncio.Future[Grant | None]"]):
    """Calls of one asker, first come first served: each is told its grant, or None when it is the first."""


class RollingWindowLimiter:
    """Hands out calls within a window; one for the process, shared by all keys."""

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
        self._clock = clock
        self._sleep = sleep
        self._lines: WeakValueDictionary[tuple[str, Asker], _Line] = WeakValueDictionary()
        self._learnt: dict[str, tuple[int, int, int]] = {}
        self._notes: dict[str, tuple[str, float]] = {}
        self._opened: dict[str, deque[float]] = {}
        self._quickest_s: dict[Rate, float] = {}
        self._lag_s = 0.0
        self.name = secrets.token_hex(4)
        self.failed_open = 0

    async def acquire(
        self, key: str, asker: Asker, rate: Rate, *, timeout_s: float, on_wait: Callable[[float], None] = _ignore
    ) -> Grant:
        """Wait until a call may be made, and note it.

        Args:
            key: of the budget, as Redis knows it.
            asker: who wants it.
            rate: what holds until the vendor's own figure is learnt.
            timeout_s: longest wait; one that is foreseeably longer fails at once.
            on_wait: told, before each wait, how many seconds may be left of it.

        Raises:
            RateLimitTimeoutError: no room within `timeout_s`; nothing was noted.
            StoreUnavailableError, StoreFullError: Redis cannot be asked and the call is not safe without it.
        """
        began, call = self._clock(), secrets.token_hex(8)
        with self._in_line(key, asker, call) as line:
            grant = await _turn(line[call], timeout_s)
            while grant is None:
                await asyncio.sleep(0)  # calls of the same moment come into the line first
                calls = list(islice(line, MOST_AT_ONCE))
                answer = await self._ask(key, asker, rate, calls, began)
                if answer.grants:
                    grant = _hand_out(line, calls, answer.grants)
                    break
                if self._clock() - began + answer.wait_s > timeout_s:
                    raise RateLimitTimeoutError(answer.wait_s)
                on_wait(answer.wait_s)
                await self._sleep(min(answer.wait_s, LONGEST_NAP_MS / _MS))
        return replace(grant, waited_s=self._clock() - began)

    def learn(self, key: str, *, calls: int, window_ms: int, others: int) -> None:
        """Take over what the vendor said; every worker knows it from this process' next call on.

        Args:
            key: of the budget.
            calls: the limit.
            window_ms: its window.
            others: calls in the window that are not ours; they count for as long as the window lasts.
        """
        self._learnt[key] = (calls, window_ms, others)

    def note(self, key: str, text: str, *, lifetime_s: float) -> None:
        """Leave a note about a bucket: every worker gets it with each grant, from this process' next call on.

        Args:
            key: of the budget.
            text: replaces an earlier note; not empty.
            lifetime_s: how long it holds, in seconds.
        """
        self._notes[key] = (text, lifetime_s)

    async def answered(self, key: str, rate: Rate, grant: Grant) -> None:
        """Let a call that just came back, with an answer or without, count from when it may have reached the vendor.

        That is no later than its answer less what the vendor takes at the least, seen over all calls of this rate.
        Redis is told only of calls that may have come later than their slack allows for. When it cannot be told, the
        call counts from when it was noted; `failed_open` counts it.
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
        """Give out nothing under `key` for that long, at most an hour, in any process.

        When Redis cannot be told nobody is held back: the vendor will say it again. `failed_open` counts it.
        """
        try:
            await self._pause(keys=[f"{key}:state"], args=[round(min(seconds, LONGEST_WAIT_S) * _US)])
        except RedisError:
            self._leave_open()

    def _leave_open(self) -> None:
        self.failed_open += 1
        metrics.budget_left_open()

    async def _ask(self, key: str, asker: Asker, rate: Rate, calls: Sequence[str], began: float) -> _Answer:
        """One answer that came in time for what it says, however often Redis has to be asked for it."""
        while True:
            lag_s, asked_at = self._lag_s, self._clock()
            try:
                answer = await self._ask_once(key, asker, rate, calls, lag_s)
            except RedisError as exc:
                if asker.priority == "interactive" and self._may_open(key, rate):
                    self._leave_open()
                    return _Answer([Grant(0.0, 0, rate.calls, rate.window_ms, 0)])
                if asker.priority == "interactive" or self._clock() - began > REDIS_PATIENCE_S:
                    raise as_service_error(exc) from exc
                await self._sleep(REDIS_POLL_S)
                continue
            self._opened.pop(key, None)
            took_s = self._clock() - asked_at
            self._lag_s = max(took_s, self._lag_s * LAG_DECAY)
            if not answer.grants or took_s <= lag_s + LATE_MS / _MS:
                return answer

    async def _ask_once(self, key: str, asker: Asker, rate: Rate, calls: Sequence[str], lag_s: float) -> _Answer:
        learnt, noted = self._learnt.pop(key, None), self._notes.pop(key, None)
        limit, window_ms, others = learnt or ("", None, "")
        note, lifetime_s = noted or ("", 0.0)
        asked_at = self._clock()
        try:
            wait_us, limit, window_us, others, note, *used = await self._acquire(
                keys=[key, f"{key}:state", f"{key}:waiting", f"{key}:served"],
                args=[
                    *(str(asker), rate.calls, rate.window_ms * _MS, rate.slack_ms * _MS, rate.burst),
                    *(round(lag_s * _US), limit, "" if window_ms is None else window_ms * _MS, others),
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
        told = int(limit), int(window_us) // _MS, int(others), str(note)
        grants = [Grant(0.0, int(one), *told, call, asked_at) for one, call in zip(used, calls, strict=False)]
        return _Answer(grants, int(wait_us) / _US)

    def _may_open(self, key: str, rate: Rate) -> bool:
        opened, now = self._opened.setdefault(key, deque()), self._clock()
        while opened and opened[0] <= now - (rate.window_ms + rate.slack_ms) / _MS:
            opened.popleft()
        if len(opened) >= max(1, int(rate.calls * OPEN_SHARE)):
            return False
        opened.append(now)
        return True

    @contextmanager
    def _in_line(self, key: str, asker: Asker, call: str) -> Iterator[_Line]:
        """A place in the asker's line within this process. Whoever leaves lets the next be the first."""
        line = self._lines.setdefault((key, asker), _Line())
        line[call] = asyncio.get_running_loop().create_future()
        _let_first(line)
        try:
            yield line
        finally:
            line.pop(call, None)
            _let_first(line)


def _let_first(line: _Line) -> None:
    first = next(iter(line.values()), None)
    if first is not None and not first.done():
        first.set_result(None)


def _hand_out(line: _Line, calls: Sequence[str], grants: Sequence[Grant]) -> Grant:
    """The grant of the first of the calls; the others are told theirs, and leave the line."""
    for call, grant in zip(calls[1:], grants[1:], strict=False):
        turn = line.pop(call, None)
        if turn is not None and not turn.done():  # else it went away meanwhile
            turn.set_result(grant)
    return grants[0]


async def _turn(turn: "asyncio.Future[Grant | None]", timeout_s: float) -> Grant | None:
    try:
        async with asyncio.timeout(timeout_s):
            return await turn
    except TimeoutError:
        raise RateLimitTimeoutError(timeout_s) from None
