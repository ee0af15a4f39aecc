"""A load of a standard type beside a custom one with the same name: each record comes once, under its own type."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from hubspot.catalog import DEALS
from hubspot.custom_objects import resolve_object_types
from hubspot.pages import read_page
from hubspot.query import Query
from hubspot.wire import Schema, SchemaLabels
from integrations.integration_item import IntegrationItem
from integrations.load_events import Items, LoadPlan, LoadReceipt
from tests.loads import load
from tests.unit.hubspot.small_portal import NOW_MS, SmallPortal

CUSTOM_DEALS = Schema(
    object_type_id="2-4210001",
    name="deals",
    fully_qualified_name="p1_deals",
    labels=SchemaLabels(singular="Deal", plural="Deals"),
)


async def schemas() -> list[Schema]:
    return [CUSTOM_DEALS]


@pytest.fixture
def portal() -> SmallPortal:
    """20 deals and 12 records of the custom type."""
    portal = SmallPortal(random.Random(1))
    portal.seed(deals=20)
    return portal


async def query_of(portal: SmallPortal, names: list[str]) -> Query:
    kinds = await resolve_object_types(names, schemas)
    for kind in kinds:
        if kind.custom:
            portal.add(kind, 12)
    return Query(object_types=tuple(kinds))


@pytest.mark.parametrize("names", [["deals", "2-4210001"], ["0-3", "2-4210001"], ["p1_deals", "Deal"]])
async def test_a_load_delivers_both_types(portal: SmallPortal, names: list[str]) -> None:
    query = await query_of(portal, names)
    reader = replace(portal.reader(), granted_scopes=None)

    events = [event async for event in load(reader, query, now_s=lambda: NOW_MS / 1000)]

    plan, receipt = events[0], events[-1]
    assert isinstance(plan, LoadPlan)
    assert isinstance(receipt, LoadReceipt)
    assert {name: one.total for name, one in plan.object_types.items()} == {"deals": 20, "p1_deals": 12}
    assert {name: one.delivered for name, one in receipt.object_types.items()} == {"deals": 20, "p1_deals": 12}
    assert receipt.complete
    assert_both([item for event in events if isinstance(event, Items) for item in event.items])


async def test_pages_deliver_both_types(portal: SmallPortal) -> None:
    query = await query_of(portal, ["2-4210001", "deals"])
    reader = replace(portal.reader(), granted_scopes=None)

    page = await read_page(reader, query)

    assert_both(page.items)


def assert_both(items: list[IntegrationItem]) -> None:
    assert Counter(item.type for item in items) == {DEALS.item_type: 20, "p1_deals": 12}
    assert len({item.id for item in items}) == 32
