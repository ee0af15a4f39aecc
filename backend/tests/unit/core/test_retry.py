import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.retry import Failure, Retrier, RetryBudget, RetryPolicy, decide

RETRYABLE = Failure(retryable=True)


class Unsteady(Exception):  # noqa: N818 (what the vendor is, not an error of ours)
    """A failure that a further attempt may overcome."""


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


class Vendor:
    """Fails each attempt with a probability; every attempt takes some seconds."""

    def __init__(self, rng: random.Random, clock: Clock, *, failing: float, attempt_s: float = 0.1) -> None:
        self.rng, self.clock = rng, clock
        self.failing = failing
        self.attempt_s = attempt_s
        self.attempts = 0

    async def answer(self, _allowed_s: float) -> str:
        self.attempts += 1
        self.clock.now_s += self.attempt_s
        if self.rng.random() < self.failing:
            raise Unsteady
        return "answer"


def retrier(clock: Clock, rng: random.Random, policy: RetryPolicy | None = None) -> Retrier:
    return Retrier(policy or RetryPolicy(), RetryBudget(), rng, clock, clock.sleep)


def classify(exc: Exception) -> Failure | None:
    return RETRYABLE if isinstance(exc, Unsteady) else None


async def succeeds(retrying: Retrier, vendor: Vendor) -> bool:
    try:
        await retrying.call(vendor.answer, classify=classify)
    except Unsteady:
        return False
    return True


def decide_with(
    failure: Failure = RETRYABLE, *, attempt: int = 1, elapsed_s: float = 0, budget: RetryBudget | None = None
) -> float | None:
    return decide(
        failure,
        attempt=attempt,
        elapsed_s=elapsed_s,
        policy=RetryPolicy(attempts=3, longest_wait_s=12, total_s=30),
        budget=budget or RetryBudget(),
        rng=random.Random(1),
    )


class TestDeciding:
    def test_what_is_not_retryable_ends_the_call(self) -> None:
        assert decide_with(Failure(retryable=False)) is None

    def test_the_last_attempt_is_not_followed_by_another(self) -> None:
        assert decide_with(attempt=2) is not None
        assert decide_with(attempt=3) is None

    def test_a_vendor_that_asks_for_too_long_a_wait_is_left_to_the_caller(self) -> None:
        assert decide_with(Failure(retryable=True, wait_at_least_s=12)) is not None
        assert decide_with(Failure(retryable=True, wait_at_least_s=12.1)) is None

    def test_no_attempt_begins_after_the_time_of_the_call(self) -> None:
        assert decide_with(Failure(retryable=True, wait_at_least_s=5), elapsed_s=24) is not None
        assert decide_with(Failure(retryable=True, wait_at_least_s=5), elapsed_s=25) is None

    def test_an_empty_budget_ends_the_call(self) -> None:
        assert decide_with(budget=RetryBudget(capacity=0)) is None

    def test_a_pause_the_vendor_asked_for_costs_no_budget(self) -> None:
        budget = RetryBudget(capacity=1)

        for _ in range(5):
            assert decide_with(Failure(retryable=True, spends_budget=False), budget=budget) is not None

        assert budget.spend()

    @given(attempt=st.integers(1, 20), asked_s=st.floats(0, 12), seed=st.integers())
    def test_the_wait_is_what_was_asked_for_plus_jitter_below_a_bounded_doubling(
        self, attempt: int, asked_s: float, seed: int
    ) -> None:
        policy = RetryPolicy(attempts=100, base_s=0.25, cap_s=4, total_s=1000)

        wait_s = decide(
            Failure(retryable=True, wait_at_least_s=asked_s),
            attempt=attempt,
            elapsed_s=0,
            policy=policy,
            budget=RetryBudget(),
            rng=random.Random(seed),
        )

        assert wait_s is not None
        assert asked_s <= wait_s <= asked_s + min(4, 0.25 * 2 ** (attempt - 1))


class TestBudget:
    def test_it_refills_with_successes_up_to_its_size(self) -> None:
        budget = RetryBudget(capacity=2)
        for _ in range(10):
            budget.succeeded()

        assert [budget.spend() for _ in range(3)] == [True, True, False]

        budget.succeeded()
        assert budget.spend()


