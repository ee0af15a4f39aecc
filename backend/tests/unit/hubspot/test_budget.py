import time
from collections.abc import Callable
from typing import cast

import httpx
import pytest

from core.rate import Caller, Grant, Priority, Rate
from core.rate_limit import RateLimitTimeoutError, RollingWindowLimiter
from errors import UpstreamMigratingError, UpstreamRateLimitedError, UpstreamUnavailableError
from hubspot.association_limit import AssociationLimit
from hubspot.budget import BucketLimit, PortalBudget, RateLimitBucket, rate_limit_of


class Limiter:
    """Grants each call with the figures it was given, and notes what it was asked and told."""

    name = "worker"

    def __init__(self, *, used: int = 40, no_room_for_s: float | None = None, note: str = "") -> None:
        self.used = used
        self.noted = note
        self.asked: list[str] = []
        self.notes: list[tuple[str, str]] = []
        self.no_room_for_s = no_room_for_s
        self.callers: list[Caller] = []
        self.rates: list[Rate] = []
        self.timeouts_s: list[float] = []
        self.learnt: list[tuple[str, int, int, int]] = []
        self.paused: list[tuple[str, float]] = []
        self.back: list[str] = []

    async def acquire(
        self, key: str, caller: Caller, rate: Rate, *, timeout_s: float, on_wait: Callable[[float], None]
    ) -> Grant:
        on_wait(0.5)
        self.asked.append(key)
        self.callers.append(caller)
        self.rates.append(rate)
        self.timeouts_s.append(timeout_s)
        if self.no_room_for_s is not None:
            raise RateLimitTimeoutError(self.no_room_for_s)
        return Grant(
            waited_s=0.5,
            used=self.used,
            calls=rate.calls,
            window_ms=rate.window_ms,
            others=0,
            note=self.noted if key == "key:core" else "",
            asked_at=time.monotonic(),
        )

    def learn(self, key: str, *, calls: int, window_ms: int, others: int) -> None:
        self.learnt.append((key, calls, window_ms, others))

    def note(self, key: str, text: str, *, lifetime_s: float) -> None:
        assert lifetime_s > 0
        self.notes.append((key, text))
        self.noted = text

    async def answered(self, key: str, rate: Rate, grant: Grant) -> None:
        assert rate in self.rates
        assert grant.used == self.used
        self.back.append(key)

    async def pause(self, key: str, seconds: float) -> None:
        self.paused.append((key, seconds))


def budget_on(
    limiter: Limiter, priority: Priority = "interactive", *, turn_of: str = "", search_calls_per_s: int = 4
) -> PortalBudget:
    return PortalBudget(
        cast(RollingWindowLimiter, limiter),
        lambda bucket: f"key:{bucket}",
        priority=priority,
        turn_of=turn_of,
        search_calls_per_s=search_calls_per_s,
    )


def answer(limit: BucketLimit | None = None, status: int = 200) -> httpx.Response:
    """HubSpot's answer, which names this limit."""
    headers = {}
    if limit is not None:
        headers["X-HubSpot-RateLimit-Max"] = str(limit.calls)
        headers["X-HubSpot-RateLimit-Interval-Milliseconds"] = str(limit.window_ms)
        headers |= {} if limit.remaining is None else {"X-HubSpot-RateLimit-Remaining": str(limit.remaining)}
    return httpx.Response(status, headers=headers)


async def learnt_from(
    limiter: Limiter, limit: BucketLimit, bucket: RateLimitBucket = "core"
) -> list[tuple[str, int, int, int]]:
    """What the limiter is told after a call that HubSpot answered with this limit."""
    permit = await budget_on(limiter).acquire(bucket)
    await permit.answered(answer(limit))
    return limiter.learnt


