"""How fast we may ask one portal: three buckets, each with its own limit at HubSpot, learnt from what HubSpot answers.

Interactive calls go before bulk; loads take turns; other traffic of the same app is seen in what HubSpot says remains.

Source: HubSpot usage guidelines; search is exempt from the ten-second limit, associations are by its specifications
only (`association_limit.py`).
"""

import secrets
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import structlog

from core.metrics import budget_granted
from core.rate_limit import Asker, Grant, Priority, Rate, RateLimitTimeoutError, RollingWindowLimiter
from errors import UpstreamMigratingError, UpstreamRateLimitedError
from hubspot.association_limit import VERDICT_LIFETIME_S, AssociationCounting, AssociationLimit, SentCall, Verdict

log = structlog.get_logger(__name__)

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


@dataclass(frozen=True, slots=True)
class BucketLimit:
    """`calls` in any `window_ms`, as HubSpot names it; `remaining` of them, None where it did not say."""

    calls: int
    window_ms: int
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class _LatestCall:
    """A task's latest call: HubSpot's figures are compared with ours of the same moment.

    Args:
        bucket: the call's own.
        counted_in: the bucket that we count it in.
        key: of the bucket that we count it in.
        grant: of that bucket.
        sent: the record that evidence is drawn from; None for a search.
    """

    bucket: RateLimitBucket
    counted_in: RateLimitBucket
    key: str
    grant: Grant
    sent: SentCall | None


_latest_call: ContextVar[_LatestCall | None] = ContextVar("latest_call", default=None)


class Budget(Protocol):
    """PageSlots for calls, and what is learnt from their answers."""

    @property
    def associations(self) -> AssociationCounting:
        """Whether association calls count against the general limit."""
        ...

    async def acquire(self, bucket: RateLimitBucket, on_wait: Callable[[float], None]) -> float:
        """Wait for room; answers the seconds waited. `on_wait` is told beforehand how many there may be."""
        ...

    async def answered(self, bucket: RateLimitBucket) -> None:
        """Take note that the latest call of this task is back, with an answer or without."""
        ...

    async def refused(self, bucket: RateLimitBucket, seconds: float) -> None:
        """Let nobody through for that long, after a 429 to the latest call of this task."""
        ...

    async def pause(self, seconds: float) -> None:
        """Let no call of the portal through for that long."""
        ...

    def learn(self, bucket: RateLimitBucket, limit: BucketLimit | None, *, succeeded: bool) -> None:
        """Learn from the answer to the latest call of this task, and from the limit it names, if any."""
        ...


