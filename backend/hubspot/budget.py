"""The rate-limit budget of one portal: three buckets, each with the limit that HubSpot's answers report.

Interactive calls go before bulk calls, and connections that load take turns. Other traffic of the same app shows in
HubSpot's count of remaining calls.

Source: HubSpot usage guidelines. Search is exempt from the ten-second limit; associations are exempt according to the
specifications only (`association_limit.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import httpx
import structlog

from core.api_client import Budget
from core.metrics import budget_granted
from core.rate import Caller, Grant, Priority, Rate
from core.rate_limit import RateLimitTimeoutError, RollingWindowLimiter
from errors import ServiceError, UpstreamMigratingError, UpstreamRateLimitedError
from hubspot.association_limit import VERDICT_LIFETIME_S, AssociationCounting, AssociationLimit, SentCall, Verdict

log = structlog.get_logger(__name__)

RateLimitBucket = Literal["core", "search", "associations"]

# We count a call when it is sent, HubSpot when it arrives, so calls with different latency arrive closer together. The
# smallest safe value is measured (tests/bench/README.md). A search may open a connection as well, so its one-second
# window needs the same slack.
ARRIVAL_SLACK_MS = 250
# Longest wait for budget before the caller gets a rate-limit error; longer than a whole window.
MAX_WAIT_S: Mapping[Priority, float] = MappingProxyType({"interactive": 12.0, "bulk": 120.0, "background": 600.0})
# A longer pause means that the account is being migrated, not rate-limited. Source: HubSpot error handling, 477.
_PAUSE_IS_A_MOVE_S = 60.0
# Bulk calls may use this share of a window at once: a small portal loads within a second, and interactive calls still
# find room.
_BURST = 0.5
# HubSpot may count this many calls in a different order, and other clients may send this many unseen calls.
_OUT_OF_ORDER = 2

# Source: HubSpot search: 5 calls a second for the whole account, other apps included; we leave one to them.
SEARCH_CALLS_PER_S, SEARCH_WINDOW_MS = 4, 1_000
# Longer numbers in headers are ignored.
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class BucketLimit:
    """HubSpot's limit: `calls` in any `window_ms`, and the `remaining` calls (None if not reported)."""

    calls: int
    window_ms: int
    remaining: int | None = None


class HubSpotBudget(Budget[RateLimitBucket], Protocol):
    """The budget of calls to one portal."""

    @property
    def associations(self) -> AssociationCounting:
        """Whether association calls count against the general limit."""
        ...


class PortalBudget:
    """The budget of one (app, portal) for one request or load; all workers share it through the limiter.

    Association calls also count in the general bucket until HubSpot's answers show that HubSpot counts them apart.

    Args:
        key_of: a bucket → its key in the limiter's store.
        priority: interactive if a person waits for the answer; bulk for a load.
        turn_of: the connection that a load reads for; connections take turns, whatever number of loads each has.
        search_calls_per_s: our share of the account's search calls.
    """

    def __init__(
        self,
        limiter: RollingWindowLimiter,
        key_of: Callable[[RateLimitBucket], str],
        *,
        priority: Priority = "interactive",
        turn_of: str = "",
        search_calls_per_s: int = SEARCH_CALLS_PER_S,
        association_limit: AssociationLimit | None = None,
    ) -> None:
        self.limiter = limiter
        self.association_limit = association_limit or AssociationLimit()
        self.key_of = key_of
        self._caller = Caller(priority, limiter.name if priority == "interactive" else turn_of)
        self.rates: Mapping[RateLimitBucket, Rate] = {
            # Source: HubSpot usage guidelines: 110 calls in 10 s for each app and account.
            "core": Rate(110, 10_000, ARRIVAL_SLACK_MS, _BURST),
            "search": Rate(search_calls_per_s, SEARCH_WINDOW_MS, ARRIVAL_SLACK_MS, burst=0.75),
            # Source: HubSpot associate-records: 100 in 10 s on the smallest plans.
            "associations": Rate(100, 10_000, ARRIVAL_SLACK_MS, _BURST),
        }

    @property
    def associations(self) -> AssociationCounting:
        return self.association_limit.counting

    async def acquire(
        self, bucket: RateLimitBucket, on_wait: Callable[[float], None] = lambda _seconds: None
    ) -> "PortalPermit":
        """Wait until the bucket has budget for one call.

        Raises:
            UpstreamRateLimitedError: no budget in time; `retry_after_s` says when to try again.
            UpstreamMigratingError: HubSpot is migrating the account and requested a long pause.
            StoreUnavailableError, StoreFullError: the budget cannot be read.
        """
        is_association = bucket == "associations"
        counted_in: RateLimitBucket = "core" if is_association and self.associations != "exempt" else bucket
        grant = await self._room_in(counted_in, on_wait)
        if counted_in == "core":
            self.association_limit.see_note(grant.note, grant.asked_at)
        sent = None
        if bucket != "search":
            in_general = counted_in == "core"
            sent = self.association_limit.send(
                is_association=is_association, in_general=in_general, sent_at=grant.asked_at
            )
        used_share = (grant.used + grant.others) / max(1, grant.calls)
        budget_granted(
            bucket=counted_in, priority=self._caller.priority, waited_s=grant.waited_s, used_share=used_share
        )
        return PortalPermit(self, bucket, counted_in, grant, sent)

    async def _room_in(self, bucket: RateLimitBucket, on_wait: Callable[[float], None]) -> Grant:
        try:
            return await self.limiter.acquire(
                self.key_of(bucket),
                self._caller,
                self.rates[bucket],
                timeout_s=MAX_WAIT_S[self._caller.priority],
                on_wait=on_wait,
            )
        except RateLimitTimeoutError as exc:
            error = UpstreamMigratingError if exc.retry_after_s > _PAUSE_IS_A_MOVE_S else UpstreamRateLimitedError
            raise error(retry_after_s=exc.retry_after_s) from exc

    async def pause(self, seconds: float) -> None:
        """Block all calls of the portal for this long."""
        for bucket in self.rates:
            await self.limiter.pause(self.key_of(bucket), seconds)