class TestAcquiring:
    async def test_buckets_have_hubspots_limits(self) -> None:
        limiter = Limiter(note="own")
        budget = budget_on(limiter, search_calls_per_s=3)
        buckets: tuple[RateLimitBucket, ...] = ("core", "search", "associations")

        for bucket in buckets:
            await budget.acquire(bucket)

        assert [(rate.calls, rate.window_ms) for rate in limiter.rates] == [(110, 10_000), (3, 1_000), (100, 10_000)]
        assert limiter.asked == ["key:core", "key:search", "key:associations"]

    async def test_interactive_calls_of_a_worker_take_one_turn_and_so_do_all_loads_of_a_connection(self) -> None:
        limiter = Limiter()
        callers: tuple[tuple[Priority, str], ...] = (
            *(("interactive", "ann"), ("interactive", "bob")),
            *(("bulk", "ann"), ("bulk", "ann"), ("bulk", "bob")),
        )

        for priority, connection_id in callers:
            await budget_on(limiter, priority, turn_of=connection_id).acquire("core")

        person, load = Caller("interactive", "worker"), Caller("bulk", "ann")
        assert limiter.callers == [person, person, load, load, Caller("bulk", "bob")]

    @pytest.mark.parametrize("response", [None, httpx.Response(200), httpx.Response(500)])
    async def test_the_limiter_is_told_of_the_call_that_is_back(self, response: httpx.Response | None) -> None:
        limiter = Limiter()
        permit = await budget_on(limiter).acquire("search")

        await permit.answered(response)

        assert limiter.back == ["key:search"]

    async def test_a_wait_is_told_before_it(self) -> None:
        told: list[float] = []

        await budget_on(Limiter()).acquire("core", told.append)

        assert told == [0.5]

    async def test_a_load_waits_longer_than_a_person(self) -> None:
        limiter = Limiter()

        await budget_on(limiter, "interactive").acquire("core")
        await budget_on(limiter, "bulk").acquire("core")

        person_s, load_s = limiter.timeouts_s
        assert 10 < person_s < load_s

    @pytest.mark.parametrize(
        ("no_room_for_s", "error"), [(10.5, UpstreamRateLimitedError), (3600, UpstreamMigratingError)]
    )
    async def test_no_room_says_when_to_come_back(
        self, no_room_for_s: float, error: type[UpstreamRateLimitedError | UpstreamMigratingError]
    ) -> None:
        budget = budget_on(Limiter(no_room_for_s=no_room_for_s))

        with pytest.raises(error) as raised:
            await budget.acquire("core")

        assert raised.value.retry_after_s == no_room_for_s

    async def test_a_refusal_pauses_its_bucket(self) -> None:
        limiter = Limiter()
        permit = await budget_on(limiter).acquire("search")

        await permit.failed(UpstreamRateLimitedError(retry_after_s=1.5))

        assert limiter.paused == [("key:search", 1.5)]

    async def test_another_failure_pauses_nothing(self) -> None:
        limiter = Limiter()
        permit = await budget_on(limiter).acquire("core")

        await permit.failed(UpstreamUnavailableError(retry_after_s=1.5))

        assert limiter.paused == []

    async def test_a_move_of_the_account_pauses_the_whole_portal(self) -> None:
        limiter = Limiter()
        permit = await budget_on(limiter).acquire("search")

        await permit.failed(UpstreamMigratingError(retry_after_s=1.5))

        assert sorted(limiter.paused) == [("key:associations", 1.5), ("key:core", 1.5), ("key:search", 1.5)]


class TestLearning:
    async def test_what_is_known_already_is_not_told_again(self) -> None:
        assert await learnt_from(Limiter(used=40), BucketLimit(110, 10_000, remaining=70)) == []

    async def test_another_limit_is_taken_over(self) -> None:
        assert await learnt_from(Limiter(), BucketLimit(190, 10_000)) == [("key:core", 190, 10_000, 0)]

    async def test_what_hubspot_counts_beyond_our_calls_is_other_traffic_and_a_little_more_may_come(self) -> None:
        told = await learnt_from(Limiter(used=40), BucketLimit(110, 10_000, remaining=50))

        assert told == [("key:core", 110, 10_000, 22)]

    async def test_a_call_or_two_counted_in_another_order_are_not_other_traffic(self) -> None:
        assert await learnt_from(Limiter(used=40), BucketLimit(110, 10_000, remaining=68)) == []

    async def test_calls_of_ours_that_have_not_arrived_are_not_other_traffic(self) -> None:
        assert await learnt_from(Limiter(used=40), BucketLimit(110, 10_000, remaining=75)) == []

    async def test_the_search_share_stays_ours(self) -> None:
        assert await learnt_from(Limiter(), BucketLimit(110, 10_000, remaining=0), "search") == []

    async def test_on_associations_what_remains_means_nothing(self) -> None:
        limiter = Limiter(note="own")
        budget = budget_on(limiter)
        await budget.acquire("core")
        permit = await budget.acquire("associations")

        await permit.answered(answer(BucketLimit(150, 10_000, remaining=0)))

        assert limiter.learnt == [("key:associations", 150, 10_000, 0)]


