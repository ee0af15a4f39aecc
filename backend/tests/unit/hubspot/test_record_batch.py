import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from hubspot.partitions import IdRange
from hubspot.record_batch import BatchQueue, BatchSize, PageSlots, RecordBatch
from hubspot.wire import Record


def record_batch(count: int = 100) -> RecordBatch:
    return RecordBatch([Record(str(number), {}) for number in range(count)], 0, None)


def linked_batch(count: int = 100) -> RecordBatch:
    return RecordBatch([Record(str(number), {}, associations={}) for number in range(count)], 0, None)


def parts_of(one: RecordBatch) -> list[tuple[str | None, int, int | None]]:
    return [(part.after, part.last, part.end) for part in one.rest or []]


def up_to(records: int, *, unlinked: int | None = None, linger_s: float = 0.5) -> Callable[[], BatchSize]:
    return lambda: BatchSize(records, records if unlinked is None else unlinked, linger_s)


async def sizes(record_batches: BatchQueue, most: int = 1_000) -> list[int]:
    return [sum(len(one.records) for one in batch) async for batch in record_batches.batches(up_to(most))]


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
        assert (first.ends_page, others.ends_page) == (False, True)

    @pytest.mark.parametrize("row", [slice(0, 0), slice(0, 100)])
    def test_nothing_is_cut_where_one_side_would_be_empty(self, row: slice) -> None:
        whole = record_batch()

        assert whole.cut(row) == [whole]

    def test_a_page_with_a_record_without_an_id_is_not_cut(self) -> None:
        """A load that goes on would read it again on either side of the row."""
        whole = replace(record_batch(), without_id=1)

        assert whole.cut(slice(3, 7)) == [whole]

    def test_where_nobody_knows_what_is_left_neither_half_does(self) -> None:
        assert [one.rest for one in record_batch().cut(slice(3, 7))] == [None, None]


class TestSheaves:
    async def test_the_first_does_not_wait_for_a_second(self) -> None:
        record_batches = BatchQueue()
        record_batches.put(record_batch())

        async with asyncio.timeout(0.2):
            batch = await anext(aiter(record_batches.batches(up_to(1_000))))

        assert len(batch) == 1

    async def test_later_batches_are_up_to_twice_as_large(self) -> None:
        record_batches = BatchQueue()

        async def fill() -> None:
            for _ in range(31):
                record_batches.put(record_batch())
                await asyncio.sleep(0)
            record_batches.end()

        async with asyncio.TaskGroup() as group:
            group.create_task(fill())
            taken = [len(batch) async for batch in record_batches.batches(up_to(1_000))]

        assert sum(taken) == 31
        assert taken[0] == 1
        assert max(taken) == 10
        assert len(taken) <= 8

    async def test_what_is_there_at_the_end_is_not_waited_for(self) -> None:
        record_batches = BatchQueue()
        for _ in range(4):
            record_batches.put(record_batch())
        record_batches.end()

        async with asyncio.timeout(0.2):
            assert sum(await sizes(record_batches)) == 400

    async def test_no_batch_is_larger_than_allowed_unless_one_batch_is(self) -> None:
        record_batches = BatchQueue()
        for count in (100, 200, 300, 700, 100):
            record_batches.put(record_batch(count))
        record_batches.end()

        assert await sizes(record_batches, most=500) == [300, 300, 700, 100]

    async def test_records_that_came_with_their_links_take_no_place_in_a_batch_read(self) -> None:
        record_batches = BatchQueue()
        for number in range(9):
            record_batches.put(linked_batch() if number % 3 else record_batch())
        record_batches.end()

        taken = [len(batch) async for batch in record_batches.batches(up_to(700, unlinked=200))]

        assert taken == [6, 3]

    async def test_a_batch_is_full_when_enough_links_are_to_be_read(self) -> None:
        record_batches = BatchQueue()
        for _ in range(4):
            record_batches.put(record_batch())

        async with asyncio.timeout(0.2):
            batches = aiter(record_batches.batches(up_to(10_000, unlinked=200, linger_s=60)))
            taken = [len(await anext(batches)) for _ in range(2)]

        assert taken == [2, 2]

    async def test_how_long_to_wait_is_asked_for_each_batch(self) -> None:
        record_batches, lingers_s = BatchQueue(), iter((60.0, 60.0, 0.0, 0.0))
        for _ in range(2):
            record_batches.put(record_batch())

        async with asyncio.timeout(0.2):
            batches = aiter(record_batches.batches(lambda: BatchSize(100, 100, next(lingers_s))))
            taken = [len(await anext(batches)) for _ in range(2)]

        assert taken == [1, 1]

    async def test_none_is_no_batch(self) -> None:
        record_batches = BatchQueue()
        record_batches.end()

        assert await sizes(record_batches) == []


class TestRoom:
    async def test_a_page_that_does_not_come_gives_its_place_back(self) -> None:
        room = PageSlots(1)

        for _ in range(2):
            with pytest.raises(LookupError):
                async with asyncio.timeout(0.2), room.for_one_page():
                    raise LookupError

    async def test_there_is_no_place_until_one_is_given_back(self) -> None:
        room = PageSlots(1)
        async with room.for_one_page():
            pass

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), room.for_one_page():
                pass
        room.give_back()

        async with asyncio.timeout(0.2), room.for_one_page():
            pass
