"""Decide when to retry and how long to wait: a pure decision, and a small loop that applies it.

Only one layer of the service retries, within three limits: attempts of a call, time of a call, and a retry budget over
all calls. Only successes, and proof that a single record is at fault, refill the budget, so occasional failures are
retried freely, but a vendor that is down gets no flood of retries.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import structlog

from core.log import failure_words

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Rng(Protocol):
    """The source of jitter: `random.Random` or a test's replacement."""

    def uniform(self, a: float, b: float, /) -> float: ...


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long (in seconds) and how often a call is tried; the defaults are for interactive calls.

    Five attempts: a page of items is up to six calls, so with 30 % of the answers failing at random three attempts
    would lose 15 % of the pages, five lose 1.4 %.
    """

    attempts: int = 5
    base_s: float = 0.25
    cap_s: float = 4.0
    # If the vendor requests a longer wait, the caller gets an error with `retry_after` instead.
    longest_wait_s: float = 12.0
    # Measured from the first attempt: no attempt begins after it or lasts beyond it.
    total_s: float = 30.0
    attempt_s: float = 15.0


INTERACTIVE = RetryPolicy()
# A load makes thousands of calls that must all succeed, and nobody waits for a single one.
PATIENT = RetryPolicy(attempts=12, cap_s=10.0, longest_wait_s=60.0, total_s=300.0, attempt_s=30.0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt, as the decision needs it.

    Args:
        retryable: another attempt may succeed and is safe.
        wait_at_least_s: wait requested by the vendor (`Retry-After`, a lock's lifetime, a window); 0 if none.
        spends_budget: False if the vendor works and only requested a pause.
    """

    retryable: bool
    wait_at_least_s: float = 0.0
    spends_budget: bool = True


class RetryBudget:
    """A bucket of retries shared by all calls to one vendor: a success adds one, a retry takes one.

    In a total outage it is not refilled: after `capacity` retries each call has one attempt. Not thread-safe.
    """

    def __init__(self, capacity: float = 10.0) -> None:
        self._capacity = capacity
        self._tokens = capacity

    def succeeded(self) -> None:
        self._tokens = min(self._capacity, self._tokens + 1.0)

    def refill(self) -> None:
        """Fill it: the vendor works, and a single record was at fault for the failures."""
        self._tokens = self._capacity

    def spend(self) -> bool:
        """Take one retry; False if none is left."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


def decide(
    failure: Failure, *, attempt: int, elapsed_s: float, policy: RetryPolicy, budget: RetryBudget, rng: Rng
) -> float | None:
    """Seconds to wait before the next attempt, or None to give up.

    Full jitter below a doubling ceiling, added to the wait that the vendor requested. A retry is taken from the budget.
    `attempt` counts from 1; `elapsed_s` is the time since the call began.
    """
    if not failure.retryable or attempt >= policy.attempts:
        return None
    if failure.wait_at_least_s > policy.longest_wait_s:
        return None
    ceiling = min(policy.cap_s, policy.base_s * 2 ** (attempt - 1))
    wait_s = failure.wait_at_least_s + rng.uniform(0.0, ceiling)
    if elapsed_s + wait_s >= policy.total_s:
        return None
    if failure.spends_budget and not budget.spend():
        return None
    return wait_s


@dataclass(frozen=True, slots=True)
class Retrier:
    """Policy, budget, jitter, clock and sleep for the calls to one vendor."""

    policy: RetryPolicy
    budget: RetryBudget
    rng: Rng
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @classmethod
    def with_defaults(cls, policy: RetryPolicy = INTERACTIVE) -> "Retrier":
        return cls(policy, RetryBudget(), random.SystemRandom())

    def patient(self, *, longest_wait_s: float = PATIENT.longest_wait_s) -> "Retrier":
        """The same budget, for the calls of a load. Longer waits that the vendor requests are left to the load."""
        return replace(self, policy=replace(PATIENT, longest_wait_s=longest_wait_s))

    def with_attempts(self, attempts: int) -> "Retrier":
        """The same budget, with another number of attempts."""
        return (
            self if attempts <= self.policy.attempts else replace(self, policy=replace(self.policy, attempts=attempts))
        )

    async def call(
        self,
        attempt: Callable[[float], Awaitable[T]],
        *,
        classify: Callable[[Exception], Failure | None],
        on_retry: Callable[[Exception, float], None] = lambda _exc, _wait_s: None,
    ) -> T:
        """Run `attempt` until it succeeds or `decide` gives up; then raise the last failure unchanged.

        Args:
            attempt: called with its time limit in seconds.
            classify: an exception → its `Failure`, or None if it must not be retried.
            on_retry: called with each failure that is retried, and the wait in seconds.
        """
        began, number = self.clock(), 1
        while True:
            allowed_s = min(self.policy.attempt_s, self.policy.total_s - (self.clock() - began))
            try:
                result = await attempt(allowed_s)
            except Exception as exc:
                wait_s = self._wait_after(classify(exc), number, self.clock() - began)
                if wait_s is None:
                    raise
                log.info("trying again", attempt=number, wait_s=round(wait_s, 2), **failure_words(exc))
                on_retry(exc, wait_s)
            else:
                self.budget.succeeded()
                return result
            number += 1
            await self.sleep(wait_s)

    def _wait_after(self, failure: Failure | None, attempt: int, elapsed_s: float) -> float | None:
        if failure is None:
            return None
        return decide(
            failure, attempt=attempt, elapsed_s=elapsed_s, policy=self.policy, budget=self.budget, rng=self.rng
        )
