import asyncio
from contextlib import suppress

import pytest

from core.together import both, task_group, together


async def deaf(times: int, began: asyncio.Event) -> None:
    """A call that swallows the first cancellations."""
    began.set()
    for _ in range(times):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


async def failing(after: asyncio.Event) -> None:
    await after.wait()
    raise LookupError


async def after_turns(turns: int, value: str) -> str:
    for _ in range(turns):
        await asyncio.sleep(0)
    return value


class TestTaskGroup:
    async def test_a_failure_ends_a_deaf_task_and_is_raised_as_it_was(self) -> None:
        began = asyncio.Event()

        async def run() -> None:
            async with task_group() as group:
                group.start_soon(deaf, 3, began)
                group.start_soon(failing, began)

        async with asyncio.timeout(5):
            with pytest.raises(LookupError):
                await run()

    async def test_a_failure_keeps_its_cause(self) -> None:
        cause = OSError("away")

        with pytest.raises(LookupError) as raised:
            async with task_group():
                raise LookupError from cause

        assert raised.value.__cause__ is cause

        assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]

    async def test_a_failure_of_the_block_ends_a_deaf_task(self) -> None:
        began = asyncio.Event()

        async def run() -> None:
            async with task_group() as group:
                group.start_soon(deaf, 3, began)
                await failing(began)

        async with asyncio.timeout(5):
            with pytest.raises(LookupError):
                await run()

    async def test_groups_below_others_end_their_deaf_tasks_when_they_are_cancelled(self) -> None:
        began = asyncio.Event()

        async def within() -> None:
            await together([deaf(3, began), deaf(3, asyncio.Event())])

        outer = asyncio.create_task(together([within(), deaf(2, asyncio.Event())]))
        await began.wait()
        outer.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([outer])

        assert outer.cancelled()
        assert asyncio.all_tasks() == {asyncio.current_task()}


class TestTogether:
    async def test_results_come_in_the_order_of_the_calls(self) -> None:
        assert await together(after_turns(9 - number, str(number)) for number in range(9)) == list("012345678")

    async def test_two_results_keep_their_types(self) -> None:
        assert await both(after_turns(3, "a"), asyncio.sleep(0, result=5)) == ("a", 5)
