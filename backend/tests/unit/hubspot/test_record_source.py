import random
from collections import Counter

import anyio
import anyio.lowlevel
import msgspec
import pytest

from core.api_client import Meter
from core.together import task_group
from errors import UpstreamUnavailableError
from hubspot import type_count
from hubspot.associations import AssociationReader, LoadedParents, open_parent_names
from hubspot.catalog import CONTACTS
from hubspot.id_range import IdRange
from hubspot.mapper import Portal
from hubspot.metadata_cache import MetadataCache
from hubspot.query import Query
from hubspot.reader import Reader
from hubspot.record_batch import BatchSender, RecordBatch
from hubspot.record_counts import RecordCounts
from hubspot.record_source import LARGE, RecordSource
from hubspot.type_count import TypeCount
from tests.unit.hubspot.listed_hub import NOW_S, ListedHub

QUERY = Query(object_types=(CONTACTS,))


@pytest.fixture(autouse=True)
def _nothing_explains_a_shortfall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_count, "LOOK_AGAIN_AFTER_S", ())


class Read:
    """What a source has sent."""

    def __init__(self, batches: list[RecordBatch]) -> None:
        self.batches = batches

    def ids(self, until: int | None = None) -> list[int]:
        return [int(record.id) for batch in self.batches[:until] for record in batch.records]


def build_source(hub: ListedHub) -> RecordSource:
    client = hub.client()
    reader = Reader(
        client=client,
        counter=client,
        portal=Portal("1", "app.hubspot.com"),
        names=MetadataCache(),
        counts=RecordCounts(),
        parents=open_parent_names(),
        key="connection",
    )
    count = TypeCount(reader=reader, meter=Meter(), query=QUERY, object_type=CONTACTS, total=len(hub.ids))
    return RecordSource(
        client=client,
        associations=AssociationReader(client, None, LoadedParents(), lambda _exc, _type: []),
        query=QUERY,
        object_type=CONTACTS,
        count=count,
        now_s=lambda: NOW_S,
    )


async def read(hub: ListedHub, parts: list[IdRange] | None = None, *, waiting: int = 12, accounted: int = 0) -> Read:
    source = build_source(hub)
    sender, receiver = anyio.create_memory_object_stream[RecordBatch](waiting)

    async def count() -> None:
        await anyio.lowlevel.checkpoint()
        await source.count.read()

    async def send() -> None:
        with sender:
            await source.read(
                parts or [IdRange()], BatchSender(sender, 10**9), properties=("email",), accounted=accounted
            )

    with anyio.fail_after(60), receiver:
        async with task_group() as group:
            group.start_soon(count)
            group.start_soon(send)
            batches = [batch async for batch in receiver]
    return Read(batches)


def some_ids(count: int, seed: int = 1) -> list[int]:
    """Ascending ids with gaps of all sizes, small first, as accounts that grew over years have them."""
    rng, id_, ids = random.Random(seed), 0, []
    for number in range(count):
        id_ += rng.choice((1, 1, 1, 50, 5_000 if number > count // 2 else 2))
        ids.append(id_)
    return ids


def assert_each_once(found: Read, hub: ListedHub) -> None:
    assert Counter(found.ids()) == Counter(hub.ids)


class TestSmallTypes:
    @pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
    async def test_one_list_is_enough(self, count: int) -> None:
        hub = ListedHub(some_ids(count))

        found = await read(hub)

        assert found.ids() == hub.ids
        assert hub.searched == 0
        assert hub.listed == max(1, -(-count // 100))


class TestLargeTypes:
    @pytest.mark.parametrize("seed", range(3))
    async def test_list_and_search_share_the_work_and_deliver_each_record_once(self, seed: int) -> None:
        hub = ListedHub(some_ids(3 * LARGE, seed), seed=seed, fresh=700)

        found = await read(hub)

        assert_each_once(found, hub)
        assert hub.listed < len(hub.ids) // 100
        assert hub.searched_ids

    async def test_little_room_is_enough(self) -> None:
        hub = ListedHub(some_ids(LARGE))

        assert_each_once(await read(hub, waiting=0), hub)

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

        found = await read(hub)

        assert hub.searched_ids
        assert hub.listed > len(ids) // 100
        assert_each_once(found, hub)

    async def test_cursors_that_are_no_ids_leave_one_list(self) -> None:
        hub = ListedHub(some_ids(2 * LARGE), opaque_cursors=True)

        found = await read(hub)

        assert_each_once(found, hub)
        assert hub.searched_ids == set()

    async def test_a_list_without_order_is_still_read_whole(self) -> None:
        hub = ListedHub(some_ids(LARGE), shuffled=True)

        found = await read(hub)

        assert_each_once(found, hub)
        assert found.batches[-1].rest is None

    async def test_a_list_whose_pages_are_out_of_order_is_read_whole(self) -> None:
        hub = ListedHub(some_ids(600), turned=True)

        assert_each_once(await read(hub), hub)

    async def test_a_record_that_is_twice_on_a_page_is_delivered_once(self) -> None:
        hub = ListedHub([1, 2, 2, 3])

        assert sorted((await read(hub)).ids()) == [1, 2, 3]

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
            cut = rng.randrange(1, len(first.batches))
            rest = first.batches[cut - 1].rest
            parts = msgspec.convert(msgspec.to_builtins(rest), list[IdRange])
            second = await read(hub, parts, accounted=len(first.ids(cut))) if parts else Read([])

            assert Counter(first.ids(cut) + second.ids()) == Counter(hub.ids)

    async def test_where_the_order_is_lost_on_the_way_nothing_from_before_comes_again(self) -> None:
        ids = some_ids(1_000)
        hub = ListedHub(ids, shuffled=True)

        found = await read(hub, [IdRange("place-400", ids[399], None)], accounted=400)

        assert Counter(found.ids()) == Counter(ids[400:])

    async def test_what_the_search_missed_is_sought_among_what_was_left(self) -> None:
        ids = some_ids(2 * LARGE)
        hub = ListedHub(ids, not_indexed={ids[-2_000]})

        found = await read(hub, [IdRange(str(ids[400]), ids[399], None)], accounted=400)

        assert hub.searched_ids
        assert Counter(found.ids()) == Counter(ids[400:])