class TestAssociations:
    """Where the exemption of associations is not known, they are counted with the general calls."""

    @pytest.mark.parametrize("note", ["", "shared", "refused"])
    async def test_they_take_general_room_until_their_own_limit_is_known(self, note: str) -> None:
        limiter = Limiter(note=note)
        budget = budget_on(limiter)
        await budget.acquire("core")

        permit = await budget.acquire("associations")
        await permit.answered(None)

        assert budget.associations != "exempt"
        assert limiter.asked == ["key:core", "key:core"]
        assert limiter.back == ["key:core"]

    async def test_the_limit_their_answers_name_is_not_the_general_one(self) -> None:
        limiter = Limiter()
        permit = await budget_on(limiter).acquire("associations")

        await permit.answered(answer(BucketLimit(150, 10_000, remaining=149)))

        assert limiter.learnt == []

    async def test_answers_that_leave_them_out_are_noted_for_all_workers(self) -> None:
        limiter = Limiter(used=0)
        budget = budget_on(limiter)

        for number in range(8):
            limiter.used += 1
            await (await budget.acquire("core")).answered(answer(BucketLimit(110, 10_000, remaining=109 - number)))
            limiter.used += 1
            await (await budget.acquire("associations")).answered(answer())

        assert limiter.notes == [("key:core", "own")]

    async def test_failed_calls_are_no_evidence(self) -> None:
        limiter = Limiter(used=0)
        budget = budget_on(limiter)

        for number in range(8):
            limiter.used += 2
            await (await budget.acquire("core")).answered(answer(BucketLimit(110, 10_000, remaining=109 - number)))
            await (await budget.acquire("associations")).answered(answer(status=500))

        assert limiter.notes == []

    async def test_a_refusal_that_our_count_does_not_explain_pauses_both_and_is_noted(self) -> None:
        limiter = Limiter(note="own")
        budget = budget_on(limiter)
        await budget.acquire("core")
        permit = await budget.acquire("associations")
        assert limiter.asked == ["key:core", "key:associations"]

        await permit.failed(UpstreamRateLimitedError(retry_after_s=10.0))

        assert limiter.notes == [("key:core", "refused")]
        assert sorted(limiter.paused) == [("key:associations", 10.0), ("key:core", 10.0)]
        assert budget.associations != "exempt"

    async def test_requests_of_a_process_share_what_one_of_them_learnt(self) -> None:
        limiter, association_limit = cast(RollingWindowLimiter, Limiter(note="own")), AssociationLimit()
        first, second = (
            PortalBudget(limiter, lambda bucket: f"key:{bucket}", association_limit=association_limit) for _ in range(2)
        )
        await first.acquire("core")

        assert second.associations == "exempt"


class TestLimits:
    def test_the_headers_name_the_limit(self) -> None:
        headers = {"X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}

        assert rate_limit_of(headers) == BucketLimit(190, 10_000)

    def test_a_remaining_count_of_thousands_of_digits_is_ignored(self) -> None:
        headers = {
            "X-HubSpot-RateLimit-Max": "190",
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Remaining": "9" * 5_000,
        }

        assert rate_limit_of(headers) == BucketLimit(190, 10_000)

    @pytest.mark.parametrize("largest", ["0", "-1", "1000000", "many", "", "9" * 5_000])
    def test_an_absurd_limit_is_not_believed(self, largest: str) -> None:
        headers = {"X-HubSpot-RateLimit-Max": largest, "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}

        assert rate_limit_of(headers) is None

    def test_search_names_none(self) -> None:
        assert rate_limit_of({}) is None
