"""The shared limiter on a real Redis: within one process here, across processes in `test_rate_limit_processes.py`."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from core.rate import Caller, Grant, Rate
from core.rate_limit import RateLimitTimeoutError, RollingWindowLimiter
from core.redis_client import close_redis, open_redis
from errors import StoreUnavailableError
from tests.integration.core.slow_redis import slow_redis
from tests.servers import free_port

KEY = "budget:{app/test}:core"
PERSON = Caller("interactive", "person")
LOAD = Caller("bulk", "load")
# Small enough that a test sees several windows; bulk is not spread, where a test is not about that.
RATE = Rate(calls=5, window_ms=300, slack_ms=0, burst=1.0)
WINDOW_S = 0.3
# For what has to happen within a window, on a busy machine too; only few tests wait for its end.
LONGER = Rate(calls=5, window_ms=2_000, slack_ms=0, burst=1.0)


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[Redis]:
    """Patient: a busy machine answers later than a service waits, which then makes a call again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.redis_client.SOCKET_TIMEOUT_S", 30.0)
        client = open_redis(redis_url)
    yield client
    await close_redis(client)


@pytest.fixture
def limiter(redis_client: Redis) -> RollingWindowLimiter:
    return RollingWindowLimiter(redis_client)


@pytest.fixture
def other_worker(redis_client: Redis) -> RollingWindowLimiter:
    return RollingWindowLimiter(redis_client)


async def fill(limiter: RollingWindowLimiter, rate: Rate = RATE) -> None:
    """Use the whole window up, at once."""
    await asyncio.gather(*(limiter.acquire(KEY, PERSON, rate, timeout_s=1) for _ in range(rate.calls)))


class FakeTime:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


class TestWindow:
    async def test_no_window_holds_more_than_the_limit_and_none_is_wasted(self, limiter: RollingWindowLimiter) -> None:
        asked_at, made_at, waited_until = list[float](), list[float](), list[float]()
        for _ in range(4 * RATE.calls):
            began, waits = time.monotonic(), list[float]()
            grant = await limiter.acquire(KEY, PERSON, RATE, timeout_s=5, on_wait=waits.append)
            asked_at.append(grant.asked_at)
            made_at.append(time.monotonic())
            waited_until.append(began + sum(waits))

        # Redis counted each between the two, however late its answer came.
        gaps = [later - earlier for earlier, later in zip(asked_at, made_at[RATE.calls :], strict=False)]
        assert min(gaps) >= WINDOW_S - 0.005
        # Nobody waits for longer than until the call that used its place leaves the window; the rest is for a busy
        # machine: a call counts later while Redis answers late.
        waits_end = [until - made for made, until in zip(made_at, waited_until[RATE.calls :], strict=False)]
        latest = max(made - asked for asked, made in zip(asked_at, made_at, strict=True))
        assert max(waits_end) <= 1.5 * WINDOW_S + latest

    async def test_a_wait_that_is_foreseeably_too_long_fails_at_once_and_costs_nothing(
        self, limiter: RollingWindowLimiter, redis_client: Redis
    ) -> None:
        await fill(limiter, LONGER)
        began = time.monotonic()

        with pytest.raises(RateLimitTimeoutError) as raised:
            await limiter.acquire(KEY, PERSON, LONGER, timeout_s=0.5)

        assert time.monotonic() - began < 0.5
        assert 0.5 < raised.value.retry_after_s < 2.1
        assert await redis_client.zcard(KEY) == LONGER.calls

    async def test_waiting_for_others_of_the_same_process_counts_as_waiting(
        self, limiter: RollingWindowLimiter
    ) -> None:
        await fill(limiter, LONGER)
        first = asyncio.create_task(limiter.acquire(KEY, PERSON, LONGER, timeout_s=5))
        await asyncio.sleep(0)

        with pytest.raises(RateLimitTimeoutError) as raised:
            await limiter.acquire(KEY, PERSON, LONGER, timeout_s=0.05)

        assert (await first).waited_s > 0.1
        # Not the time waited: after ten minutes that would look like a pause for which the vendor asked.
        assert raised.value.retry_after_s == LONGER.window_ms / 1_000

    async def test_keys_have_windows_of_their_own(self, limiter: RollingWindowLimiter) -> None:
        await fill(limiter)

        grant = await limiter.acquire("budget:{app/test}:search", PERSON, RATE, timeout_s=0)

        assert grant.used == 1

    async def test_nothing_is_left_behind_when_everybody_has_gone(
        self, limiter: RollingWindowLimiter, redis_client: Redis
    ) -> None:
        await fill(limiter)
        limiter.learn(KEY, calls=5, window_ms=300, others=1)
        await limiter.acquire(KEY, LOAD, RATE, timeout_s=5)
        await limiter.pause(KEY, 1)
        with pytest.raises(RateLimitTimeoutError):
            await limiter.acquire(KEY, LOAD, RATE, timeout_s=0)

        lives_ms = {key: await redis_client.pttl(key) for key in await redis_client.keys("*")}

        assert set(lives_ms) == {KEY, f"{KEY}:state", f"{KEY}:waiting", f"{KEY}:served"}
        assert all(0 < life_ms <= 600_000 for life_ms in lives_ms.values())


