"""The shared limiter asked by several real processes on one Redis, checked on the log of all of them together."""

from collections.abc import Sequence

import pytest

from tests.integration.core.callers import Done, Work, run_all

CALLS, WINDOW_MS, SLACK_MS = 22, 2_000, 50
# The rate of a portal (11 a second) in a fifth of its window, so that a test of seconds sees several.
RATE = (CALLS, WINDOW_MS, SLACK_MS, 0.5)


def made_at(done: Sequence[Done]) -> list[float]:
    return sorted(moment for entry in done for moment in entry.made_at)


def shortest_span_s(moments: Sequence[float], calls: int) -> float:
    """The shortest time in which one call more than `calls` was made."""
    return min(later - earlier for earlier, later in zip(moments, moments[calls:], strict=False))


class TestSeveralProcesses:
    async def test_loads_together_use_the_limit_and_never_more(self, redis_url: str) -> None:
        works = [Work(redis_url=redis_url, name=f"load {number}", rate=RATE, seconds=5) for number in range(3)]

        moments = made_at(await run_all(works))

        assert shortest_span_s(moments, CALLS) >= WINDOW_MS / 1000
        whole_windows = (moments[-1] - moments[0]) // (WINDOW_MS / 1000)
        assert len(moments) >= 0.95 * CALLS * whole_windows

    @pytest.mark.slow
    async def test_loads_get_equal_shares_whatever_they_have_in_flight(self, redis_url: str) -> None:
        works = [
            Work(redis_url=redis_url, name=f"load {at_once}", rate=(22, 2_000, 50, 0.0), seconds=4, at_once=at_once)
            for at_once in (4, 8, 32)
        ]

        done = await run_all(works)

        # While all three were there: one process may begin a little before another.
        begin, end = max(entry.made_at[0] for entry in done), min(entry.made_at[-1] for entry in done)
        shares = [sum(begin <= moment <= end for moment in entry.made_at) for entry in done]
        assert min(shares) >= 0.7 * max(shares)

    @pytest.mark.slow
    async def test_a_click_is_served_within_two_seconds_while_three_loads_run(self, redis_url: str) -> None:
        loads = [Work(redis_url=redis_url, name=f"load {number}", rate=RATE, seconds=5) for number in range(3)]
        person = Work(redis_url=redis_url, name="person", rate=RATE, priority="interactive", seconds=5, clicks=2)

        *_, clicks = done = await run_all([*loads, person])

        assert len(clicks.clicks_s) == 2
        assert max(clicks.clicks_s) < 2
        assert shortest_span_s(made_at(done), CALLS) >= WINDOW_MS / 1000
