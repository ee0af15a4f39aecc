import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import pytest

from core import metrics
from core.load_limiter import LoadLimiter, LoadLimits
from core.tasks import end_tasks
from errors import OverloadedError, RateLimitedError

LIMITS = LoadLimits(total=4, per_owner=3, per_connection=2, waiting=6, waiting_per_owner=3, wait_s=5.0)
AT_ONCE = LoadLimits(total=4, per_owner=3, per_connection=2, waiting=6, waiting_per_owner=3, wait_s=0.0)


class Loads:
    """Loads that run until they are told to end."""

    def __init__(self, limiter: LoadLimiter) -> None:
        self._limiter = limiter
        self.started: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, *names: str) -> None:
        """Each name is `owner/connection/anything`. Returns when each one runs or waits."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._run(name))
        await settle()

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await self.tasks[name]
        await settle()

    async def _run(self, name: str) -> None:
        owner, connection, _ = name.split("/")
        async with self._limiter.slot(owner, (owner, connection)):
            self.started.append(name)
            await self._ends[name].wait()


async def settle() -> None:
    """Let every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


@asynccontextmanager
async def loads_with(limits: LoadLimits = LIMITS) -> AsyncIterator[Loads]:
    loads = Loads(LoadLimiter(limits))
    yield loads
    await end_tasks(*loads.tasks.values())


class TestShares:
    async def test_an_owner_has_no_more_than_their_share(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/2/a", "ann/2/b")
            await loads.begin("bob/1/a")

            assert loads.started == ["ann/1/a", "ann/1/b", "ann/2/a", "bob/1/a"]

    async def test_a_connection_has_no_more_than_its_share(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c", "ann/2/a")

            assert loads.started == ["ann/1/a", "ann/1/b", "ann/2/a"]

    async def test_a_load_that_ends_starts_the_next_one(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c")

            await loads.end("ann/1/a")

            assert loads.started[-1] == "ann/1/c"

    async def test_a_load_that_fails_leaves_its_slot(self) -> None:
        limiter = LoadLimiter(AT_ONCE)
        for _ in range(10):
            with pytest.raises(ZeroDivisionError):
                async with limiter.slot("ann", 1):
                    raise ZeroDivisionError

    async def test_a_load_that_is_cancelled_leaves_its_slot_and_its_place_in_the_queue(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c", "ann/1/d")

            await end_tasks(loads.tasks["ann/1/a"], loads.tasks["ann/1/c"])
            await settle()

            assert loads.started == ["ann/1/a", "ann/1/b", "ann/1/d"]

    async def test_a_load_cancelled_at_the_moment_of_its_turn_leaves_its_slot(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c", "ann/1/d")

            loads._ends["ann/1/a"].set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            loads.tasks["ann/1/c"].cancel()
            await settle()

            assert loads.started[-1] == "ann/1/d"


class TestTurns:
    async def test_owners_take_turns_however_many_loads_one_of_them_queues(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/2/a", "eve/1/a")
            await loads.begin("eve/1/b", "eve/2/a", "eve/2/b", "bob/1/a", "ann/2/b")

            await loads.end("ann/1/a")
            await loads.end("ann/1/b")
            await loads.end("ann/2/a")

            assert loads.started[4:] == ["eve/1/b", "bob/1/a", "ann/2/b"]

    async def test_an_owner_at_their_share_does_not_hold_up_the_next_one(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c", "ann/1/d")

            await loads.begin("bob/1/a")

            assert loads.started[-1] == "bob/1/a"


class TestRefusals:
    async def test_an_owner_at_their_share_is_rate_limited_when_the_wait_is_over(self) -> None:
        async with loads_with(AT_ONCE) as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c")

            with pytest.raises(RateLimitedError) as refused:
                await loads.tasks["ann/1/c"]

            assert refused.value.retry_after_s == 5

    async def test_another_owner_is_refused_as_overloaded(self) -> None:
        async with loads_with(AT_ONCE) as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/2/a", "eve/1/a", "bob/1/a")

            with pytest.raises(OverloadedError):
                await loads.tasks["bob/1/a"]

    async def test_the_queue_of_an_owner_is_bounded(self) -> None:
        async with loads_with() as loads:
            await loads.begin(*(f"ann/1/{number}" for number in range(6)))

            with pytest.raises(RateLimitedError):
                await loads.tasks["ann/1/5"]

            assert not loads.tasks["ann/1/4"].done()

    async def test_the_queue_of_the_process_is_bounded(self) -> None:
        async with loads_with() as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/2/a", "eve/1/a")
            await loads.begin(*(f"{owner}/1/{number}" for owner in ("pat", "sam") for number in range(3)))

            await loads.begin("bob/1/a")

            with pytest.raises(OverloadedError):
                await loads.tasks["bob/1/a"]

    async def test_refused_loads_are_counted_by_reason(self) -> None:
        async with loads_with(AT_ONCE) as loads:
            before = refused("waited")
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c")

            await asyncio.wait([loads.tasks["ann/1/c"]])

            assert refused("waited") == before + 1

    async def test_a_refused_load_leaves_nothing_behind(self) -> None:
        async with loads_with(AT_ONCE) as loads:
            await loads.begin("ann/1/a", "ann/1/b", "ann/1/c")
            await asyncio.wait([loads.tasks["ann/1/c"]])

            await loads.end("ann/1/a")
            await loads.begin("ann/1/d")

            assert loads.started[-1] == "ann/1/d"


async def test_the_wait_is_announced_and_the_load_is_not() -> None:
    phases = []

    @contextmanager
    def waiting() -> Iterator[None]:
        phases.append("waits")
        yield
        phases.append("waited")

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(LoadLimiter(LIMITS).slot("ann", 1, while_waiting=waiting))
        phases.append("runs")

    assert phases == ["waits", "waited", "runs"]


def refused(reason: str) -> float:
    return metrics.REGISTRY.get_sample_value("integrations_loads_refused_total", {"reason": reason}) or 0.0