class TestTurns:
    async def order(self, *askings: tuple[RollingWindowLimiter, Caller], rate: Rate = RATE) -> list[str]:
        """Whose call came when, of callers that began to wait in the order given."""
        came: list[str] = []

        async def ask(limiter: RollingWindowLimiter, caller: Caller) -> None:
            await limiter.acquire(KEY, caller, rate, timeout_s=5)
            came.append(caller.name)

        async with asyncio.TaskGroup() as group:
            for limiter, caller in askings:
                group.create_task(ask(limiter, caller))
                await asyncio.sleep(0.01)
        return came

    async def test_interactive_goes_before_bulk_that_waited_longer(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter
    ) -> None:
        await fill(limiter, Rate(1, 300, 0, 1.0))

        order = await self.order((limiter, LOAD), (other_worker, PERSON), rate=Rate(1, 300, 0, 1.0))

        assert order == ["person", "load"]

    async def test_loads_take_turns_however_many_calls_each_has_waiting(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter
    ) -> None:
        greedy, modest = Caller("bulk", "greedy"), Caller("bulk", "modest")
        # Long enough for both workers to ask within the first window, on a busy machine, too.
        rate = Rate(1, 300, 0, 1.0)
        await fill(limiter, rate)

        order = await self.order(*[(limiter, greedy)] * 5, *[(other_worker, modest)] * 2, rate=rate)

        assert sorted(order[:4]) == ["greedy", "greedy", "modest", "modest"]

    async def test_background_lets_loads_that_came_later_go_first(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter
    ) -> None:
        rate, verification = Rate(1, 200, 0, 1.0), Caller("background", "verification")
        await fill(limiter, rate)

        order = await self.order((limiter, verification), (other_worker, LOAD), (limiter, PERSON), rate=rate)

        assert order == ["person", "load", "verification"]

    async def test_a_flood_of_clicks_does_not_starve_a_load(self, limiter: RollingWindowLimiter) -> None:
        flooding = True

        async def click_on(name: str) -> None:
            while flooding:
                await limiter.acquire(KEY, Caller("interactive", name), RATE, timeout_s=5)

        clicking = [asyncio.create_task(click_on(f"person {number}")) for number in range(4)]
        try:
            waits = [(await limiter.acquire(KEY, LOAD, RATE, timeout_s=5)).waited_s for _ in range(3)]
        finally:
            flooding = False
            await asyncio.gather(*clicking)

        assert max(waits) < 1.5

    async def test_one_that_went_away_is_not_waited_for(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter
    ) -> None:
        await fill(limiter)
        leaving = asyncio.create_task(limiter.acquire(KEY, PERSON, RATE, timeout_s=5))
        await asyncio.sleep(0.05)
        leaving.cancel()

        grant = await other_worker.acquire(KEY, LOAD, RATE, timeout_s=5)

        assert grant.waited_s < WINDOW_S + 0.3

    async def test_a_wait_is_told_before_it_with_its_length(self, limiter: RollingWindowLimiter) -> None:
        await fill(limiter, LONGER)
        told: list[float] = []

        grant = await limiter.acquire(KEY, PERSON, LONGER, timeout_s=5, on_wait=told.append)

        assert told
        assert 0 < told[0] < 2.1  # with a little to spread those who wait
        assert grant.waited_s >= told[0]

    async def test_bulk_spreads_what_exceeds_its_burst(self, limiter: RollingWindowLimiter) -> None:
        rate = Rate(calls=10, window_ms=10_000, slack_ms=0, burst=0.5)
        for _ in range(5):
            await limiter.acquire(KEY, LOAD, rate, timeout_s=0)

        with pytest.raises(RateLimitTimeoutError) as raised:
            await limiter.acquire(KEY, LOAD, rate, timeout_s=0)

        # Five are left for as many fifths of the window.
        assert 0 < raised.value.retry_after_s < 2.1
        # Even so there is room for somebody who clicks.
        assert (await limiter.acquire(KEY, PERSON, rate, timeout_s=0)).used == 6