class PortalBudget:
    """The budget of one (app, portal) for one request or load, shared by all workers through the limiter.

    Association calls are counted in the general bucket until it is known that HubSpot does not do so.

    Args:
        limiter: the process' one.
        key_of: a bucket → its key in the limiter's store.
        priority: interactive while somebody waits for the answer; bulk for a load, which then takes turns with others.
        search_calls_per_s: our share of the account's search calls.
        association_limit: the process' one for this portal.
    """

    def __init__(
        self,
        limiter: RollingWindowLimiter,
        key_of: Callable[[RateLimitBucket], str],
        *,
        priority: Priority = "interactive",
        search_calls_per_s: int = SEARCH_CALLS_PER_S,
        association_limit: AssociationLimit | None = None,
    ) -> None:
        self._limiter = limiter
        self._key_of = key_of
        self._association_limit = association_limit or AssociationLimit()
        # Interactive calls of a process form one queue; each load has its own.
        self._asker = Asker(priority, limiter.name if priority == "interactive" else secrets.token_hex(8))
        self._rates: Mapping[RateLimitBucket, Rate] = {
            # Source: HubSpot usage guidelines: 110 calls in 10 s for each app and account.
            "core": Rate(110, 10_000, ARRIVAL_SLACK_MS, _BURST),
            "search": Rate(search_calls_per_s, SEARCH_WINDOW_MS, ARRIVAL_SLACK_MS, burst=0.75),
            # Source: HubSpot associate-records: 100 in 10 s on the smallest plans.
            "associations": Rate(100, 10_000, ARRIVAL_SLACK_MS, _BURST),
        }

    @property
    def associations(self) -> AssociationCounting:
        return self._association_limit.counting

    async def acquire(self, bucket: RateLimitBucket, on_wait: Callable[[float], None] = lambda _seconds: None) -> float:
        """Wait for room in the bucket; answers the seconds waited.

        Raises:
            UpstreamRateLimitedError: no room in time, with when to come back.
            UpstreamMigratingError: HubSpot is moving the account and asked for a long pause.
            StoreUnavailableError, StoreFullError: the budget cannot be asked.
        """
        counted_in: RateLimitBucket = "core" if bucket == "associations" and self.associations != "exempt" else bucket
        grant = await self._room_in(counted_in, on_wait)
        if counted_in == "core":
            self._association_limit.see_note(grant.note, grant.asked_at)
        sent = None
        if bucket != "search":
            is_association, in_general = bucket == "associations", counted_in == "core"
            sent = self._association_limit.send(
                is_association=is_association, in_general=in_general, sent_at=grant.asked_at
            )
        _latest_call.set(_LatestCall(bucket, counted_in, self._key_of(counted_in), grant, sent))
        used_share = (grant.used + grant.others) / max(1, grant.calls)
        budget_granted(bucket=counted_in, priority=self._asker.priority, waited_s=grant.waited_s, used_share=used_share)
        return grant.waited_s

    async def _room_in(self, bucket: RateLimitBucket, on_wait: Callable[[float], None]) -> Grant:
        try:
            return await self._limiter.acquire(
                self._key_of(bucket),
                self._asker,
                self._rates[bucket],
                timeout_s=MAX_WAIT_S[self._asker.priority],
                on_wait=on_wait,
            )
        except RateLimitTimeoutError as exc:
            kind = UpstreamMigratingError if exc.retry_after_s > _PAUSE_IS_A_MOVE_S else UpstreamRateLimitedError
            raise kind(retry_after_s=exc.retry_after_s) from exc

    async def answered(self, bucket: RateLimitBucket) -> None:
        """Take note that the latest call of this task, one of this bucket, is back, with an answer or without."""
        if (call := self._latest(bucket)) is not None:
            await self._limiter.answered(call.key, self._rates[call.counted_in], call.grant)

    async def refused(self, bucket: RateLimitBucket, seconds: float) -> None:
        """Let nobody through for that long, after a 429 to the latest call of this task, which was of this bucket.

        Where the refusal shows that association calls count against the general limit, nor is any general call.
        """
        call = self._latest(bucket)
        refused = {call.counted_in if call is not None else bucket}
        if call is not None and call.sent is not None:
            verdict = self._association_limit.judge_refusal(call.grant.window_ms / 1000)
            if verdict is not None:
                self._note(verdict)
                refused |= {"core", "associations"}
        for one in refused:
            await self._limiter.pause(self._key_of(one), seconds)

    async def pause(self, seconds: float) -> None:
        """Let no call of the portal through for that long."""
        for bucket in self._rates:
            await self._limiter.pause(self._key_of(bucket), seconds)

    def learn(self, bucket: RateLimitBucket, limit: BucketLimit | None, *, succeeded: bool) -> None:
        """Learn from the answer to the latest call of this task, which was of this bucket.

        What HubSpot counts beyond our own calls is other traffic of the same app: we keep away from its room. The
        search bucket has no headers and keeps its share; what `remaining` counts on the associations bucket is not
        documented.

        Args:
            bucket: of the call.
            limit: as the answer names it; None where it names none.
            succeeded: HubSpot has certainly counted the call.
        """
        call = self._latest(bucket)
        if call is None or call.sent is None:
            return
        if succeeded:
            self._association_limit.count(call.sent)
        if limit is None or call.bucket != call.counted_in:
            return
        grant, others = call.grant, 0
        if bucket == "core" and limit.remaining is not None:
            surplus = limit.calls - limit.remaining - grant.used
            others = surplus + _OUT_OF_ORDER if surplus > _OUT_OF_ORDER else 0
            self._judge(call.sent, limit.calls, limit.remaining, limit.window_ms, grant.used)
        if (limit.calls, limit.window_ms, others) != (grant.calls, grant.window_ms, grant.others):
            self._limiter.learn(call.key, calls=limit.calls, window_ms=limit.window_ms, others=others)

    def _judge(self, sent: SentCall, calls: int, remaining: int, window_ms: int, used: int) -> None:
        verdict = self._association_limit.judge(
            sent, calls=calls, remaining=remaining, used=used, window_s=window_ms / 1000
        )
        if verdict is not None:
            self._note(verdict)

    def _note(self, verdict: Verdict) -> None:
        log.info("learnt how HubSpot counts association calls", limit=verdict)
        self._limiter.note(self._key_of("core"), verdict, lifetime_s=VERDICT_LIFETIME_S)

    def _latest(self, bucket: RateLimitBucket) -> _LatestCall | None:
        """The task's latest call, if it was of this bucket of this portal."""
        call = _latest_call.get()
        return call if call is not None and (call.bucket, call.key) == (bucket, self._key_of(call.counted_in)) else None