@dataclass(frozen=True, slots=True)
class PortalPermit:
    """Permission for one call. HubSpot's counts in its answer are compared with ours at the time it was sent.

    Args:
        counted_in: the bucket in which we count the call.
        sent: evidence for the association limit; None for a search.
    """

    budget: PortalBudget
    bucket: RateLimitBucket
    counted_in: RateLimitBucket
    grant: Grant
    sent: SentCall | None

    async def answered(self, response: httpx.Response | None) -> None:
        """Record that the call was answered, and learn the limit that the response reports."""
        key = self.budget.key_of(self.counted_in)
        await self.budget.limiter.answered(key, self.budget.rates[self.counted_in], self.grant)
        if response is None or self.sent is None:
            return
        if response.is_success:  # HubSpot has certainly counted the call
            self.budget.association_limit.count(self.sent)
        limit = rate_limit_of(response.headers)
        if limit is not None and self.bucket == self.counted_in:
            self._learn(key, limit, self.sent)

    async def failed(self, error: ServiceError) -> None:
        """After a 429, block the bucket for a while; during a migration, block the whole portal.

        If the 429 shows that association calls count against the general limit, general calls are blocked as well.
        """
        seconds = error.retry_after_s or 0.0
        if isinstance(error, UpstreamMigratingError):
            await self.budget.pause(seconds)
        if not isinstance(error, UpstreamRateLimitedError):
            return
        refused = {self.counted_in}
        if self.sent is not None and self._note(
            self.budget.association_limit.judge_refusal(self.grant.window_ms / 1000)
        ):
            refused |= {"core", "associations"}
        for bucket in refused:
            await self.budget.limiter.pause(self.budget.key_of(bucket), seconds)

    def _learn(self, key: str, limit: BucketLimit, sent: SentCall) -> None:
        """Adopt the limit. Calls that HubSpot counts beyond ours are other traffic, for which we leave room.

        HubSpot does not document what `remaining` counts on the associations bucket.
        """
        grant, others = self.grant, 0
        if self.bucket == "core" and limit.remaining is not None:
            surplus = limit.calls - limit.remaining - grant.used
            others = surplus + _OUT_OF_ORDER if surplus > _OUT_OF_ORDER else 0
            self._note(
                self.budget.association_limit.judge(
                    sent,
                    calls=limit.calls,
                    remaining=limit.remaining,
                    used=grant.used,
                    window_s=limit.window_ms / 1000,
                )
            )
        if (limit.calls, limit.window_ms, others) != (grant.calls, grant.window_ms, grant.others):
            self.budget.limiter.learn(key, calls=limit.calls, window_ms=limit.window_ms, others=others)

    def _note(self, verdict: Verdict | None) -> bool:
        """Store a verdict for all workers; return False if there is none."""
        if verdict is not None:
            log.info("learnt how HubSpot counts association calls", limit=verdict)
            self.budget.limiter.note(self.budget.key_of("core"), verdict, lifetime_s=VERDICT_LIFETIME_S)
        return verdict is not None


def rate_limit_of(headers: Mapping[str, str]) -> BucketLimit | None:
    """The limit in HubSpot's headers; None if they have none (search) or an implausible one."""
    calls = _number(headers.get("X-HubSpot-RateLimit-Max"))
    window_ms = _number(headers.get("X-HubSpot-RateLimit-Interval-Milliseconds"))
    if calls is None or window_ms is None or not (1 <= calls <= 10_000 and 1_000 <= window_ms <= 60_000):
        return None
    return BucketLimit(calls, window_ms, _number(headers.get("X-HubSpot-RateLimit-Remaining")))


def _number(text: str | None) -> int | None:
    """Plain digits, few enough to be a count."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
