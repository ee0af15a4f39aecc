"""Whatever HubSpot answers, a read ends with items and notices or an error of ours, after a bounded number of calls."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import ScopeMissingError, ServiceError, UpstreamError
from hubspot import type_count, type_load
from hubspot.pages import read_page
from hubspot.query import Query
from integrations.hubspot_portal import list_object_types
from integrations.integration_item import IntegrationItem, Notice
from integrations.load_events import Items, LoadReceipt
from tests.loads import load
from tests.unit.hubspot.odd_answers import OddAnswers
from tests.unit.hubspot.small_portal import KINDS, NOW_MS, SmallPortal
from tests.unit.hubspot.test_load_trials import SINCE
from tests.unit.hubspot.test_object_type_list import listing_of

# Of some 60 records; each call may be made a dozen times, and each batch be split down to its records.
MOST_CALLS = 2_500
TRIES = settings(max_examples=40)
SEEDS = st.integers(0, 2**32)
QUERIES = (
    Query(object_types=KINDS),
    Query(object_types=KINDS, properties=("*",)),
    Query(object_types=KINDS, archived=True),
    Query(object_types=KINDS, updated_since=SINCE),
)


def run(seed: int, read: Callable[[SmallPortal, random.Random], Awaitable[None]]) -> None:
    """One read of a portal whose answers are odd in a way that the seed decides."""
    rng = random.Random(seed)
    portal = SmallPortal(rng, hesitates=1)
    portal.seed(contacts=30, companies=20, deals=10)
    odd = OddAnswers(rng, portal)
    portal.instead = odd.answer
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type_count, "LOOK_AGAIN_AFTER_S", (0.0,))
        patch.setattr(type_load, "LINGER_S", 0.001)
        asyncio.run(within_a_minute(read(portal, rng)))
    assert odd.calls < MOST_CALLS


async def within_a_minute(reading: Awaitable[None]) -> None:
    async with asyncio.timeout(60):
        await reading
    # A shared load whose last reader is gone is cancelled, and ends on its own a moment later.
    for _ in range(20):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}


def check(items: list[IntegrationItem], notices: list[Notice]) -> None:
    """They can be sent."""
    json.loads(msgspec.json.encode([items, notices]))
    assert all(item.id and item.name for item in items)


@TRIES
@given(SEEDS)
def test_pages(seed: int) -> None:
    async def read(portal: SmallPortal, rng: random.Random) -> None:
        reader, position, query = portal.reader(), None, rng.choice(QUERIES)
        with suppress(ServiceError):
            for _ in range(30):  # cursors that alternate bring the caller back as often as he likes
                page = await read_page(reader, query, position)
                check(page.items, page.notices)
                if (position := page.next) is None:
                    return

    run(seed, read)


@TRIES
@given(SEEDS)
def test_loads(seed: int) -> None:
    async def read(portal: SmallPortal, rng: random.Random) -> None:
        query, items, notices, receipts = (
            rng.choice(QUERIES),
            list[IntegrationItem](),
            list[Notice](),
            list[LoadReceipt](),
        )
        failed = False
        try:
            async for event in load(portal.reader(), query, now_s=lambda: NOW_MS / 1000):
                match event:
                    case Items():
                        items += event.items
                    case Notice():
                        notices.append(event)
                    case LoadReceipt():
                        receipts.append(event)
        except (UpstreamError, ScopeMissingError):
            failed = True
        check(items, notices)
        assert len(receipts) == 1 or (failed and not receipts)
        for receipt in receipts:
            check_honest(receipt, items, query, portal, failed=failed)

    run(seed, read)


def check_honest(
    receipt: LoadReceipt, items: list[IntegrationItem], query: Query, portal: SmallPortal, *, failed: bool
) -> None:
    msgspec.json.encode(receipt)
    assert not (failed and receipt.complete)
    assert (receipt.watermark is not None) is receipt.complete
    for kind in query.object_types:
        one = receipt.object_types[kind.name]
        assert one.delivered == sum(item.type == kind.item_type for item in items)
        assert one.complete or failed or one.skipped


@TRIES
@given(SEEDS)
def test_object_types(seed: int) -> None:
    async def read(portal: SmallPortal, rng: random.Random) -> None:
        found = await list_object_types(*listing_of(portal), totals=rng.random() < 0.5)
        json.loads(msgspec.json.encode(found))
        assert {"contacts", "companies", "deals"} <= {kind.name for kind in found.object_types}

    with suppress(ServiceError):
        run(seed, read)