class TestLine:
    async def test_calls_of_one_moment_are_asked_for_in_one_go(
        self, limiter: RollingWindowLimiter, redis_client: Redis
    ) -> None:
        await limiter.acquire(KEY, PERSON, LONGER, timeout_s=0)  # the script is known from now on
        await redis_client.config_resetstat()

        grants = await asyncio.gather(*(limiter.acquire(KEY, PERSON, LONGER, timeout_s=1) for _ in range(4)))

        assert [grant.used for grant in grants] == [2, 3, 4, 5]
        assert (await redis_client.info("commandstats"))["cmdstat_evalsha"]["calls"] == 1

    async def test_those_that_find_no_room_come_later_in_their_order(self, limiter: RollingWindowLimiter) -> None:
        came: list[int] = []

        async def ask(number: int) -> None:
            await limiter.acquire(KEY, PERSON, RATE, timeout_s=5)
            came.append(number)

        await asyncio.gather(*(ask(number) for number in range(3 * RATE.calls)))

        assert came == list(range(3 * RATE.calls))

    async def test_one_that_goes_away_lets_the_next_ask(self, limiter: RollingWindowLimiter) -> None:
        await fill(limiter)
        leaving, staying = (asyncio.create_task(limiter.acquire(KEY, PERSON, RATE, timeout_s=5)) for _ in range(2))
        await asyncio.sleep(0.05)
        leaving.cancel()

        assert (await staying).waited_s < WINDOW_S + 0.2


class TestLearning:
    @pytest.mark.parametrize("calls", [2, 9])
    async def test_a_limit_one_worker_learnt_holds_for_all(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter, calls: int
    ) -> None:
        limiter.learn(KEY, calls=calls, window_ms=5_000, others=0)
        await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)

        grants = [await other_worker.acquire(KEY, PERSON, RATE, timeout_s=0) for _ in range(calls - 1)]

        with pytest.raises(RateLimitTimeoutError):
            await other_worker.acquire(KEY, PERSON, RATE, timeout_s=0)
        assert (grants[-1].calls, grants[-1].window_ms) == (calls, 5_000)

    async def test_calls_of_others_take_room_until_their_window_ends(self, limiter: RollingWindowLimiter) -> None:
        limiter.learn(KEY, calls=5, window_ms=1_000, others=3)
        grants = [await limiter.acquire(KEY, PERSON, RATE, timeout_s=0) for _ in range(2)]
        with pytest.raises(RateLimitTimeoutError):
            await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)

        later = [await limiter.acquire(KEY, PERSON, RATE, timeout_s=3) for _ in range(5)]

        assert [grant.others for grant in grants] == [3, 3]
        assert later[-1].others == 0

    async def test_a_note_of_one_worker_reaches_the_others_until_it_expires(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter
    ) -> None:
        before = await other_worker.acquire(KEY, PERSON, RATE, timeout_s=0)
        limiter.note(KEY, "own", lifetime_s=0.6)
        await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)

        during = await other_worker.acquire(KEY, PERSON, RATE, timeout_s=0)
        await asyncio.sleep(0.65)
        after = await other_worker.acquire(KEY, PERSON, RATE, timeout_s=0)

        assert [grant.note for grant in (before, during, after)] == ["", "own", ""]

    async def test_a_note_does_not_change_the_limit(self, limiter: RollingWindowLimiter) -> None:
        limiter.learn(KEY, calls=3, window_ms=500, others=0)
        await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)
        limiter.note(KEY, "own", lifetime_s=10)

        grant = await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)

        assert (grant.calls, grant.window_ms, grant.note) == (3, 500, "own")

    async def test_a_later_note_replaces_an_earlier_one(self, limiter: RollingWindowLimiter) -> None:
        limiter.note(KEY, "own", lifetime_s=10)
        await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)
        limiter.note(KEY, "shared", lifetime_s=10)

        assert (await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)).note == "shared"

    async def test_calls_of_others_never_stop_ours_altogether(self, limiter: RollingWindowLimiter) -> None:
        limiter.learn(KEY, calls=5, window_ms=300, others=50)

        assert (await limiter.acquire(KEY, PERSON, RATE, timeout_s=0)).used == 1


