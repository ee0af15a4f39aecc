import asyncio
import random
from collections import Counter

import msgspec
import pytest

from errors import UpstreamUnavailableError
from hubspot.catalog import CONTACTS
from hubspot.endpoints import LIST_PAGE_MAX
from hubspot.list_reader import LARGE, ListReader
from hubspot.partitions import IdRange
from hubspot.record_batch import PageSlots, RecordBatch
from tests.unit.hubspot.listed_hub import NOW_S, ListedHub


class Taker:
    """Takes the record_batches, and gives their room back."""

    def __init__(self, room: PageSlots) -> None:
        self.room = room
        self.record_batches: list[RecordBatch] = []

    def emit(self, record_batch: RecordBatch) -> None:
        self.record_batches.append(record_batch)
        self.room.give_back()

    def ids(self, until: int | None = None) -> list[int]:
        return [int(record.id) for record_batch in self.record_batches[:until] for record in record_batch.records]


def build_reader(hub: ListedHub, taker: Taker, parts: list[IdRange] | None = None) -> ListReader:
    client = hub.client()
    return ListReader(
        client,
        lambda after: client.list_records("contacts", limit=LIST_PAGE_MAX, after=after, properties=("email",)),
        CONTACTS,
        properties=("email",),
        parts=parts or [IdRange()],
        room=taker.room,
        emit=taker.emit,
        now_s=lambda: NOW_S,
    )


async def total_of(hub: ListedHub) -> int | None:
    await asyncio.sleep(0)
    return len(hub.ids)


async def read(hub: ListedHub, parts: list[IdRange] | None = None, *, pages: int = 24) -> Taker:
    taker = Taker(PageSlots(pages))
    async with asyncio.timeout(60):
        await build_reader(hub, taker, parts).read(total_of(hub))
    return taker


def some_ids(count: int, seed: int = 1) -> list[int]:
    """Ascending ids with gaps of all sizes, small first, as accounts that grew over years have them."""
    rng, id_, ids = random.Random(seed), 0, []
    for number in range(count):
        id_ += rng.choice((1, 1, 1, 50, 5_000 if number > count // 2 else 2))
        ids.append(id_)
    return ids


def assert_each_once(taker: Taker, hub: ListedHub) -> None:
    assert Counter(taker.ids()) == Counter(hub.ids)


class TestSmallTypes:
    @pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
    async def test_one_list_is_enough(self, count: int) -> None:
        hub = ListedHub(some_ids(count))

        taker = await read(hub)

        assert taker.ids() == hub.ids
        assert hub.searched == 0
        assert hub.listed == max(1, -(-count // 100))


class TestLargeTypes:
    @pytest.mark.parametrize("seed", range(3))
    async def test_list_and_search_share_the_work_and_deliver_each_record_once(self, seed: int) -> None:
        hub = ListedHub(some_ids(3 * LARGE, seed), seed=seed, fresh=700)

        taker = await read(hub)

        assert_each_once(taker, hub)
        assert hub.listed < len(hub.ids) // 100
        assert hub.searched_ids

    async def test_little_room_is_enough(self) -> None:
        hub = ListedHub(some_ids(LARGE))

        assert_each_once(await read(hub, pages=1), hub)

    async def test_records_the_search_does_not_know_yet_are_listed(self) -> None:
        ids = some_ids(2 * LARGE)
        hub = ListedHub(ids, not_indexed=frozenset(ids[-900:]), fresh=1_000)

        assert_each_once(await read(hub), hub)

    @pytest.mark.parametrize("seed", range(3))
    async def test_where_the_search_has_holes_the_list_reads_again(self, seed: int) -> None:
        ids = some_ids(2 * LARGE, seed)
        hub = ListedHub(ids, not_indexed=frozenset(ids[::7]), seed=seed)

        assert_each_once(await read(hub), hub)

    async def test_a_record_the_search_alone_missed_is_found_by_reading_the_whole_list(self) -> None:
        ids = some_ids(2 * LARGE)
        hub = ListedHub(ids, not_indexed={ids[-2_000]})
        taker = Taker(PageSlots(24))
        list_readers = build_reader(hub, taker)
        await list_readers.read(total_of(hub))
        assert list_readers.relied_on_search
        assert list_readers.delivered == len(ids) - 1

        await list_readers.read_as_one_list()

        assert_each_once(taker, hub)

    async def test_cursors_that_are_no_ids_leave_one_list(self) -> None:
        hub = ListedHub(some_ids(2 * LARGE), opaque_cursors=True)

        taker = await read(hub)

        assert_each_once(taker, hub)
        assert hub.searched_ids == set()

    async def test_a_list_without_order_is_still_read_whole(self) -> None:
        hub = ListedHub(some_ids(LARGE), shuffled=True)

        taker = await read(hub)

        assert_each_once(taker, hub)
        assert taker.record_batches[-1].rest is None

    async def test_a_list_whose_pages_are_out_of_order_is_read_whole(self) -> None:
        hub = ListedHub(some_ids(600), turned=True)

        assert_each_once(await read(hub), hub)

    async def test_a_search_that_fails_only_makes_it_slower(self) -> None:
        hub = ListedHub(some_ids(LARGE), search_fails=True)

        assert_each_once(await read(hub), hub)

    async def test_a_search_that_does_not_sort_is_left_alone(self) -> None:
        hub = ListedHub(some_ids(2 * LARGE), unsorted_search=True)

        assert_each_once(await read(hub), hub)

    async def test_a_failure_is_told_as_it_is_and_not_in_a_group(self) -> None:
        hub = ListedHub(some_ids(LARGE), list_fails=True)

        with pytest.raises(UpstreamUnavailableError):
            await read(hub)


class TestGoingOn:
    @pytest.mark.parametrize("seed", range(3))
    async def test_what_is_left_after_any_batch_completes_what_came_before_it(self, seed: int) -> None:
        hub = ListedHub(some_ids(2 * LARGE, seed), seed=seed)
        first = await read(hub)
        rng = random.Random(seed)

        for _ in range(4):
            cut = rng.randrange(1, len(first.record_batches))
            rest = first.record_batches[cut - 1].rest
            parts = msgspec.convert(msgspec.to_builtins(rest), list[IdRange])
            second = await read(hub, parts) if parts else Taker(PageSlots(1))

            assert Counter(first.ids(cut) + second.ids()) == Counter(hub.ids)

    async def test_where_the_order_is_lost_on_the_way_nothing_from_before_comes_again(self) -> None:
        ids = some_ids(1_000)
        hub = ListedHub(ids, shuffled=True)

        taker = await read(hub, [IdRange("place-400", ids[399], None)])

        assert Counter(taker.ids()) == Counter(ids[400:])

    async def test_what_the_search_missed_is_sought_among_what_was_left(self) -> None:
        ids = some_ids(2 * LARGE)
        hub = ListedHub(ids, not_indexed={ids[-2_000]})
        taker = Taker(PageSlots(24))
        list_readers = build_reader(hub, taker, [IdRange(str(ids[400]), ids[399], None)])
        await list_readers.read(total_of(hub))
        assert list_readers.relied_on_search

        await list_readers.read_as_one_list()

        assert Counter(taker.ids()) == Counter(ids[400:])
