"""Loads of small portals, broken off and gone on with at random: each record comes once, and receipts are true."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from errors import ServiceError, ShuttingDownError
from hubspot import list_reader, loader, record_source, search_reader, search_results, type_count, type_load
from hubspot.catalog import COMPANIES, CONTACTS, DEALS
from hubspot.query import Query
from integrations.integration_item import IntegrationItem
from integrations.load_events import Checkpoint, Items, LoadReceipt
from tests.loads import load
from tests.slow import slow
from tests.unit.hubspot.small_portal import KINDS, NOW_MS, Kept, SmallPortal, iso

SINCE = datetime.fromtimestamp(NOW_MS / 1000, UTC) - timedelta(days=400)
# So often a load is broken off at most.
MOST_BREAKS, MOST_EVENTS = 40, 10_000
SEEDS = [*range(4), *slow(*range(4, 24))]


@dataclass(slots=True)
class Journey:
    """A load, and those that go on from where it was broken off, until one comes to its end."""

    portal: SmallPortal
    query: Query
    rng: random.Random
    items: list[IntegrationItem] = field(default_factory=list)
    receipt: LoadReceipt | None = None
    position: Any = None
    begun: int = 0
    ended: bool = False

    async def travel(self) -> None:
        while not self.ended:
            self.begun += 1
            await self._go_on()

    async def _go_on(self) -> None:
        """Take some events, then go away or tell it to stop. Who goes away has only what came before a checkpoint."""
        stop, taken = asyncio.Event(), list[IntegrationItem]()
        left = self.rng.choice((1, 1, 2, 3, 5, 8, 13)) if self.begun < MOST_BREAKS else MOST_EVENTS
        goes_away = self.rng.random() < 0.3
        events = load(self.portal.reader(), self.query, self.position, stop=stop, now_s=lambda: NOW_MS / 1000)
        try:
            async for event in events:
                left -= 1
                match event:
                    case Items():
                        taken += event.items
                    case Checkpoint():
                        self.items, taken, self.position = self.items + taken, [], event.resume
                    case LoadReceipt():
                        self._end(event, taken, stopped=stop.is_set())
                if left <= 0 and goes_away:
                    return
                if left <= 0:
                    stop.set()
        except ServiceError:
            assert self.portal.failing or (stop.is_set() and self.position is None)
            self.ended = False
        finally:
            await events.aclose()
            assert asyncio.all_tasks() == {asyncio.current_task()}

    def _end(self, receipt: LoadReceipt, taken: list[IntegrationItem], *, stopped: bool) -> None:
        self.items, self.position, self.receipt = self.items + taken, receipt.resume, receipt
        delivered = Counter(item.type for item in self.items)
        assert {kind.name: delivered[kind.item_type] for kind in self.query.object_types} == {
            name: one.delivered for name, one in receipt.object_types.items()
        }
        assert (receipt.watermark is not None) is receipt.complete
        self.ended = receipt.complete or (self.position is None and not stopped)
        if not self.ended and self.position is None:  # where to resume cannot be said: begin again
            self.items = []


def choose_sizes(rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a few records take all ways: several readers of a list, scans, cuts, batches of links."""
    monkeypatch.setattr(type_count, "LOOK_AGAIN_AFTER_S", (0.0,))
    page = rng.choice((3, 5, 7))
    monkeypatch.setattr(record_source, "LIST_PAGE_MAX", page)
    monkeypatch.setattr(type_load, "LIST_PAGE_MAX", page)
    monkeypatch.setattr(type_load, "ASSOCIATIONS_BATCH_MAX", rng.choice((5, 21, 50)))
    monkeypatch.setattr(type_load, "MOST_PAGES", rng.choice((1, 2, 4, 10)))
    monkeypatch.setattr(type_load, "MOST_PAGES_BYTES", rng.choice((1, 3_000, 10**9)))
    monkeypatch.setattr(loader, "CHECKPOINT_ITEMS", rng.choice((5, 20)))
    monkeypatch.setattr(type_load, "LINGER_S", 0.001)
    monkeypatch.setattr(type_load, "FULL_GROUP_LINGER_S", 0.002)
    monkeypatch.setattr(record_source, "LARGE", rng.choice((20, 40, 1_000)))
    monkeypatch.setattr(list_reader, "SMALLEST_SPLIT", rng.choice((3, 8)))
    monkeypatch.setattr(search_reader, "TAIL", rng.choice((2, 10)))
    most_found = rng.choice((4, 9, 10))
    monkeypatch.setattr(search_reader, "SEARCH_PAGE_MAX", most_found)
    monkeypatch.setattr(search_results, "SEARCH_PAGE_MAX", most_found)


async def travel(seed: int, monkeypatch: pytest.MonkeyPatch, query: Query | None = None, **disappoints: Any) -> Journey:
    rng = random.Random(seed)
    choose_sizes(rng, monkeypatch)
    portal = SmallPortal(rng, hesitates=rng.choice((1, 3, 12)), **disappoints)
    portal.seed(**{kind.name: rng.choice((0, 1, 3, 10, 37, 80)) for kind in KINDS})
    kinds = rng.choice(((CONTACTS,), (COMPANIES,), (CONTACTS, COMPANIES), (COMPANIES, DEALS, CONTACTS)))
    journey = Journey(portal, replace(query or Query(object_types=kinds), object_types=kinds), rng)
    async with asyncio.timeout(30):
        await journey.travel()
    return journey


