import asyncio

from hubspot.event_queue import EventQueue
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Items, LoadEvent, LoadPlan

PLAN = LoadPlan(object_types={})
ITEM = IntegrationItem(id="1_Contact", type="Contact")


async def ended() -> None:
    return None


async def everything(event_queue: EventQueue) -> list[LoadEvent]:
    worker = asyncio.create_task(ended())
    events = []
    while (event := await event_queue.next_event(worker)) is not None:
        events.append(event)
    return events


class TestOutbox:
    async def test_the_plan_goes_first_whatever_was_put_before_it(self) -> None:
        event_queue = EventQueue()
        event_queue.put(Items([ITEM]))
        event_queue.open_with(PLAN)

        assert await everything(event_queue) == [PLAN, Items([ITEM])]

    async def test_without_a_plan_nothing_goes_out(self) -> None:
        event_queue = EventQueue()
        event_queue.put(Items([ITEM]))

        assert await everything(event_queue) == []

    async def test_items_count_as_taken_when_the_reader_comes_back(self) -> None:
        event_queue, taken = EventQueue(), list[int]()
        event_queue.open_with(PLAN)
        event_queue.put(Items([ITEM]), lambda: taken.append(1))
        worker = asyncio.create_task(ended())

        await event_queue.next_event(worker)
        await event_queue.next_event(worker)
        before = taken.copy()
        await event_queue.next_event(worker)

        assert (before, taken) == ([], [1])

    async def test_no_items_are_taken_without_being_told(self) -> None:
        event_queue, taken = EventQueue(), list[int]()
        event_queue.open_with(PLAN)
        event_queue.put(Items([]), lambda: taken.append(1))

        assert await everything(event_queue) == [PLAN]
        assert taken == [1]

    async def test_a_worker_that_was_stopped_ends_it_at_once(self) -> None:
        event_queue = EventQueue()
        event_queue.open_with(PLAN)
        worker = asyncio.create_task(asyncio.sleep(60))
        waiting = [await event_queue.next_event(worker)]
        event_queue.put(Items([ITEM]))
        worker.cancel()
        await asyncio.wait([worker])

        waiting.append(await event_queue.next_event(worker))

        assert waiting == [PLAN, None]

    async def test_a_wait_after_a_failure_is_not_called_a_rate_limit(self) -> None:
        event_queue = EventQueue()
        event_queue.open_with(PLAN)
        event_queue.report_failure_wait(5.0)

        (notice,) = [one for one in await everything(event_queue) if isinstance(one, Notice)]

        assert (notice.code, notice.wait_s) == ("failure_wait", 5.0)
        assert "limit" not in notice.detail

    async def test_waits_of_several_calls_at_once_are_one_notice(self) -> None:
        event_queue = EventQueue()
        event_queue.open_with(PLAN)
        for seconds in (10.0, 9.9, 0.2):
            event_queue.report_rate_limit_wait(seconds)

        notices = [one for one in await everything(event_queue) if isinstance(one, Notice)]

        assert [(one.code, one.wait_s) for one in notices] == [("rate_limit_wait", 10.0)]
