"""How fast we may call one portal: three buckets, each with its own limit at HubSpot, learnt from HubSpot's answers.

Interactive calls go before bulk; connections that load take turns; other traffic of the same app shows in what HubSpot
says remains.

Source: HubSpot usage guidelines; search is exempt from the ten-second limit, associations are by its specifications
only (`association_limit.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import httpx
import structlog

from core.api_client import Budget
from core.metrics import budget_granted
from core.rate_limit import Caller, Grant, Priority, Rate, RateLimitTimeoutError, RollingWindowLimiter
from errors import ServiceError, UpstreamMigratingError, UpstreamRateLimitedError
from hubspot.association_limit import VERDICT_LIFETIME_S, AssociationCounting, AssociationLimit, SentCall, Verdict

log = structlog.get_logger(__name__)

RateLimitBucket = Literal["core", "search", "associations"]

# Our clock starts when a call leaves, HubSpot's when it arrives: calls that travel at different speeds arrive closer
# together. How small it may be is measured, see tests/bench/README.md; a search that opens a connection is no faster
# than others, so a second has no smaller slack than ten.
ARRIVAL_SLACK_MS = 250
# Longest wait for room before a caller is told to come back; a whole window always fits.
MAX_WAIT_S: Mapping[Priority, float] = MappingProxyType({"interactive": 12.0, "bulk": 120.0, "background": 600.0})
# Beyond this a pause is a move to another data centre, not a limit. Source: HubSpot error handling, 477.
_PAUSE_IS_A_MOVE_S = 60.0
# Of a window, bulk may use this share at once: a small portal is loaded in a second, and a click finds room meanwhile.
_BURST = 0.5
# HubSpot may count this many calls in another order than we do, and others may send this many more than were seen.
_OUT_OF_ORDER = 2

# Source: HubSpot search: 5 calls a second for the whole account, other apps included; we leave one to them.
SEARCH_CALLS_PER_S, SEARCH_WINDOW_MS = 4, 1_000
# Headers with longer numbers are not believed.
_LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class BucketLimit:
    """`calls` in any `window_ms`, as HubSpot names it; `remaining` of them, None where it did not say."""

    calls: int
    window_ms: int
    remaining: int | None = None


class HubSpotBudget(Budget[RateLimitBucket], Protocol):
    """Room for calls to one portal."""

    @property
    def associations(self) -> AssociationCounting:
        """Whether association calls count against the general limit."""
        ...


class PortalBudget:
    """The budget of one (app, portal) for one request or load, shared by all workers through the limiter.

    Association calls are counted in the general bucket until it is known that HubSpot does not do so.

    Args:
        limiter: the process' one.
        key_of: a bucket → its key in the limiter's store.
        priority: interactive while somebody waits for the answer; bulk for a load.
        turn_of: the connection that a load reads for; connections take turns, however many loads each has.
        search_calls_per_s: our share of the account's search calls.
        association_limit: the process' one for this portal.
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
        """Wait for room in the bucket.

        Raises:
            UpstreamRateLimitedError: no room in time, with when to come back.
            UpstreamMigratingError: HubSpot is moving the account and asked for a long pause.
            StoreUnavailableError, StoreFullError: the budget cannot be asked.
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
        """Let no call of the portal through for that long."""
        for bucket in self.rates:
            await self.limiter.pause(self.key_of(bucket), seconds)


@dataclass(frozen=True, slots=True)
class PortalPermit:
    """Permission for one call: HubSpot's figures in its answer are compared with ours of the moment it left.

    Args:
        budget: gave it.
        bucket: the call's own.
        counted_in: the bucket that we count it in.
        grant: of that bucket.
        sent: the record that evidence is drawn from; None for a search.
    """

    budget: PortalBudget
    bucket: RateLimitBucket
    counted_in: RateLimitBucket
    grant: Grant
    sent: SentCall | None

    @property
    def waited_s(self) -> float:
        return self.grant.waited_s

    async def answered(self, response: httpx.Response | None) -> None:
        """Note that the call is back, and learn from the limit that the response names."""
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
        """After a 429 let no call of the bucket through for a while; none of the portal while the account moves.

        Where a 429 shows that association calls count against the general limit, no general call goes through either.
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
        """Take over the limit. What HubSpot counts beyond our own calls is other traffic: we keep away from its room.

        What `remaining` counts on the associations bucket is not documented.
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
        """Leave a verdict for all workers; False where there is none."""
        if verdict is not None:
            log.info("learnt how HubSpot counts association calls", limit=verdict)
            self.budget.limiter.note(self.budget.key_of("core"), verdict, lifetime_s=VERDICT_LIFETIME_S)
        return verdict is not None


def rate_limit_of(headers: Mapping[str, str]) -> BucketLimit | None:
    """The limit HubSpot names in its headers; None when it names none (search) or an absurd one."""
    calls = _number(headers.get("X-HubSpot-RateLimit-Max"))
    window_ms = _number(headers.get("X-HubSpot-RateLimit-Interval-Milliseconds"))
    if calls is None or window_ms is None or not (1 <= calls <= 10_000 and 1_000 <= window_ms <= 60_000):
        return None
    return BucketLimit(calls, window_ms, _number(headers.get("X-HubSpot-RateLimit-Remaining")))


def _number(text: str | None) -> int | None:
    """Plain digits, few enough to be a count."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