def asked_for(journey: Journey) -> dict[str, Kept]:
    """By item id."""
    query, portal = journey.query, journey.portal
    kept = (
        entry
        for kind in query.object_types
        for entry in (portal.archived if query.archived else portal.records)[kind.name]
    )
    return {entry.item_id: entry for entry in kept if not entry.without_id and is_asked_for(query, entry)}


def is_asked_for(query: Query, record: Kept) -> bool:
    since_ms = 0 if query.updated_since is None else query.updated_since.timestamp() * 1000
    return max(record.modified_ms, record.archived_ms or 0) >= since_ms and (query.q or "") in record.name


def assert_true(journey: Journey) -> None:
    """Values, links and parents are the records'."""
    kept = asked_for(journey)
    for item in journey.items:
        record = kept[item.id]
        assert (item.name, item.last_modified_time) == (record.name, iso(record.modified_ms))
        if item.associations is not None:
            partners = [kind for kind in KINDS if kind.name in record.kind.associates_with]
            expected = {kind.name: {kind.item_id(id_) for id_ in record.links.get(kind.name, ())} for kind in partners}
            assert {name: set(ids) for name, ids in item.associations.items() if name in expected} == expected
            assert item.parent_id == (record.primary and COMPANIES.item_id(record.primary))


@pytest.mark.parametrize("seed", SEEDS)
class TestSoundPortals:
    async def test_each_record_comes_once_and_as_it_is(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also with room for a single page, where one place that is not given back would stop everything."""
        journey = await travel(seed, monkeypatch)

        assert_each_once(journey)

    async def test_each_comes_once_though_calls_fail(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        journey = await travel(seed, monkeypatch, failing=0.1)

        assert_each_once(journey)

    @pytest.mark.parametrize(
        "asked",
        [{"archived": True}, {"updated_since": SINCE}, {"archived": True, "updated_since": SINCE}, {"q": "ct 1"}],
    )
    async def test_each_that_is_asked_for_comes_once(
        self, seed: int, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journey = await travel(seed, monkeypatch, Query(object_types=(CONTACTS,), **asked))

        assert_each_once(journey)


def assert_each_once(journey: Journey) -> None:
    assert Counter(item.id for item in journey.items) == Counter(list(asked_for(journey)))
    assert_true(journey)
    assert journey.receipt is not None
    assert journey.receipt.complete


@pytest.mark.parametrize("seed", SEEDS)
class TestOddPortals:
    async def test_records_without_an_id_are_told_of_once(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        journey = await travel(seed, monkeypatch, without_id=0.1)

        assert Counter(item.id for item in journey.items) == Counter(list(asked_for(journey)))
        live = {kind.name: journey.portal.records[kind.name] for kind in journey.query.object_types}
        assert left_out(journey) == {
            name: sum(record.without_id for record in records) for name, records in live.items()
        }

    @pytest.mark.parametrize("asked", [{}, {"archived": True}], ids=["live", "archived"])
    @pytest.mark.parametrize(
        "disappoints",
        [{"order": "none"}, {"order": "turned"}, {"order": "half"}, {"odd": 1}, {"hidden": 0.1}],
        ids=["none", "turned", "half", "odd", "hidden"],
    )
    async def test_what_is_missing_is_told_and_nothing_comes_twice(
        self, seed: int, disappoints: dict[str, Any], asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        journey = await travel(seed, monkeypatch, Query(object_types=(CONTACTS,), **asked), **disappoints)

        assert max(Counter(item.id for item in journey.items).values(), default=1) == 1
        missing = asked_for(journey).keys() - {item.id for item in journey.items}
        assert journey.receipt is not None
        whole = {name for name, one in journey.receipt.object_types.items() if one.complete}
        assert [id_ for id_ in missing if asked_for(journey)[id_].kind.name in whole] == []
        assert_true(journey)


async def test_one_that_is_stopped_and_cannot_be_resumed_ends_with_an_error_after_its_receipt() -> None:
    """Its receipt alone would look like that of a load whose end has come, with something missing."""
    portal = SmallPortal(random.Random(3), hesitates=1, order="none")
    portal.seed(companies=500)
    stop, receipts = asyncio.Event(), list[LoadReceipt]()

    async def take_all() -> None:
        async for event in load(portal.reader(), Query(object_types=(COMPANIES,), associations=False), stop=stop):
            if isinstance(event, Items):
                stop.set()
            if isinstance(event, LoadReceipt):
                receipts.append(event)

    with pytest.raises(ShuttingDownError):
        await take_all()

    assert [(receipt.complete, receipt.resume) for receipt in receipts] == [(False, None)]


def left_out(journey: Journey) -> dict[str, int]:
    """How many records of each type are told of as having no id."""
    assert journey.receipt is not None
    types = journey.receipt.object_types.items()
    return {
        name: sum(entry["count"] for entry in each.skipped if entry["code"] == "record_without_id")
        for name, each in types
    }
