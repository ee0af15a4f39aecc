from collections.abc import Callable
from dataclasses import replace

import anyio
import pytest
from anyio.streams.memory import MemoryObjectReceiveStream

from core.together import task_group
from hubspot.id_range import IdRange
from hubspot.record_batch import BatchSender, GroupSize, RecordBatch, grouped
from hubspot.wire import Record


def record_batch(count: int = 100) -> RecordBatch:
    return RecordBatch([Record(str(number), {}) for number in range(count)], 0, None)


def linked_batch(count: int = 100) -> RecordBatch:
    return RecordBatch([Record(str(number), {}, associations={}) for number in range(count)], 0, None)


def parts_of(one: RecordBatch) -> list[tuple[str | None, int, int | None]]:
    return [(part.after, part.last, part.end) for part in one.rest or []]


def up_to(records: int, *, unlinked: int | None = None, linger_s: float = 0.5) -> Callable[[], GroupSize]:
    return lambda: GroupSize(records, records if unlinked is None else unlinked, 10**9, linger_s)


def stream_of(*batches: RecordBatch) -> MemoryObjectReceiveStream[RecordBatch]:
    """All of these, and then its end."""
    sender, receiver = anyio.create_memory_object_stream[RecordBatch](100)
    with sender:
        for batch in batches:
            sender.send_nowait(batch)
    return receiver


class TestCutting:
    def test_a_row_is_put_before_the_others_which_are_left_after_it(self) -> None:
        whole = RecordBatch([Record(id_, {}) for id_ in ("3", "5", "8", "13", "21")], 0, [IdRange("22", 21)])

        first, others = whole.cut(slice(1, 3))

        assert [record.id for record in first.records] == ["5", "8"]
        assert [record.id for record in others.records] == ["3", "13", "21"]
        assert list(map(parts_of, (first, others))) == [
            [(None, 2, 5), (None, 8, 22), ("22", 21, None)],
            parts_of(whole),
        ]

    @pytest.mark.parametrize("row", [slice(0, 0), slice(0, 100)])
    def test_nothing_is_cut_where_one_side_would_be_empty(self, row: slice) -> None:
        whole = record_batch()

        assert whole.cut(row) == [whole]

    def test_a_page_with_a_record_without_an_id_is_not_cut(self) -> None:
        """A load that goes on would read it again on either side of the row."""
        whole = replace(record_batch(), without_id=1)

        assert whole.cut(slice(3, 7)) == [whole]

    def test_where_nobody_knows_what_is_left_neither_half_does(self) -> None:
        assert [entry.rest for entry in record_batch().cut(slice(3, 7))] == [None, None]