class TestAnswered:
    ONE = Rate(calls=1, window_ms=300, slack_ms=20, burst=1.0)

    async def test_a_call_that_came_late_counts_from_when_it_may_have_come(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter
    ) -> None:
        grant = await limiter.acquire(KEY, PERSON, self.ONE, timeout_s=0)
        await asyncio.sleep(0.2)  # on its way

        answered_at = time.monotonic()
        await limiter.answered(KEY, self.ONE, grant)

        with pytest.raises(RateLimitTimeoutError) as raised:
            await other_worker.acquire(KEY, PERSON, self.ONE, timeout_s=0)
        since_s = time.monotonic() - answered_at
        assert WINDOW_S - since_s - 0.01 < raised.value.retry_after_s <= WINDOW_S + 0.02

    @pytest.mark.parametrize("seed", range(2))
    async def test_no_window_holds_more_than_the_limit_however_calls_are_held_up(
        self, redis_client: Redis, seed: int
    ) -> None:
        rate, chance = Rate(calls=5, window_ms=500, slack_ms=60, burst=1.0), random.Random(seed)
        came_at: list[float] = []

        async def call_on(name: str) -> None:
            limiter = RollingWindowLimiter(redis_client)
            for _ in range(6):
                grant = await limiter.acquire(KEY, Caller("bulk", name), rate, timeout_s=20)
                await asyncio.sleep(chance.uniform(0, 0.4))
                came_at.append(time.monotonic())
                await limiter.answered(KEY, rate, grant)

        await asyncio.gather(*(call_on(str(number)) for number in range(5)))

        came_at.sort()
        gaps = [later - earlier for earlier, later in zip(came_at, came_at[rate.calls :], strict=False)]
        assert min(gaps) >= 0.5

    async def test_one_that_left_the_window_meanwhile_counts_again(
        self, limiter: RollingWindowLimiter, redis_client: Redis
    ) -> None:
        grant = await limiter.acquire(KEY, PERSON, self.ONE, timeout_s=0)
        async with asyncio.timeout(10):
            while await redis_client.exists(KEY):  # noqa: ASYNC110 (Redis tells nobody that a key has ended)
                await asyncio.sleep(0.05)

        await limiter.answered(KEY, self.ONE, grant)

        assert await redis_client.zcard(KEY) == 1
        assert 0 < await redis_client.pttl(KEY) <= 1_000

    async def test_what_the_vendor_always_takes_makes_no_call_late(self, redis_client: Redis) -> None:
        clock, late = FakeTime(), list[bool]()
        limiter = RollingWindowLimiter(redis_client, clock=clock)
        rate = Rate(calls=110, window_ms=10_000, slack_ms=20, burst=1.0)
        for _ in range(100):
            grant = await limiter.acquire(KEY, PERSON, rate, timeout_s=0)
            await redis_client.zadd(KEY, {grant.call: 1})  # so that it shows when it is noted anew
            clock.now_s += 0.4
            await limiter.answered(KEY, rate, grant)
            late.append(await redis_client.zscore(KEY, grant.call) != 1)

        assert late[0]
        assert not any(late[80:])

    async def test_the_first_calls_of_a_process_find_no_connection_and_are_all_late(self, redis_client: Redis) -> None:
        clock = FakeTime()
        limiter = RollingWindowLimiter(redis_client, clock=clock)
        grants = [await limiter.acquire(KEY, PERSON, RATE, timeout_s=0) for _ in range(RATE.calls)]
        await redis_client.zadd(KEY, {grant.call: 1 for grant in grants})
        clock.now_s += 0.4

        for grant in grants:
            await limiter.answered(KEY, RATE, grant)

        noted_at = [when for _call, when in await redis_client.zrange(KEY, 0, -1, withscores=True)]
        assert len(noted_at) == RATE.calls
        assert min(noted_at) > 1

    async def test_a_call_that_redis_cannot_be_told_of_is_counted(self) -> None:
        limiter = RollingWindowLimiter(open_redis(f"redis://127.0.0.1:{free_port()}/0"))

        await limiter.answered(KEY, self.ONE, Grant(0.0, 1, 1, 300, 0, call="a call"))

        assert limiter.failed_open == 1


