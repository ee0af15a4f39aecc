"""How fast we may ask one portal: three buckets, each with its own limit at HubSpot, learnt from what HubSpot answers.

Interactive calls go before bulk; loads take turns; other traffic of the same app is seen in what HubSpot says remains.

Source: HubSpot usage guidelines; search and associations are exempt from the ten-second limit and have their own.
"""

import secrets
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from core.metrics import budget_granted
from core.rate_limit import Asker, Grant, Priority, Rate, RateLimitTimeoutError, RollingWindowLimiter
from errors import UpstreamMigratingError, UpstreamRateLimitedError

RateLimitBucket = Literal["core", "search", "associations"]

# Our clock starts when a call leaves, HubSpot's when it arrives: calls that travel at different speeds arrive closer
# together. How small it may be is measured, see tests/bench/README.md; a search that opens a connection is no faster
# than others, so a second has no smaller slack than ten.
ARRIVAL_SLACK_MS = 250
# Longest wait for room before a caller is told to come back; a whole window always fits.
MAX_WAIT_S: Mapping[Priority, float] = MappingProxyType({"interactive": 12.0, "bulk": 120.0})
# Beyond this a pause is a move to another data centre, not a limit. Source: HubSpot error handling, 477.
_PAUSE_IS_A_MOVE_S = 60.0
# Of a window, bulk may use this share at once: a small portal is loaded in a second, and a click finds room meanwhile.
_BURST = 0.5
# So many calls HubSpot may count in another order than we do, and so many more of others may come than were seen.
_OUT_OF_ORDER = 2

# Source: HubSpot search: 5 calls a second for the whole account, other apps included; we leave one to them.
SEARCH_CALLS_PER_S, SEARCH_WINDOW_MS = 4, 1_000

# The key and the grant of this task's latest call: HubSpot's figures are compared with ours of the same moment.
_granted: ContextVar[tuple[str, Grant | None]] = ContextVar("granted", default=("", None))


@dataclass(frozen=True, slots=True)
class BucketLimit:
    """`calls` in any `window_ms`, as HubSpot names it; `remaining` of them, None where it did not say."""

    calls: int
    window_ms: int
    remaining: int | None = None


class Budget(Protocol):
    """What the client asks before each call, and tells after it."""

    async def acquire(self, bucket: RateLimitBucket, on_wait: Callable[[float], None]) -> float:
        """Wait for room; answers the seconds waited. `on_wait` is told beforehand how many there may be."""
        ...

    async def answered(self, bucket: RateLimitBucket) -> None:
        """Take note that the latest call of this task is back, with an answer or without."""
        ...

    async def pause(self, bucket: RateLimitBucket, seconds: float) -> None:
        """Let nobody through for that long."""
        ...

    def learn(self, bucket: RateLimitBucket, limit: BucketLimit) -> None:
        """Take over the limit HubSpot named."""
        ...


class PortalBudget:
    """The budget of one (app, portal) for one request or load, shared by all workers through the limiter.

    Args:
        limiter: the process' one.
        key_of: a bucket → its key in the limiter's store.
        priority: interactive while somebody waits for the answer; bulk for a load, which then takes turns with others.
        search_calls_per_s: our share of the account's search calls.
    """

    def __init__(
        self,
        limiter: RollingWindowLimiter,
        key_of: Callable[[RateLimitBucket], str],
        *,
        priority: Priority = "interactive",
        search_calls_per_s: int = SEARCH_CALLS_PER_S,
    ) -> None:
        self._limiter = limiter
        self._key_of = key_of
        # Interactive calls of a process form one queue; each load has its own.
        self._asker = Asker(priority, limiter.name if priority == "interactive" else secrets.token_hex(8))
        self._rates: Mapping[RateLimitBucket, Rate] = {
            # Source: HubSpot usage guidelines: 110 calls in 10 s for each app and account.
            "core": Rate(110, 10_000, ARRIVAL_SLACK_MS, _BURST),
            "search": Rate(search_calls_per_s, SEARCH_WINDOW_MS, ARRIVAL_SLACK_MS, burst=0.75),
            # Source: HubSpot associate-records: 100 in 10 s on the smallest plans.
            "associations": Rate(100, 10_000, ARRIVAL_SLACK_MS, _BURST),
        }

    async def acquire(self, bucket: RateLimitBucket, on_wait: Callable[[float], None] = lambda _seconds: None) -> float:
        """Wait for room in the bucket; answers the seconds waited.

        Raises:
            UpstreamRateLimitedError: no room in time, with when to come back.
            UpstreamMigratingError: HubSpot is moving the account and asked for a long pause.
            StoreUnavailableError, StoreFullError: the budget cannot be asked.
        """
        try:
            grant = await self._limiter.acquire(
                self._key_of(bucket),
                self._asker,
                self._rates[bucket],
                timeout_s=MAX_WAIT_S[self._asker.priority],
                on_wait=on_wait,
            )
        except RateLimitTimeoutError as exc:
            kind = UpstreamMigratingError if exc.retry_after_s > _PAUSE_IS_A_MOVE_S else UpstreamRateLimitedError
            raise kind(retry_after_s=exc.retry_after_s) from exc
        _granted.set((self._key_of(bucket), grant))
        used_share = (grant.used + grant.others) / max(1, grant.calls)
        budget_granted(bucket=bucket, priority=self._asker.priority, waited_s=grant.waited_s, used_share=used_share)
        return grant.waited_s

    async def answered(self, bucket: RateLimitBucket) -> None:
        """Take note that the latest call of this task, one of this bucket, is back, with an answer or without."""
        granted_for, grant = _granted.get()
        if grant is not None and granted_for == self._key_of(bucket):
            await self._limiter.answered(granted_for, self._rates[bucket], grant)

    async def pause(self, bucket: RateLimitBucket, seconds: float) -> None:
        await self._limiter.pause(self._key_of(bucket), seconds)

    def learn(self, bucket: RateLimitBucket, limit: BucketLimit) -> None:
        """Take over what HubSpot said to the latest call of this task, which was one of this bucket.

        What HubSpot counts beyond our own calls is other traffic of the same app: we keep away from its room. The
        search bucket has no headers and keeps its share; whose calls `remaining` counts on the associations bucket is
        not documented.
        """
        key = self._key_of(bucket)
        granted_for, grant = _granted.get()
        if grant is None or granted_for != key or bucket == "search":
            return
        others = 0
        if bucket == "core" and limit.remaining is not None:
            surplus = limit.calls - limit.remaining - grant.used
            others = surplus + _OUT_OF_ORDER if surplus > _OUT_OF_ORDER else 0
        if (limit.calls, limit.window_ms, others) != (grant.calls, grant.window_ms, grant.others):
            self._limiter.learn(key, calls=limit.calls, window_ms=limit.window_ms, others=others)
