import asyncio
from contextlib import suppress

import pytest

from core.tasks import TaskGroup
from core.together import together


async def deaf(times: int, began: asyncio.Event) -> None:
    """What swallows the first cancellations and goes on."""
    began.set()
    for _ in range(times):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


async def failing(after: asyncio.Event) -> None:
    await after.wait()
    raise LookupError


class TestTaskGroup:
    async def test_is_left_when_all_its_tasks_have_ended_those_they_began_too(self) -> None:
        ended: list[str] = []

        async def child(group: TaskGroup) -> None:
            group.create_task(grandchild())

        async def grandchild() -> None:
            await asyncio.sleep(0)
            ended.append("grandchild")

        async with TaskGroup() as group:
            group.create_task(child(group))

        assert ended == ["grandchild"]

    async def test_ends_a_deaf_task_when_another_fails(self) -> None:
        began = asyncio.Event()

        async def run() -> None:
            async with TaskGroup() as group:
                group.create_task(deaf(3, began))
                group.create_task(failing(began))

        async with asyncio.timeout(5):
            with pytest.raises(ExceptionGroup) as raised:
                await run()

        assert [type(one) for one in raised.value.exceptions] == [LookupError]
        assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]

    async def test_ends_a_deaf_task_when_the_block_fails(self) -> None:
        began = asyncio.Event()

        async def run() -> None:
            async with TaskGroup() as group:
                group.create_task(deaf(3, began))
                await failing(began)

        async with asyncio.timeout(5):
            with pytest.raises(ExceptionGroup) as raised:
                await run()

        assert [type(one) for one in raised.value.exceptions] == [LookupError]

    async def test_ends_deaf_tasks_below_other_groups_when_it_is_cancelled(self) -> None:
        began = asyncio.Event()

        async def within() -> None:
            await together([deaf(3, began)])

        outer = asyncio.create_task(together([within(), deaf(2, asyncio.Event())]))
        await began.wait()
        outer.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([outer])

        assert outer.cancelled()
        assert asyncio.all_tasks() == {asyncio.current_task()}