class TestCalling:
    async def test_a_success_is_returned_without_a_wait(self) -> None:
        clock, rng = Clock(), random.Random(1)

        result = await retrier(clock, rng).call(Vendor(rng, clock, failing=0).answer, classify=classify)

        assert (result, clock.slept) == ("answer", [])

    async def test_the_last_failure_is_raised_as_it_was(self) -> None:
        clock, rng = Clock(), random.Random(1)
        vendor = Vendor(rng, clock, failing=1)

        with pytest.raises(Unsteady):
            await retrier(clock, rng, RetryPolicy(attempts=3)).call(vendor.answer, classify=classify)

        assert (vendor.attempts, len(clock.slept)) == (3, 2)

    async def test_a_failure_that_is_not_ours_is_raised_at_once(self) -> None:
        clock = Clock()

        async def broken(_allowed_s: float) -> None:
            raise KeyError("a bug")

        with pytest.raises(KeyError):
            await retrier(clock, random.Random(1)).call(broken, classify=classify)

        assert clock.slept == []

    async def test_cancellation_passes_through(self) -> None:
        clock = Clock()

        async def cancelled(_allowed_s: float) -> None:
            raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await retrier(clock, random.Random(1)).call(cancelled, classify=lambda _exc: RETRYABLE)

        assert clock.slept == []

    async def test_each_retry_is_reported_with_its_wait(self) -> None:
        clock, rng = Clock(), random.Random(1)
        seen: list[tuple[str, float]] = []

        with pytest.raises(Unsteady):
            await retrier(clock, rng, RetryPolicy(attempts=3)).call(
                Vendor(rng, clock, failing=1).answer,
                classify=classify,
                on_retry=lambda exc, wait_s: seen.append((type(exc).__name__, wait_s)),
            )

        assert seen == [("Unsteady", wait_s) for wait_s in clock.slept]

    @pytest.mark.parametrize("seed", range(20))
    async def test_no_attempt_lasts_beyond_the_time_of_the_call(self, seed: int) -> None:
        clock, rng = Clock(), random.Random(seed)
        policy = RetryPolicy(attempts=50, total_s=30, attempt_s=15)
        allowed: list[tuple[float, float]] = []

        async def slow(allowed_s: float) -> None:
            allowed.append((clock.now_s, allowed_s))
            clock.now_s += allowed_s
            raise Unsteady

        with pytest.raises(Unsteady):
            await retrier(clock, rng, policy).call(slow, classify=classify)

        assert all(0 < allowed_s <= 15 and began_s + allowed_s <= 30 for began_s, allowed_s in allowed)


class TestInTheLongRun:
    @pytest.mark.parametrize("seed", range(10))
    async def test_an_outage_costs_at_most_1_1_attempts_a_call(self, seed: int) -> None:
        clock, rng = Clock(), random.Random(seed)
        retrying, vendor = retrier(clock, rng), Vendor(rng, clock, failing=0)
        for _ in range(1000):
            await succeeds(retrying, vendor)
        vendor.failing, vendor.attempts = 1, 0

        calls = 1000
        outcomes = [await succeeds(retrying, vendor) for _ in range(calls)]

        assert not any(outcomes)
        assert vendor.attempts <= 1.1 * calls

    @pytest.mark.parametrize("seed", range(10))
    async def test_30_percent_failures_at_random_spare_97_percent_of_the_pages_of_six_calls(self, seed: int) -> None:
        clock, rng = Clock(), random.Random(seed)
        retrying, vendor = retrier(clock, rng), Vendor(rng, clock, failing=0.3)

        pages = [all([await succeeds(retrying, vendor) for _ in range(6)]) for _ in range(2000)]

        assert sum(pages) >= 0.97 * len(pages)

    @pytest.mark.parametrize("seed", range(10))
    async def test_a_load_of_800_calls_survives_30_percent_failures_at_random(self, seed: int) -> None:
        clock, rng = Clock(), random.Random(seed)
        retrying, vendor = retrier(clock, rng).patient(), Vendor(rng, clock, failing=0.3)

        outcomes = [await succeeds(retrying, vendor) for _ in range(800)]

        assert all(outcomes)

    @pytest.mark.parametrize("seed", range(10))
    async def test_after_an_outage_calls_are_retried_again_soon(self, seed: int) -> None:
        clock, rng = Clock(), random.Random(seed)
        retrying, vendor = retrier(clock, rng), Vendor(rng, clock, failing=1)
        for _ in range(100):
            await succeeds(retrying, vendor)
        vendor.failing = 0.3

        outcomes = [await succeeds(retrying, vendor) for _ in range(1000)]

        assert sum(outcomes) >= 0.97 * len(outcomes)
