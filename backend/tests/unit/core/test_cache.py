import asyncio

import pytest

from core.cache import TtlCache


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Loader:
    """A slow source: each load waits for `release`, then gives the next number or fails."""

    def __init__(self, *, failing: bool = False) -> None:
        self.failing = failing
        self.began = 0
        self.cancelled = 0
        self.release = asyncio.Event()

    async def __call__(self) -> int:
        self.began += 1
        number = self.began
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failing:
            raise LookupError(number)
        return number


def ready(*, failing: bool = False) -> Loader:
    loader = Loader(failing=failing)
    loader.release.set()
    return loader


def cache(clock: Clock | None = None, *, max_entries: int = 10, max_weight: int | None = None) -> TtlCache[str, int]:
    return TtlCache(
        ttl_s=60, max_entries=max_entries, max_weight=max_weight, weigh=lambda value: value, clock=clock or Clock()
    )


async def settle() -> None:
    """Let everything that can run, run."""
    for _ in range(5):
        await asyncio.sleep(0)


class TestLifetime:
    async def test_a_fresh_value_is_not_loaded_again(self) -> None:
        clock, load = Clock(), ready()
        values = cache(clock)
        await values.get("key", load)
        clock.now_s = 59.9

        assert await values.get("key", load) == 1
        assert values.peek("key") == 1

    async def test_an_old_value_is_loaded_again(self) -> None:
        clock, load = Clock(), ready()
        values = cache(clock)
        await values.get("key", load)
        clock.now_s = 60

        assert values.peek("key") is None
        assert await values.get("key", load) == 2

    async def test_a_discarded_value_is_loaded_again(self) -> None:
        values, load = cache(), ready()
        await values.get("key", load)

        values.discard("key")

        assert await values.get("key", load) == 2

    async def test_a_failed_load_is_not_kept(self) -> None:
        values, load = cache(), ready(failing=True)
        with pytest.raises(LookupError):
            await values.get("key", load)
        load.failing = False

        assert await values.get("key", load) == 2


class TestBounds:
    async def test_the_least_recently_used_leaves_first(self) -> None:
        values = cache(max_entries=2, max_weight=100)
        values.put("first", 1)
        values.put("second", 2)
        values.peek("first")

        values.put("third", 3)

        assert [values.peek(key) for key in ("first", "second", "third")] == [1, None, 3]

    async def test_weight_is_a_bound_of_its_own(self) -> None:
        values = cache(max_entries=10, max_weight=10)
        values.put("heavy", 6)

        values.put("heavier", 7)

        assert (len(values), values.peek("heavier")) == (1, 7)

    async def test_a_replaced_value_gives_its_weight_back(self) -> None:
        values = cache(max_entries=10, max_weight=10)
        values.put("other", 4)
        for _ in range(5):
            values.put("key", 6)

        assert (values.peek("other"), values.peek("key")) == (4, 6)

    async def test_what_is_heavier_than_everything_allowed_is_handed_out_but_not_kept(self) -> None:
        values, load = cache(max_weight=1), ready()
        load.began = 5

        assert await values.get("key", load) == 6
        assert len(values) == 0


class TestSingleFlight:
    async def test_one_load_serves_all_who_ask_meanwhile(self) -> None:
        values, load = cache(), Loader()
        asking = [asyncio.create_task(values.get("key", load)) for _ in range(20)]
        await settle()

        load.release.set()

        assert await asyncio.gather(*asking) == [1] * 20
        assert load.began == 1

    async def test_keys_do_not_wait_for_each_other(self) -> None:
        values, slow = cache(), Loader()
        asking = asyncio.create_task(values.get("slow", slow))
        await settle()

        assert await values.get("quick", ready()) == 1

        slow.release.set()
        await asking

    async def test_a_failure_reaches_all_who_wait(self) -> None:
        values, load = cache(), Loader(failing=True)
        asking = [asyncio.create_task(values.get("key", load)) for _ in range(3)]
        await settle()

        load.release.set()

        outcomes = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [LookupError] * 3

    async def test_one_who_goes_away_does_not_stop_the_load_of_the_others(self) -> None:
        values, load = cache(), Loader()
        leaving, staying = (asyncio.create_task(values.get("key", load)) for _ in range(2))
        await settle()

        leaving.cancel()
        await settle()
        load.release.set()

        assert await staying == 1
        assert (leaving.cancelled(), load.began) == (True, 1)

    async def test_when_the_last_one_goes_the_load_goes_too(self) -> None:
        values, load = cache(), Loader()
        asking = [asyncio.create_task(values.get("key", load)) for _ in range(2)]
        await settle()

        for task in asking:
            task.cancel()
        await settle()

        assert load.cancelled == 1

    async def test_who_asks_after_a_load_was_stopped_gets_a_load_of_its_own(self) -> None:
        values, load = cache(), Loader()
        leaving = asyncio.create_task(values.get("key", load))
        await settle()
        leaving.cancel()
        coming = asyncio.create_task(values.get("key", load))
        await settle()

        load.release.set()

        assert await coming == 2
        assert values.peek("key") == 2