class TestGroups:
    async def test_the_first_does_not_wait_for_a_second(self) -> None:
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](1)

        with sender, receiver, anyio.fail_after(0.2):
            await sender.send(record_batch())
            group = await anext(aiter(grouped(receiver, up_to(1_000, linger_s=60))))

        assert len(group) == 1

    async def test_later_groups_are_up_to_twice_as_large(self) -> None:
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](0)

        async def send() -> None:
            with sender:
                for _ in range(31):
                    await sender.send(record_batch())

        with receiver:
            async with task_group() as group:
                group.start_soon(send)
                taken = [len(some) async for some in grouped(receiver, up_to(1_000, linger_s=60))]

        assert sum(taken) == 31
        assert taken[0] <= 2
        assert max(taken) == 10
        assert len(taken) <= 8

    async def test_what_waits_already_comes_along(self) -> None:
        with stream_of(*(record_batch() for _ in range(13))) as batches:
            taken = [len(group) async for group in grouped(batches, up_to(1_000))]

        assert taken == [10, 3]

    async def test_what_is_there_at_the_end_is_not_waited_for(self) -> None:
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](9)

        with sender, receiver, anyio.fail_after(0.2):
            groups = aiter(grouped(receiver, up_to(1_000, linger_s=60)))
            taken = list[int]()
            for _ in range(2):
                await sender.send(record_batch())
                if taken:
                    sender.close()
                taken.append(len(await anext(groups)))

        assert taken == [1, 1]

    async def test_a_group_is_not_waited_for_longer_than_it_may(self) -> None:
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](9)

        with sender, receiver, anyio.fail_after(0.2):
            groups = aiter(grouped(receiver, up_to(1_000, linger_s=0.01)))
            taken = list[int]()
            for _ in range(2):
                await sender.send(record_batch())
                taken.append(len(await anext(groups)))

        assert taken == [1, 1]

    async def test_no_group_is_larger_than_allowed_unless_one_batch_is(self) -> None:
        with stream_of(*map(record_batch, (100, 200, 300, 700, 100, 100))) as batches:
            taken = [sum(len(batch.records) for batch in group) async for group in grouped(batches, up_to(500))]

        assert taken == [300, 300, 700, 200]

    async def test_records_that_came_with_their_associations_take_no_place_in_a_batch_read(self) -> None:
        some = [linked_batch() if number % 3 else record_batch() for number in range(10)]
        with stream_of(*some) as batches:
            taken = [len(group) async for group in grouped(batches, up_to(900, unlinked=200))]

        assert taken == [6, 4]

    async def test_a_group_is_full_when_enough_associations_are_to_be_read(self) -> None:
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](9)

        with sender, receiver, anyio.fail_after(0.2):
            for _ in range(4):
                await sender.send(record_batch())
            groups = aiter(grouped(receiver, up_to(10_000, unlinked=200, linger_s=60)))
            taken = [len(await anext(groups)) for _ in range(2)]

        assert taken == [2, 2]

    async def test_a_group_has_no_more_than_its_size_unless_one_batch_has(self) -> None:
        some = [replace(record_batch(), size_bytes=size_bytes) for size_bytes in (1, 4, 4, 12, 1, 9, 1)]
        with stream_of(*some) as batches, anyio.fail_after(0.2):
            groups = grouped(batches, lambda: GroupSize(10_000, 10_000, 10, 60))
            taken = [[batch.size_bytes for batch in group] async for group in groups]

        assert taken == [[1, 4, 4], [12], [1, 9], [1]]

    async def test_how_long_to_wait_is_asked_for_each_group(self) -> None:
        lingers_s = iter((60.0, 0.0))
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](9)

        with sender, receiver, anyio.fail_after(0.2):
            for _ in range(2):
                await sender.send(record_batch())
            groups = aiter(grouped(receiver, lambda: GroupSize(150, 150, 10**9, next(lingers_s))))
            taken = [len(await anext(groups)) for _ in range(2)]

        assert taken == [1, 1]

    async def test_none_is_no_group(self) -> None:
        with stream_of() as batches:
            assert [group async for group in grouped(batches, up_to(1_000))] == []


class TestSending:
    async def test_batches_are_sent_in_the_order_in_which_their_pages_were_taken(self) -> None:
        """Else one of them would say of records that have not been sent that nothing is left of them."""
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](0)
        batches, taken = BatchSender(sender, 10**9), list[int]()

        def take(number: int) -> RecordBatch:
            taken.append(number)
            return replace(record_batch(1), without_id=number)

        with sender, receiver:
            async with task_group() as group:
                for number in range(5):
                    group.start_soon(batches.send, take, number)
                received = [(await receiver.receive()).without_id for _ in range(5)]

        assert received == taken

    async def test_a_batch_waits_until_those_before_it_leave_room_for_its_size(self) -> None:
        sender, receiver = anyio.create_memory_object_stream[RecordBatch](9)
        batches, waiting = BatchSender(sender, 10), list[int]()
        some = [replace(record_batch(1), size_bytes=size_bytes) for size_bytes in (12, 4, 4, 4)]

        async def send_all() -> None:
            for batch in some:
                await batches.send(replace, batch)

        with sender, receiver:
            async with task_group() as group:
                group.start_soon(send_all)
                for _ in some:
                    await anyio.wait_all_tasks_blocked()
                    waiting.append(receiver.statistics().current_buffer_used)
                    batches.release(await receiver.receive())

        assert waiting == [1, 2, 2, 1]