class TestPause:
    async def test_a_pause_holds_everybody_in_every_worker(
        self, limiter: RollingWindowLimiter, other_worker: RollingWindowLimiter
    ) -> None:
        began = time.monotonic()
        await limiter.pause(KEY, 0.2)

        async def acquired_after_s(worker: RollingWindowLimiter) -> float:
            await worker.acquire(KEY, PERSON, RATE, timeout_s=1)
            return time.monotonic() - began

        assert min(await asyncio.gather(*map(acquired_after_s, (limiter, other_worker)))) >= 0.199

    async def test_a_shorter_pause_does_not_end_a_longer_one(self, limiter: RollingWindowLimiter) -> None:
        await limiter.pause(KEY, 5)
        await limiter.pause(KEY, 0.1)

        with pytest.raises(RateLimitTimeoutError) as raised:
            await limiter.acquire(KEY, PERSON, RATE, timeout_s=1)

        assert raised.value.retry_after_s > 4

    async def test_a_pause_of_a_day_is_cut_to_an_hour(self, limiter: RollingWindowLimiter) -> None:
        await limiter.pause(KEY, 24 * 3600)

        with pytest.raises(RateLimitTimeoutError) as raised:
            await limiter.acquire(KEY, PERSON, RATE, timeout_s=1)
        assert 3_590 < raised.value.retry_after_s <= 3_600


class TestSlowRedis:
    @pytest.mark.parametrize("seed", range(2))
    async def test_calls_are_fewer_but_never_too_many(self, redis_url: str, seed: int) -> None:
        rate = Rate(calls=5, window_ms=500, slack_ms=60, burst=1.0)
        made_at: list[float] = []

        async def ask_on(name: str, url: str) -> None:
            redis = open_redis(url)
            limiter = RollingWindowLimiter(redis)
            for _ in range(6):
                await limiter.acquire(KEY, Caller("bulk", name), rate, timeout_s=20)
                made_at.append(time.monotonic())
            await close_redis(redis)

        async with slow_redis(redis_url, seed=seed, longest_s=0.3) as url:
            await asyncio.gather(*(ask_on(str(number), url) for number in range(3)))

        made_at.sort()
        gaps = [later - earlier for earlier, later in zip(made_at, made_at[rate.calls :], strict=False)]
        assert min(gaps) >= 0.5

    async def test_a_call_whose_answer_was_lost_counts_once(self, redis_url: str, redis_client: Redis) -> None:
        async with slow_redis(redis_url, lost=1) as url:
            redis = open_redis(url)

            await RollingWindowLimiter(redis).acquire(KEY, LOAD, RATE, timeout_s=20)

            await close_redis(redis)
        assert await redis_client.zcard(KEY) == 1


class TestWithoutRedis:
    @pytest.fixture
    async def nowhere(self) -> AsyncIterator[Redis]:
        redis = open_redis(f"redis://127.0.0.1:{free_port()}")
        yield redis
        await close_redis(redis)

    async def test_a_few_interactive_calls_go_ahead_and_are_counted(self, nowhere: Redis) -> None:
        rate = Rate(calls=30, window_ms=60_000, slack_ms=0, burst=1.0)
        limiter = RollingWindowLimiter(nowhere)

        for _ in range(3):
            await limiter.acquire(KEY, PERSON, rate, timeout_s=5)

        with pytest.raises(StoreUnavailableError):
            await limiter.acquire(KEY, PERSON, rate, timeout_s=5)
        assert limiter.failed_open == 3

    async def test_bulk_waits_a_while_and_then_fails(self, nowhere: Redis) -> None:
        clock = FakeTime()
        limiter = RollingWindowLimiter(nowhere, clock=clock, sleep=clock.sleep)

        with pytest.raises(StoreUnavailableError):
            await limiter.acquire(KEY, LOAD, RATE, timeout_s=120)

        assert 15 <= clock.now_s < 16
        assert limiter.failed_open == 0

    async def test_bulk_goes_on_when_redis_is_back(self, redis_url: str) -> None:
        port = free_port()
        redis = open_redis(f"redis://127.0.0.1:{port}")
        limiter = RollingWindowLimiter(redis)
        waiting = asyncio.create_task(limiter.acquire(KEY, LOAD, RATE, timeout_s=20))
        await asyncio.sleep(0.1)

        async with slow_redis(redis_url, port=port):
            grant = await waiting
            await close_redis(redis)

        assert grant.used == 1

    async def test_a_pause_that_cannot_be_told_is_counted(self, nowhere: Redis) -> None:
        limiter = RollingWindowLimiter(nowhere)

        await limiter.pause(KEY, 1)

        assert limiter.failed_open == 1
